import { assert } from "../errors/assert.ts";
import type { Traffic } from "../groups/rule-match.ts";
import { checkStepOf, groupsStepOf } from "../memory/remember-checks.ts";
import type { End } from "../paths/end.ts";
import type { AskedPath, Path } from "../paths/path.ts";
import { translationsOn } from "../paths/translations.ts";
import { directLeg, type Leg } from "../services/delivery.ts";
import { expandFlow } from "../services/expand-flow.ts";
import type { Model } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { judgeAclLayer } from "./acl-layer.ts";
import { checkFlow } from "./check-flow.ts";
import type { EvaluateOptions, Flow, ServiceAnswer, Verdict, Way } from "./explanation.ts";
import { judgeExpansion } from "./judge-expansion.ts";
import { type PlacedEnds, placeFlow } from "./place-flow.ts";
import { judgePolicyLayer } from "./policy-layer.ts";
import { exitStep, type Finding, plain } from "./steps.ts";
import { trackingNote } from "./tracking-note.ts";
import { trafficNotes } from "./traffic-notes.ts";

/** One model's answer to a flow, with everything that led to it. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  readonly way: Way;
  /** True when the other model may say something else: a standard-mode pod is involved. */
  readonly dependsOnModel: boolean;
  /** True when network policies were asked, whose two models may differ as well. */
  readonly dependsOnPolicies: boolean;
  /** One for a flow between two single ends; for a flow to a Service every part of every way. */
  readonly legs: readonly LegJudgement[];
  readonly service?: ServiceAnswer;
}

/** The answer to one leg. */
export interface LegJudgement extends Omit<Judgement, "legs" | "service"> {
  readonly leg: Leg;
  /** What groups and network ACLs say, before policies are asked. */
  readonly withoutPolicies: Verdict;
  readonly source: End;
  readonly destination: End;
  readonly path: Path;
  readonly traffic: Traffic;
}

/** Options with the model settled. */
export type JudgeOptions = EvaluateOptions & { readonly model: Model };

/**
 * The law: places both ends, finds the path, asks every interface on it, the network ACLs of both
 * subnets and the network policies of both ends, and ANDs the answers. A flow to a Service is as
 * many flows as there are ways.
 */
export function judge(index: WorldIndex, flow: Flow, options: JudgeOptions): Judgement {
  checkFlow(flow, options);
  return judgePlaced(placeFlow(flow, options, index), flow, options, index);
}

/** {@link judge} for ends that are placed already: where they are no model changes. */
export function judgePlaced(
  [source, destination]: PlacedEnds,
  flow: Flow,
  options: JudgeOptions,
  index: WorldIndex,
): Judgement {
  const { protocol, port } = flow;
  const context = { index, model: options.model, mode: options.mode, protocol };
  const expansion = expandFlow(source, destination, port, context);
  if (expansion !== undefined) {
    return judgeExpansion(expansion, (leg) => judgeLeg(leg, flow, options, index));
  }
  assert(source.kind !== "front" && destination.kind !== "front", "a Service is expanded");
  const judgement = judgeLeg(directLeg(source, destination, port, context), flow, options, index);
  return { ...judgement, legs: [judgement] };
}

function judgeLeg(leg: Leg, flow: Flow, options: JudgeOptions, index: WorldIndex): LegJudgement {
  const { source, destination } = leg;
  const { path, family } = leg.found;
  const traffic: Traffic = { ...flow, port: leg.port, family };
  const groups = [...groupsStepOf(source, index), ...groupsStepOf(destination, index)];
  const answer = judgePath(path, traffic, index);
  const isAsked = path.kind === "asked";
  const placed = { ...leg, path, traffic };
  const acls = judgeAclLayer(placed, options, index);
  const layer = judgePolicyLayer(placed, options, index);
  const withoutPolicies = withLayer(answer.verdict, acls.verdict);
  const verdict = withLayer(withoutPolicies, layer.verdict);
  const byGroups = isAsked ? [...groups, ...answer.findings] : answer.findings;
  // How replies are tracked matters for a connection that opens.
  const tracking =
    isAsked && verdict === "ALLOW" ? [trackingNote(path, traffic, options, index)] : [];
  const more = [...trafficNotes(path, traffic, options), ...acls.notes, ...layer.notes];
  const translations = translationsOn(path, source, family);
  return {
    verdict,
    findings: [...byGroups, ...acls.findings, ...layer.findings],
    notes: [...source.notes, ...destination.notes, ...path.notes, ...tracking, ...more],
    way: { viaVpc: isAsked, natAtNode: isAsked && path.isNatAtNode, translations, nodes: [] },
    dependsOnModel: isStandardBranch(source) || isStandardBranch(destination),
    dependsOnPolicies: layer.findings.length > 0,
    leg,
    withoutPolicies,
    source,
    destination,
    path,
    traffic,
  };
}

