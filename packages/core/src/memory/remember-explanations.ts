import type { End } from "../paths/end.ts";
import { nodePortKey } from "../services/service-index.ts";
import type { Explanation, Flow } from "../verdict/explanation.ts";
import type { JudgeOptions } from "../verdict/judge.ts";
import type { PlacedEnds } from "../verdict/place-flow.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { boundedMap } from "./bounded-map.ts";
import { type ClassContext, type ClassMember, classMember, markedEnd } from "./end-class.ts";
import { type ExplanationTemplate, explanationFrom, templateOf } from "./explanation-template.ts";
import { keyOf } from "./interner.ts";
import { anyHoldsMark, markOf } from "./marks.ts";
import { questionNumbers } from "./question-numbers.ts";

/** A flow with its ends placed. */
export interface PlacedQuestion {
  readonly ends: PlacedEnds;
  readonly flow: Flow;
  readonly options: JudgeOptions;
}

type Explain = (question: PlacedQuestion) => Explanation;

/** Explains as the function does that it is given, once for all ends that differ in names only. */
export type ExplainOnce = (question: PlacedQuestion, explain: Explain) => Explanation;

/** Templates that are kept; each takes one to three kilobytes. */
const TEMPLATES_MAX = 1 << 15;

/**
 * Explanations by template. That of two ends is made with marks in place of their names, by the same
 * code as every other one, and kept; it then holds for all pairs of the two classes, with the names
 * of each pair in place of the marks. So words cannot differ as long as names are only repeated and
 * compared: what names say about a pair, that it is one end or on one node, is told apart here.
 *
 * Left to the function itself are Services and the ports of nodes that lead to them, what an end
 * says to itself, and worlds whose texts hold the characters of marks.
 */
export function explanationsOnce(index: WorldIndex, context: ClassContext): ExplainOnce {
  if (anyHoldsMark(repeatedBy(index.world))) return (question, explain) => explain(question);
  const members = new WeakMap<End, ClassMember | "none">();
  const templates = boundedMap<number, ExplanationTemplate | "none">(TEMPLATES_MAX);
  const numberOf = questionNumbers();

  const memberOf = (end: End): ClassMember | "none" => {
    const known = members.get(end);
    if (known !== undefined) return known;
    const member = classMember(end, context) ?? "none";
    members.set(end, member);
    return member;
  };
  return (question, explain) => {
    const [from, to] = question.ends;
    if (from.kind === "front" || to.kind === "front") return explain(question);
    if (isOneEnd(from, to) || leadsToService(to, question.flow, index)) return explain(question);
    const [source, destination] = [memberOf(from), memberOf(to)];
    if (source === "none" || destination === "none") return explain(question);
    const asked = numberOf(question, areOnOneNode(source, destination));
    if (asked === undefined) return explain(question);
    const key = keyOf(source.classNumber, destination.classNumber, asked);
    const template =
      templates.get(key) ??
      templates.set(key, makeTemplate(question, [source, destination], context, explain));
    if (template === "none") return explain(question);
    return explanationFrom(template, { source: source.names, destination: destination.names });
  };
}

function makeTemplate(
  question: PlacedQuestion,
  [source, destination]: readonly [ClassMember, ClassMember],
  { looked }: ClassContext,
  explain: Explain,
): ExplanationTemplate | "none" {
  const shared = areOnOneNode(source, destination) ? nodeMark(source, destination) : undefined;
  const ends = [
    markedEnd(source, "s", looked, shared),
    markedEnd(destination, "d", looked, shared),
  ] as const;
  return templateOf(explain({ ...question, ends })) ?? "none";
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
function isOneEnd(source: End, destination: End): boolean {
  if (source.title === destination.title) return true;
  const isOther = source.kind === "interface" || destination.kind === "interface";
  return isOther && eniOf(source) !== undefined && eniOf(source) === eniOf(destination);
}

function eniOf(end: End): string | undefined {
  return "own" in end ? end.own.eniId : undefined;
}

function leadsToService(end: End, { protocol, port }: Flow, { services }: WorldIndex): boolean {
  if (end.kind !== "node" || services === undefined) return false;
  return services.byNodePort.has(nodePortKey(protocol, port));
}

// What explanations repeat of a world besides the names of ends.
function repeatedBy(world: World): unknown {
  const { pods, nodes, serviceAccounts, policies, services, ingresses, ...others } = world;
  const { endpointSlices, eniConfigs, interfaces, ...rest } = others;
  return [rest, interfaces.map(({ vpcId, subnetId }) => [vpcId, subnetId])];
}
