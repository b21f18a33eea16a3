import type { Match } from "../groups/match.ts";
import type { Traffic } from "../groups/rule-match.ts";
import { type PortRange, TCP, UDP } from "../net/protocol.ts";
import { type AclAnswer, type AclQuestion, judgeAcl } from "../network-acls/judge-acl.ts";
import type { ReadAcl } from "../network-acls/read-acls.ts";
import { replyTraffic } from "../network-acls/replies.ts";
import type { End } from "../paths/end.ts";
import type { Path } from "../paths/path.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { type Border, type Crossing, crossingOf } from "./acl-crossing.ts";
import { aclStep } from "./acl-steps.ts";
import type { EvaluateOptions, Verdict } from "./explanation.ts";
import { type Finding, plain } from "./steps.ts";

/** One question to the ACL of one subnet. */
export interface AclCheck {
  readonly border: Border;
  /** True for the packets that answer. */
  readonly isReply: boolean;
  readonly question: AclQuestion;
  /** The ACL of the subnet; several of which it is one when the subnet is not known. */
  readonly candidates: readonly ReadAcl[];
  readonly isCertain: boolean;
}

/** What network ACLs say, beside what groups say. */
interface AclLayer {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

/** A connection with its ends placed and its path found. */
export interface AclFlow {
  readonly source: End;
  readonly destination: End;
  readonly path: Path;
  readonly traffic: Traffic;
  /** True for a part of the way that a node makes by itself. */
  readonly isInsideNode?: boolean;
}

const silent: AclLayer = { verdict: "ALLOW", findings: [], notes: [] };

/**
 * Asks the network ACLs of both subnets, for requests and for replies, which they do not remember.
 *
 * They are asked where packets cross from one subnet to another, or leave or enter the VPC; never
 * for what AWS answers itself. Source: VPC user guide, "Control subnet traffic with network ACLs".
 */
export function judgeAclLayer(
  flow: AclFlow,
  options: EvaluateOptions,
  index: WorldIndex,
): AclLayer {
  const { networkAcls = "known" } = options;
  const crossing = networkAcls === "ignored" ? undefined : crossingOfFlow(flow, index);
  if (crossing === undefined) return silent;
  if (index.networkAcls === undefined) return unread(networkAcls === "required");
  const findings = aclChecks(flow, crossing, options, index).map((check) => {
    return aclStep(check, answerTo(check));
  });
  return { verdict: verdictOf(findings), findings, notes: notesOn(flow, crossing) };
}

function unread(isRequired: boolean): AclLayer {
  const because = "network ACLs were not read";
  if (!isRequired) return { ...silent, notes: [`${because}: they are not asked`] };
  return { ...silent, verdict: "UNKNOWN", findings: [plain("network ACLs", "UNKNOWN", because)] };
}

function crossingOfFlow(flow: AclFlow, index: WorldIndex): Crossing | undefined {
  const { source, destination, path, traffic } = flow;
  if (path.kind !== "asked" || flow.isInsideNode) return undefined;
  return crossingOf(source, destination, path, traffic.family, index);
}

/** Every question to an ACL on the way of a flow and back; none where no border is crossed. */
export function aclChecksOf(
  flow: AclFlow,
  options: EvaluateOptions,
  index: WorldIndex,
): readonly AclCheck[] {
  const crossing = options.networkAcls === "ignored" ? undefined : crossingOfFlow(flow, index);
  return crossing === undefined ? [] : aclChecks(flow, crossing, options, index);
}

// In the order of packets: out of one subnet, into the other, and back.
function aclChecks(
  { traffic }: AclFlow,
  { source, destination, gateway, isCertain }: Crossing,
  options: EvaluateOptions,
  index: WorldIndex,
): readonly AclCheck[] {
  const reply = replyTraffic(traffic);
  const hasPorts = traffic.protocol === TCP || traffic.protocol === UDP;
  const requestPorts = { fromPort: traffic.port, toPort: traffic.port };
  const check = (border: Border | undefined, isEgress: boolean, isReply: boolean) => {
    if (border === undefined || (isReply && reply === undefined)) return [];
    const asked = isReply && reply !== undefined ? reply : traffic;
    const replyPorts = hasPorts ? (options.ephemeralPorts ?? border.replyPorts) : noPorts;
    const ports = isReply ? replyPorts : requestPorts;
    const question = { isEgress, traffic: asked, ports, within: border.peer.within };
    return [{ border, isReply, question, candidates: candidatesFor(border, index), isCertain }];
  };
  return [
    ...check(source, true, false),
    ...check(gateway?.inside, false, false),
    ...check(gateway?.outside, true, false),
    ...check(destination, false, false),
    ...check(destination, true, true),
    ...check(gateway?.outside, false, true),
    ...check(gateway?.inside, true, true),
    ...check(source, false, true),
  ];
}

const noPorts: PortRange = { fromPort: 0, toPort: 0 };

function candidatesFor({ subnetId, vpcId }: Border, { networkAcls }: WorldIndex) {
  if (subnetId === undefined) return networkAcls?.byVpc.get(vpcId ?? "") ?? [];
  const acl = networkAcls?.bySubnet.get(subnetId);
  return acl === undefined ? [] : [acl];
}

/** What the ACL says, as far as it is known which one is asked. */
export function answerTo({ candidates, question, isCertain }: AclCheck): AclAnswer {
  const answers = candidates.map((acl) => judgeAcl(acl, question));
  const said = new Set<Match>(answers.map(({ answer }) => answer));
  const entries = answers.flatMap((one) => one.entries);
  if (said.size !== 1) return { answer: "unknown", entries };
  const [answer] = said;
  // One who is not asked for certain lets through for certain only what it lets through.
  return { answer: answer === "no" && !isCertain ? "unknown" : answer, entries };
}

function verdictOf(findings: readonly Finding[]): Verdict {
  const outcomes = findings.map(({ outcome }) => outcome);
  if (outcomes.includes("BLOCKED")) return "DENY";
  return outcomes.includes("UNKNOWN") ? "UNKNOWN" : "ALLOW";
}

// A translator has a subnet of its own, which packets cross as well.
function notesOn({ path }: AclFlow, { gateway }: Crossing): readonly string[] {
  if (path.kind !== "asked" || path.exit?.target !== "nat" || gateway !== undefined) return [];
  const what = path.exit.targetId ?? "the translator";
  return [
    `the interface of ${what} is not in the world: the network ACL of its subnet is not asked`,
  ];
}