/** The verdict of a leg when its policies are asked again, with other options. */
export function verdictByPolicies(
  { leg, path, traffic, withoutPolicies }: LegJudgement,
  options: EvaluateOptions,
  index: WorldIndex,
): Verdict {
  if (isRefusal(withoutPolicies)) return withoutPolicies;
  const layer = judgePolicyLayer({ ...leg, path, traffic }, options, index);
  return withLayer(withoutPolicies, layer.verdict);
}

/** The verdict of a leg that is the whole flow, by another model of standard mode. */
export function verdictByModel(
  { leg, traffic: asked }: LegJudgement,
  options: JudgeOptions,
  index: WorldIndex,
): Verdict {
  const { model, mode } = options;
  const context = { index, model, mode, protocol: asked.protocol };
  const other = directLeg(leg.source, leg.destination, leg.port, context);
  const { path, family } = other.found;
  const traffic = { ...asked, family };
  const groups = judgePath(path, traffic, index).verdict;
  if (isRefusal(groups)) return groups;
  const placed = { ...other, path, traffic };
  const withoutPolicies = withLayer(groups, judgeAclLayer(placed, options, index).verdict);
  if (isRefusal(withoutPolicies)) return withoutPolicies;
  return withLayer(withoutPolicies, judgePolicyLayer(placed, options, index).verdict);
}

type Answer = Pick<LegJudgement, "verdict" | "findings">;

function judgePath(path: Path, traffic: Traffic, index: WorldIndex): Answer {
  switch (path.kind) {
    case "asked":
      return judgeAsked(path, traffic, index);
    case "unasked":
      return answer("ALLOW", plain("path", "SKIPPED", path.because));
    case "unsupported":
      return answer("UNSUPPORTED", plain("path", "BLOCKED", path.because));
    case "impossible":
      return answer("DENY", plain("path", "BLOCKED", path.because));
    case "unknown":
      return answer("UNKNOWN", plain("path", "UNKNOWN", path.because));
  }
}

function judgeAsked(path: AskedPath, traffic: Traffic, index: WorldIndex): Answer {
  const checks = path.checks.map((check) => {
    return checkStepOf(check, traffic, index);
  });
  const outbound = path.checks.filter(({ isEgress }) => isEgress).length;
  const exits = path.exit === undefined ? [] : [exitStep(path.exit)];
  const findings = [...checks.slice(0, outbound), ...exits, ...checks.slice(outbound)];
  const verdict = verdictOf(findings);
  if (verdict !== "DENY" || path.isCertain) return { verdict, findings };
  const because = "whether both ends run on one node, where no group is asked, is not known";
  return { verdict: "UNKNOWN", findings: [...findings, plain("path", "UNKNOWN", because)] };
}

// One refusal decides, whatever is unknown besides.
function verdictOf(findings: readonly Finding[]): Verdict {
  const outcomes = findings.map(({ outcome }) => outcome);
  if (outcomes.includes("BLOCKED")) return "DENY";
  return outcomes.includes("UNKNOWN") ? "UNKNOWN" : "ALLOW";
}

// A layer can refuse what groups allow, never allow what they refuse.
function withLayer(verdict: Verdict, layer: Verdict): Verdict {
  if (isRefusal(verdict) || layer === "ALLOW") return verdict;
  return layer === "DENY" ? "DENY" : "UNKNOWN";
}

function isRefusal(verdict: Verdict): boolean {
  return verdict === "UNSUPPORTED" || verdict === "DENY";
}

function answer(verdict: Verdict, finding: Finding): Answer {
  return { verdict, findings: [finding] };
}

function isStandardBranch(end: End): boolean {
  return end.kind === "branch" && end.mode === "standard";
}
