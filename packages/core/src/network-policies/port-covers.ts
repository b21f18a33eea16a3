import type { Match } from "../groups/match.ts";
import { TCP, UDP } from "../net/protocol.ts";
import type { Pod } from "../world/cluster.ts";
import { anyOf, serviceSeen } from "./peer-covers.ts";
import type { PolicyEnd } from "./policy-end.ts";
import { choosesPod } from "./policy-set.ts";
import type { PolicyContext } from "./question.ts";
import type { PolicyPeer, PolicyPort, ReadPolicy } from "./read-policy.ts";
import { SCTP } from "./read-port.ts";

const numberOfProtocol = { TCP, UDP, SCTP };

/** Says whether a protocol is one that policies have ports for: the others they cannot name. */
export function hasPolicyPorts(protocol: number): boolean {
  return protocol === TCP || protocol === UDP || protocol === SCTP;
}

/**
 * Says whether a port entry covers the traffic, for one peer of its rule.
 *
 * A name stands for what the destination calls so under the protocol; it may mean another number on
 * every pod, and nothing on an end that is no pod.
 *
 * @param peer undefined for a rule that is for everybody.
 */
export function portCovers(
  port: PolicyPort,
  peer: PolicyPeer | undefined,
  policy: ReadPolicy,
  context: PolicyContext,
): Match {
  const { traffic, direction, end, switches } = context;
  if (!hasPolicyPorts(traffic.protocol)) return "no";
  if (port.kind === "range") {
    if (port.protocol !== traffic.protocol) return "no";
    const asked = portSeen(peer, context);
    return port.fromPort <= asked && asked <= port.toPort ? "yes" : "no";
  }
  if (port.protocol !== undefined && port.protocol !== traffic.protocol) return "no";
  if (direction === "egress") return namedOn([context.peer], port.name, context);
  const isPodPeer = peer?.kind === "pods";
  const isAsAwsReads = policy.kind === "NetworkPolicy";
  if (isAsAwsReads && switches.namedPortNeedsPodPeer && !isPodPeer) return "no";
  const isShared = isAsAwsReads && switches.namedIngressPort === "selected pods";
  return namedOn(isShared ? selectedEnds(policy, context) : [end], port.name, context);
}

// Where the Service is what a block sees, its own port stands beside its address.
function portSeen(peer: PolicyPeer | undefined, context: PolicyContext): number {
  const service = peer?.kind === "pods" ? undefined : serviceSeen(context);
  return service?.port ?? context.traffic.port;
}

function selectedEnds({ subject, namespace = "" }: ReadPolicy, context: PolicyContext) {
  const pods = context.set.podsByNamespace.get(namespace) ?? [];
  return pods
    .filter((pod) => choosesPod(subject, pod, context.set))
    .map((pod): PolicyEnd => ({ kind: "pod", pod, within: [] }));
}

function namedOn(ends: readonly PolicyEnd[], name: string, { traffic }: PolicyContext): Match {
  return anyOf(
    ends.map((end) => (end.kind === "pod" ? portNamed(end.pod, name, traffic) : ("no" as const))),
  );
}

function portNamed(
  { ports }: Pod,
  name: string,
  asked: { readonly protocol: number; readonly port: number },
): Match {
  // Plain manifests always say; a pod known by a record only may have any ports.
  if (ports === undefined) return "unknown";
  const isThere = ports.some((one) => {
    const protocol = numberOfProtocol[one.protocol];
    return one.name === name && protocol === asked.protocol && one.port === asked.port;
  });
  return isThere ? "yes" : "no";
}
