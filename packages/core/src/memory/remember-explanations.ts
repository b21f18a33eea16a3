import type { AnyEnd, End } from "../paths/end.ts";
import { nodePortKey } from "../services/service-index.ts";
import type { EvaluateOptions, Explanation, Flow } from "../verdict/explanation.ts";
import type { PlacedEnds } from "../verdict/place-flow.ts";
import { type Placing, placeBy } from "../verdict/placing.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { boundedMap } from "./bounded-map.ts";
import { type ClassMember, markedEnd } from "./end-class.ts";
import {
  type ExplanationTemplate,
  explanationFrom,
  noParts,
  templateOf,
} from "./explanation-template.ts";
import { keyOf } from "./interner.ts";
import type { KnownEnd } from "./known-ends.ts";
import { anyHoldsMark, markOf, type Side } from "./marks.ts";
import type { Looked } from "./nameless.ts";
import { questionNumbers } from "./question-numbers.ts";

/** A question in the words of the caller. */
export interface Question {
  readonly flow: Flow;
  readonly options: EvaluateOptions;
}

/** Explains a question whose ends are placed. */
type Explain = (ends: PlacedEnds, question: Question) => Explanation;

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
 * Left to the function itself are Services and the ports of nodes that lead to them, what an end
 * says to itself, and worlds whose texts hold the characters of marks.
 */
export function explanationsOnce(
  index: WorldIndex,
  placing: Placing<KnownEnd>,
  looked: Looked,
): ExplainOnce {
  const hasMarks = anyHoldsMark(repeatedBy(index.world));
  const templates = boundedMap<number, ExplanationTemplate | "none">(TEMPLATES_MAX);
  const parts = noParts();
  const numberOf = questionNumbers();
  // One object a class, since other things that are remembered go by it.
  const markedEnds = boundedMap<string, End>();
  const marked = (member: ClassMember, side: Side, shared: string | undefined): End => {
    const key = `${side}${member.classNumber} ${shared ?? ""}`;
    return markedEnds.get(key) ?? markedEnds.set(key, markedEnd(member, side, looked, shared));
  };

  return (question, explain) => {
    const { flow, options } = question;
    const [from, to] = placeBy(placing, flow, options.mode);
    const plainly = () => explain([from.end, to.end], question);
    const [source, destination] = [from.member, to.member];
    if (source === undefined || destination === undefined || hasMarks) return plainly();
    if (isOneEnd(source, destination) || leadsToService(to.end, flow, index)) return plainly();
    const isOneNode = areOnOneNode(source, destination);
    const asked = numberOf(flow, options, isOneNode);
    if (asked === undefined) return plainly();
    const key = keyOf(source.classNumber, destination.classNumber, asked);
    let template = templates.get(key);
    if (template === undefined) {
      const shared = isOneNode ? nodeMark(source, destination) : undefined;
      const ends = [marked(source, "s", shared), marked(destination, "d", shared)] as const;
      const counts = { s: source.names.length, d: destination.names.length };
      template = templateOf(explain(ends, question), counts, parts) ?? "none";
      templates.set(key, template);
    }
    if (template === "none") return plainly();
    return explanationFrom(template, source.names, destination.names);
  };
}

// One node has one mark; its name, where explanations know one of the ends by it.
function nodeMark(source: ClassMember, destination: ClassMember): string | undefined {
  const isKnown = source.nodeAt === undefined || destination.nodeAt === undefined;
  return isKnown ? source.node : markOf("s", source.nodeAt);
}

function areOnOneNode(source: ClassMember, destination: ClassMember): boolean {
  return source.node !== undefined && source.node === destination.node;
}

// As `localPath` and policies have it, and more: whoever shares a name is left alone.
function isOneEnd(source: ClassMember, destination: ClassMember): boolean {
  if (source.title === destination.title) return true;
  if (source.eniId === undefined || source.eniId !== destination.eniId) return false;
  return source.end.kind === "interface" || destination.end.kind === "interface";
}

function leadsToService(end: AnyEnd, { protocol, port }: Flow, { services }: WorldIndex): boolean {
  if (end.kind !== "node" || services === undefined) return false;
  return services.byNodePort.has(nodePortKey(protocol, port));
}

// What explanations repeat of a world besides the names of ends.
function repeatedBy(world: World): unknown {
  const { pods, nodes, serviceAccounts, policies, services, ingresses, ...others } = world;
  const { endpointSlices, eniConfigs, interfaces, ...rest } = others;
  return [rest, interfaces.map(({ vpcId, subnetId }) => [vpcId, subnetId])];
}
