import type { Traffic } from "../groups/rule-match.ts";
import type { End } from "../paths/end.ts";
import { findEnd } from "../paths/find-end.ts";
import { findPath } from "../paths/find-path.ts";
import type { AskedPath, Path } from "../paths/path.ts";
import type { Model } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { judgeAclLayer } from "./acl-layer.ts";
import { checkFlow } from "./check-flow.ts";
import type { EvaluateOptions, Flow, Verdict, Way } from "./explanation.ts";
import { judgeCheck } from "./judge-check.ts";
import { judgePolicyLayer } from "./policy-layer.ts";
import { checkStep, exitStep, type Finding, groupsStep, plain } from "./steps.ts";
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
  readonly source: End;
  readonly destination: End;
  readonly path: Path;
  readonly traffic: Traffic;
}

/**
 * The law: places both ends, finds the path, asks every interface on it, the network ACLs of both
 * subnets and the network policies of both ends, and ANDs the answers.
 */
export function judge(
  index: WorldIndex,
  flow: Flow,
  options: EvaluateOptions & { readonly model: Model },
): Judgement {
  checkFlow(flow, options);
  const [source, destination] = placeEnds(flow, options, index);
  const pathOptions = { model: options.model, protocol: flow.protocol };
  const { path, family } = findPath(source, destination, pathOptions, index);
  const traffic: Traffic = { ...flow, family };
  const groups = [...groupsStep(source, index), ...groupsStep(destination, index)];
  const answer = judgePath(path, traffic, index);
  const isAsked = path.kind === "asked";
  const placed = { source, destination, path, traffic };
  const acls = judgeAclLayer(placed, options, index);
  const layer = judgePolicyLayer(placed, options, index);
  const verdict = withLayer(withLayer(answer.verdict, acls.verdict), layer.verdict);
  const byGroups = isAsked ? [...groups, ...answer.findings] : answer.findings;
  // How replies are tracked matters for a connection that opens.
  const tracking =
    isAsked && verdict === "ALLOW" ? [trackingNote(path, traffic, options, index)] : [];
  const more = [...trafficNotes(path, traffic, options), ...acls.notes, ...layer.notes];
  return {
    verdict,
    findings: [...byGroups, ...acls.findings, ...layer.findings],
    notes: [...source.notes, ...destination.notes, ...path.notes, ...tracking, ...more],
    way: { viaVpc: isAsked, natAtNode: isAsked && path.isNatAtNode },
    dependsOnModel: isStandardBranch(source) || isStandardBranch(destination),
    dependsOnPolicies: layer.findings.length > 0,
    source,
    destination,
    path,
    traffic,
  };
}

type Answer = Pick<Judgement, "verdict" | "findings">;

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
    return checkStep(check, judgeCheck(check, traffic, index), traffic, index);
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
  if (verdict === "UNSUPPORTED" || verdict === "DENY" || layer === "ALLOW") return verdict;
  return layer === "DENY" ? "DENY" : "UNKNOWN";
}

function answer(verdict: Verdict, finding: Finding): Answer {
  return { verdict, findings: [finding] };
}

// Where VPCs overlap, an address means the one in the VPC of the other end.
function placeEnds(flow: Flow, options: EvaluateOptions, index: WorldIndex): readonly [End, End] {
  const { mode } = options;
  const isSourceByAddress = flow.source.kind === "address";
  const source = asSource(findEnd(flow.source, { mode, vpcId: undefined }, index));
  const destination = findEnd(flow.destination, { mode, vpcId: vpcOf(source) }, index);
  if (!isSourceByAddress) return [source, destination];
  return [asSource(findEnd(flow.source, { mode, vpcId: vpcOf(destination) }, index)), destination];
}

// Packets never carry a public address as their source inside the VPC: it is an outside address.
function asSource(end: End): End {
  if (end.kind === "address" || end.kind === "ended" || !end.isAskedPublic) return end;
  if (end.asked === undefined) return end;
  return { kind: "address", title: end.title, asked: end.asked, notes: end.notes };
}

function vpcOf(end: End): string | undefined {
  return end.kind === "address" || end.kind === "ended" ? undefined : end.own.vpcId;
}

function isStandardBranch(end: End): boolean {
  return end.kind === "branch" && end.mode === "standard";
}
