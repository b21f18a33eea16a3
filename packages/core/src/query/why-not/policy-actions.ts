import { formatCidr } from "../../net/cidr.ts";
import { TCP, UDP } from "../../net/protocol.ts";
import { seenAs, seenAsAddress } from "../../paths/attachment.ts";
import type { End } from "../../paths/end.ts";
import type { LegJudgement } from "../../verdict/judge.ts";
import type { Pod } from "../../world/cluster.ts";
import type { NetworkPolicy, NetworkPolicyPeer } from "../../world/network-policy.ts";
import type { WorldIndex } from "../../world/world-index.ts";
import type { RemedyAction } from "./remedy.ts";

/** IANA protocol number. */
const SCTP = 132;
const protocolNames: ReadonlyMap<number, "TCP" | "UDP" | "SCTP"> = new Map([
  [TCP, "TCP"],
  [UDP, "UDP"],
  [SCTP, "SCTP"],
]);

/**
 * One more NetworkPolicy for the first end whose policies refuse: it selects that pod by its labels
 * and lets the far end in, or out to it, on the one port.
 *
 * Policies of cluster-wide kinds that deny are not argued with: the proof then fails.
 */
export function policyActions(
  { findings, source, destination, traffic }: LegJudgement,
  index: WorldIndex,
): readonly RemedyAction[] {
  const refusal = findings.find(({ outcome, policies }) => {
    return outcome === "BLOCKED" && policies !== undefined;
  });
  const protocol = protocolNames.get(traffic.protocol);
  if (refusal === undefined || protocol === undefined) return [];
  const isEgress = refusal.title.endsWith(" egress");
  const [near, far] = isEgress ? [source, destination] : [destination, source];
  const pod = podOf(near);
  if (pod === undefined) return [];
  const ports = [{ protocol, port: traffic.port }];
  return peersOf(far, traffic.family, index).map((peers): RemedyAction => {
    const object: NetworkPolicy = {
      namespace: pod.namespace,
      name: freshName(pod, index),
      spec: {
        podSelector: { matchLabels: pod.labels },
        policyTypes: [isEgress ? "Egress" : "Ingress"],
        ...(isEgress ? { egress: [{ to: peers, ports }] } : { ingress: [{ from: peers, ports }] }),
      },
    };
    const what = `${protocol.toLowerCase()}/${traffic.port}`;
    const whom = isEgress ? `to ${far.title}` : `from ${far.title}`;
    return {
      kind: "networkPolicy",
      text: `add NetworkPolicy ${object.namespace}/${object.name} that lets ${near.title} have ${what} ${whom}`,
      edits: [{ action: "add", kind: "networkPolicy", object }],
    };
  });
}

// Pods by their labels, which outlive their addresses; everything else by address.
function peersOf(
  far: End,
  family: 4 | 6,
  index: WorldIndex,
): readonly (readonly NetworkPolicyPeer[])[] {
  const pod = podOf(far);
  if (pod !== undefined) {
    const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": pod.namespace } };
    return [[{ podSelector: { matchLabels: pod.labels }, namespaceSelector }]];
  }
  if (far.kind === "ended") return [];
  const seen = far.kind === "address" ? seenAsAddress(far.asked) : seenAs(far.own, family, index);
  return [seen.within.map((cidr) => ({ ipBlock: { cidr: formatCidr(cidr) } }))];
}

function podOf(end: End): Pod | undefined {
  const isPod = end.kind === "branch" || end.kind === "ordinary";
  return isPod ? end.pod : undefined;
}

function freshName({ namespace, name }: Pod, { world }: WorldIndex): string {
  const taken = new Set(
    (world.networkPolicies ?? [])
      .filter((policy) => policy.namespace === namespace)
      .map((policy) => policy.name),
  );
  let number = 1;
  while (taken.has(`allow-${name}-${number}`)) number++;
  return `allow-${name}-${number}`;
}
