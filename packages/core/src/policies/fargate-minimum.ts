import { TCP, UDP } from "../net/protocol.ts";
import { seenAs, unknownAttachment } from "../paths/attachment.ts";
import type { Check } from "../paths/path.ts";
import { judgeCheck } from "../verdict/judge-check.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** One rule that a pod on Fargate cannot do without. */
export interface FargateNeed {
  /** Protocol number. */
  readonly protocol: number;
  readonly port: number;
  /** Who is at the other end: "kube-apiserver". */
  readonly purpose: string;
}

/** Outbound, all to the cluster security group. Source: EKS best practices, "Fargate". */
const NEEDS: readonly FargateNeed[] = [
  { protocol: TCP, port: 443, purpose: "kube-apiserver" },
  { protocol: TCP, port: 10_250, purpose: "kubelet" },
  { protocol: TCP, port: 53, purpose: "CoreDNS" },
  { protocol: UDP, port: 53, purpose: "CoreDNS" },
];

/** What the groups of a pod on Fargate lack. */
export interface FargateMinimum {
  /** `unknown`: the cluster security group is not known, or a group or list was not read. */
  readonly answer: "yes" | "no" | "unknown";
  /** Needs that no rule meets, in the order 443, 10250, tcp 53, udp 53. */
  readonly missing: readonly FargateNeed[];
}

/**
 * Says whether groups let a pod on Fargate reach what it needs: the cluster security group itself is
 * among them, or their egress rules reach its members on every port that is needed.
 */
export function fargateMinimum(groupIds: readonly string[], index: WorldIndex): FargateMinimum {
  const { clusterGroupId } = index.world.settings;
  if (clusterGroupId === undefined) return { answer: "unknown", missing: [] };
  if (groupIds.includes(clusterGroupId)) return { answer: "yes", missing: [] };
  const vpcId = index.groups.get(clusterGroupId)?.vpcId;
  const asked = { ...unknownAttachment("the pod", ""), vpcId, groupIds };
  const member = { ...unknownAttachment("the cluster", ""), vpcId, groupIds: [clusterGroupId] };
  const check: Check = { isEgress: true, asked, peer: seenAs(member, 4, index) };
  const answers = NEEDS.map((need) => {
    const { protocol, port } = need;
    return { need, answer: judgeCheck(check, { protocol, port, family: 4 }, index).answer };
  });
  const missing = answers.flatMap(({ need, answer }) => (answer === "no" ? [need] : []));
  const isUnsure = answers.some(({ answer }) => answer === "unknown");
  if (missing.length > 0) return { answer: "no", missing };
  return { answer: isUnsure ? "unknown" : "yes", missing };
}
