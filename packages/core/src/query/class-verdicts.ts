import type { AnyEnd } from "../paths/end.ts";
import type { Path } from "../paths/path.ts";
import type { DecidingRule, EvaluateOptions, Verdict } from "../verdict/explanation.ts";
import { type Judgement, judge } from "../verdict/judge.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { isPlacedByNode, nodeOf } from "./class-key.ts";
import { QUERY_LIMITS, requireWithin } from "./limits.ts";
import type { Party } from "./party.ts";
import { placeKey } from "./place-key.ts";

/** The first packet of a connection, without its ends. */
export interface Service {
  /** Protocol number, 0..255. */
  readonly protocol: number;
  /** Destination port of tcp and udp; 0 otherwise. */
  readonly port: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

/** A verdict with what decided it, the same for all pairs of two classes in one relation. */
export interface Answer {
  readonly verdict: Verdict;
  /** Of a flow to a Service that of its last way. */
  readonly pathKind: Path["kind"];
  /** Deciding rules of both ends, in the order of the packet's way. */
  readonly rules: readonly DecidingRule[];
  /** Network policies that decided, each with the place in it: "NetworkPolicy shop/x spec". */
  readonly policies: readonly string[];
  /** What refused, or why nobody was asked, or the rules; one sentence about one such pair. */
  readonly because: string;
}

/** Judges pairs of parties, each pair of classes once. */
export interface ClassVerdicts {
  readonly answer: (source: Party, destination: Party, service: Service) => Answer;
  /** Pairs of classes that were judged so far. */
  readonly judgedCount: () => number;
}

/** How two ends lie to each other, as far as verdicts can tell. */
export type Relation = "self" | "sameNode" | "apart";

/** How two ends lie to each other. */
export function relationOf(source: AnyEnd, destination: AnyEnd): Relation {
  if (isSame(source, destination)) return "self";
  if (!isNodeOfInterest(source, destination)) return "apart";
  const [a, b] = [nodeOf(source), nodeOf(destination)];
  return a !== undefined && a === b ? "sameNode" : "apart";
}

/**
 * A judge with a memory: what it says of one pair holds for every pair of the same classes in the
 * same relation. Throws INVALID_ARGUMENT when more pairs are asked for than the limit allows.
 */
export function classVerdicts(index: WorldIndex, options: EvaluateOptions): ClassVerdicts {
  const known = new Map<string, Answer>();
  const model = options.model ?? "documented";
  const answer = (source: Party, destination: Party, service: Service): Answer => {
    const relation = relationOf(source.end, destination.end);
    const place = placeKey({ source: source.end, destination: destination.end, service }, index);
    const key = `${source.classId} ${destination.classId} ${relation} ${place} ${serviceKey(service)}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= QUERY_LIMITS.verdicts) requireWithin("verdicts", known.size + 1);
    const flow = { source: source.endpoint, destination: destination.endpoint, ...service };
    const made = answerOf(judge(index, flow, { ...options, model }));
    known.set(key, made);
    return made;
  };
  return { answer, judgedCount: () => known.size };
}

/** The answer that a judgement gives. */
function answerOf({ verdict, legs, findings }: Judgement): Answer {
  const rules = findings.flatMap((finding) => finding.rules);
  const policies = findings.flatMap((finding) => finding.policies ?? []);
  return {
    verdict,
    pathKind: pathKindOf(verdict, legs),
    rules,
    policies: policies.map(({ title, at }) => `${title} ${at}`),
    because: reasonOf(verdict, findings),
  };
}

// That of the last part of the way; a Service without backends has none.
function pathKindOf(verdict: Verdict, legs: Judgement["legs"]): Path["kind"] {
  const last = legs.at(-1);
  if (last !== undefined) return last.path.kind;
  return verdict === "UNKNOWN" ? "unknown" : "impossible";
}

function reasonOf(verdict: Verdict, findings: Judgement["findings"]): string {
  const wanted = {
    ALLOW: "OK",
    DENY: "BLOCKED",
    UNKNOWN: "UNKNOWN",
    UNSUPPORTED: "BLOCKED",
  } as const;
  const deciding = findings.filter(({ outcome }) => outcome === wanted[verdict]);
  const byRules = deciding.filter(({ rules }) => rules.length > 0);
  const shown = byRules.length > 0 ? byRules : deciding.slice(0, 1);
  const all = shown.length > 0 ? shown : findings.slice(-1);
  return all.map(({ title, text }) => (title === "path" ? text : `${title} ${text}`)).join("; ");
}

// The node itself is a peer of its own kind to network policies, for strict branches as well.
function isNodeOfInterest(source: AnyEnd, destination: AnyEnd): boolean {
  if (source.kind === "node" || destination.kind === "node") return true;
  return isPlacedByNode(source) && isPlacedByNode(destination);
}

function isSame(source: AnyEnd, destination: AnyEnd): boolean {
  if (source.kind === "interface" || destination.kind === "interface") {
    const [a, b] = [eniOf(source), eniOf(destination)];
    return a !== undefined && a === b;
  }
  return source.kind === destination.kind && source.title === destination.title;
}

function eniOf(end: AnyEnd): string | undefined {
  return "own" in end ? end.own.eniId : undefined;
}

function serviceKey({ protocol, port, icmpType, icmpCode }: Service): string {
  return `${protocol}/${port}/${icmpType ?? ""}:${icmpCode ?? ""}`;
}
