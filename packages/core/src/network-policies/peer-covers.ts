import type { Match } from "../groups/match.ts";
import { matchesValidSelector } from "../labels/selector.ts";
import { type Address, tryParseAddress } from "../net/address.ts";
import { type Cidr, cidrContainsCidr, cidrOf, cidrsOverlap } from "../net/cidr.ts";
import { labelledNode } from "./labelled-node.ts";
import type { PolicyEnd, ServiceHop, Within } from "./policy-end.ts";
import { choosesNamespace, choosesPod } from "./policy-set.ts";
import type { PolicyContext } from "./question.ts";
import type { AddressBlock, PolicyPeer, PolicyTier } from "./read-policy.ts";

/**
 * Says whether a rule's peer covers the far end.
 *
 * Selectors cover pods with a network of their own; blocks cover addresses whoever has them, unless
 * a switch takes pods out of those of a NetworkPolicy. Whom a domain name stands for nobody knows.
 */
export function peerCovers(peer: PolicyPeer, tier: PolicyTier, context: PolicyContext): Match {
  const { peer: far, set, switches } = context;
  const service = serviceSeen(context);
  switch (peer.kind) {
    case "pods":
      if (service !== undefined) return yesIf(choosesService(peer, service, context));
      return yesIf(far.kind === "pod" && choosesPod(peer, far.pod, set));
    case "blocks": {
      const isOpenToPods = tier !== "NetworkPolicy" || switches.ipBlockMatchesPods;
      if (service === undefined && far.kind === "pod" && !isOpenToPods) return "no";
      return blocksCover(peer.blocks, withinSeen(context));
    }
    case "nodes":
      return far.kind === "node" ? labelledNode(peer.nodes, far.nodeName, set) : "no";
    case "domains":
      return far.kind === "other" ? "unknown" : "no";
  }
}

/** The Service that egress rules see in place of the pod behind it, where the model says so. */
export function serviceSeen(context: PolicyContext): ServiceHop | undefined {
  const { direction, service, switches } = context;
  return direction === "egress" && switches.egressComparedWith === "service" ? service : undefined;
}

/** Where the address is that rules see of the far end. */
export function withinSeen(context: PolicyContext): Within {
  const service = serviceSeen(context);
  return service === undefined ? context.peer.within : addressOf(service, context.traffic.family);
}

/** Says whether blocks with holes cover an address of which only `within` is known. */
function blocksCover(blocks: readonly AddressBlock[], within: Within): Match {
  const answers = within.map((place) => anyOf(blocks.map((block) => blockCovers(block, place))));
  const [first = "no"] = answers;
  return answers.every((answer) => answer === first) ? first : "unknown";
}

/** OR: one "yes" decides, then one "unknown" does. "no" for no answers at all. */
export function anyOf(matches: readonly Match[]): Match {
  if (matches.includes("yes")) return "yes";
  return matches.includes("unknown") ? "unknown" : "no";
}

// Holes take away from their own block only.
function blockCovers({ cidr, except }: AddressBlock, place: Cidr): Match {
  if (!cidrsOverlap(cidr, place)) return "no";
  if (except.some((hole) => cidrContainsCidr(hole, place))) return "no";
  const isCertain = cidrContainsCidr(cidr, place);
  return isCertain && !except.some((hole) => cidrsOverlap(hole, place)) ? "yes" : "unknown";
}

// The controller compares a Service's selector with the rule's as if it were a pod's labels.
function choosesService(
  peer: PolicyPeer & { readonly kind: "pods" },
  { namespace, selector = {} }: ServiceHop,
  { set }: PolicyContext,
): boolean {
  return (
    choosesNamespace(peer.namespaces, namespace, set) && matchesValidSelector(peer.pods, selector)
  );
}

function addressOf({ address }: ServiceHop, family: 4 | 6): Within {
  // Any address of the family, while the Service has none yet.
  if (address === undefined) return [cidrOf(family === 4 ? anyV4 : anyV6, 0)];
  const parsed = tryParseAddress(address);
  return parsed === undefined ? [] : [cidrOf(parsed, parsed.family === 4 ? 32 : 128)];
}

function yesIf(isTrue: boolean): Match {
  return isTrue ? "yes" : "no";
}

const anyV4: Address = { family: 4, ip: 0 };
const anyV6: Address = { family: 6, ip: [0, 0, 0, 0] };

/** Says whether two ends are one pod. */
export function isSamePod(a: PolicyEnd, b: PolicyEnd): boolean {
  if (a.kind !== "pod" || b.kind !== "pod") return false;
  return a.pod.namespace === b.pod.namespace && a.pod.name === b.pod.name;
}
