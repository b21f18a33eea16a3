import type { AnyEnd, End } from "../paths/end.ts";
import { nodePortKey } from "../services/service-index.ts";
import type { EvaluateOptions, Explanation, Flow } from "../verdict/explanation.ts";
import type { PlacedEnds } from "../verdict/place-flow.ts";
import { type Placing, placeBy } from "../verdict/placing.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { boundedMap } from "./bounded-map.ts";
import { type ClassContext, type ClassMember, markedEnd } from "./end-class.ts";
import {
  type ExplanationTemplate,
  explanationFrom,
  noParts,
  templateOf,
} from "./explanation-template.ts";
import { areOneEnd, areOnOneNode, type KnownEnd } from "./known-end.ts";
import { anyHoldsMark, holdsMark, markOf, type Side } from "./marks.ts";
import type { Looked } from "./nameless.ts";
import { questionNumbers } from "./question-numbers.ts";
import { templateTable } from "./template-table.ts";

/** A question in the words of the caller. */
export interface Question {
  readonly flow: Flow;
  readonly options: EvaluateOptions;
}

/** An explanation, and whom the packets reach, each part of their way. */
export interface Explained {
  readonly explanation: Explanation;
  readonly reached: readonly End[];
}

/** Explains a question whose ends are placed. */
type Explain = (ends: PlacedEnds, question: Question) => Explained;

/** Explains as the function does that it is given, once for all ends that differ in names only. */
export type ExplainOnce = (question: Question, explain: Explain) => Explanation;

/** Templates that are kept; each takes half a kilobyte. */
const TEMPLATES_MAX = 1 << 16;

/**
 * Explanations by template. That of two ends is made with marks in place of their names, by the same
 * code as every other one, and kept; it then holds for all pairs of the two classes, with the names
 * of each pair in place of the marks. So words cannot differ as long as names are only repeated and
 * compared: what names say about a pair, that it is one end or on one node, is told apart here.
 *
 * A Service is none of these ends, and neither is who is behind it: a flow from a pod to one has
 * gaps for names of the pod alone, and is told apart by the pod's node.
 *
 * Left to the function itself are all other flows to and from Services and Ingresses, what an end
 * says to itself, and worlds whose texts hold the characters of marks.
 */
export function explanationsOnce(
  index: WorldIndex,
  placing: Placing<KnownEnd>,
  context: ClassContext,
): ExplainOnce {
  const hasMarks = anyHoldsMark(repeatedBy(index.world));
  const templates = templateTable<OwnTemplate | "none">(TEMPLATES_MAX);
  const make = templateMaker(context.looked);
  const numberOf = questionNumbers();

  return (question, explain) => {
    const { flow, options } = question;
    const [from, to] = placeBy(placing, flow, options.mode);
    const plainly = () => explain([from.end, to.end], question).explanation;
    const [source, destination] = [from.member, to.member];
    if (source === undefined || destination === undefined || hasMarks) return plainly();
    if (areOneEnd(from, to) || isByService(from, to, flow, index)) return plainly();
    const asked = numberOf(flow, options, areOnOneNode(from, to));
    const first = to.kind === "front" ? from.placedNumber(context.numbers) : from.classNumber;
    if (asked === undefined || first === undefined) return plainly();
    const template =
      templates.get(first, to.classNumber, asked) ??
      templates.set(
        [first, to.classNumber, asked],
        make([source, destination], (ends) => explain(ends, question)),
      );
    if (template === "none") return plainly();
    if (template.others !== undefined && isAmong(template.others, source)) return plainly();
    return explanationFrom(template, from, to);
  };
}

interface OwnTemplate extends ExplanationTemplate {
  /** Titles and interfaces of ends that are not the two; undefined where there are no others. */
  readonly others: ReadonlySet<string> | undefined;
}

type MakeTemplate = (
  pair: readonly [source: ClassMember, destination: ClassMember],
  explain: (ends: PlacedEnds) => Explained,
) => OwnTemplate | "none";

function templateMaker(looked: Looked): MakeTemplate {
  const parts = noParts();
  // One object a class, since other things that are remembered go by it.
  const ends = boundedMap<string, AnyEnd>();
  const marked = (member: ClassMember, side: Side, node: string | undefined): AnyEnd => {
    const key = `${side}${member.classNumber} ${node ?? ""}`;
    return ends.get(key) ?? ends.set(key, markedEnd(member, side, looked, node));
  };
  return ([source, destination], explain) => {
    const node = nodeMark(source, destination);
    const { explanation, reached } = explain([
      marked(source, "s", node),
      marked(destination, "d", node),
    ]);
    const counts = { s: source.names.length, d: destination.names.length };
    const template = templateOf(explanation, counts, parts);
    if (template === undefined) return "none";
    if (destination.end.kind !== "front") return { ...template, others: undefined };
    // Ends behind a Service are themselves, with the names that they have.
    const hasMarks = holdsMark(JSON.stringify([destination.end, reached, source.node]));
    return hasMarks ? "none" : { ...template, others: new Set(reached.flatMap(namesOf)) };
  };
}

function namesOf(end: End): readonly string[] {
  const isOther = end.kind === "interface" && end.own.eniId !== undefined;
  return isOther ? [end.title, end.own.eniId] : [end.title];
}

function isAmong(others: ReadonlySet<string>, { title, eniId }: ClassMember): boolean {
  return others.has(title) || (eniId !== undefined && others.has(eniId));
}

// Undefined where the ends have nodes of their own. One node has one mark; its name, where
// explanations know one of the ends by it or may find others on it.
function nodeMark(source: ClassMember, destination: ClassMember): string | undefined {
  if (destination.end.kind === "front") return source.node;
  if (source.node === undefined || source.node !== destination.node) return undefined;
  const isKnown = source.nodeAt === undefined || destination.nodeAt === undefined;
  return isKnown ? source.node : markOf("s", source.nodeAt);
}

// What does not go from one end to another, but for a flow from a pod to a Service.
function isByService(
  source: KnownEnd,
  destination: KnownEnd,
  { protocol, port }: Flow,
  { services }: WorldIndex,
): boolean {
  if (source.kind === "front") return true;
  if (destination.kind === "front") return !source.isPod;
  if (destination.kind !== "node" || services === undefined) return false;
  return services.byNodePort.has(nodePortKey(protocol, port));
}

// What explanations repeat of a world besides the names of ends.
function repeatedBy(world: World): unknown {
  const { pods, nodes, serviceAccounts, policies, services, ingresses, ...others } = world;
  const { endpointSlices, eniConfigs, interfaces, ...rest } = others;
  return [rest, interfaces.map(({ vpcId, subnetId }) => [vpcId, subnetId])];
}
