import { formatCidr } from "../net/cidr.ts";
import type { PolicySet } from "./policy-set.ts";

/** CIDRs that policies tell addresses apart by, holes included; none without policies. */
export function policyBlocks(set: PolicySet | undefined): readonly string[] {
  if (set === undefined) return [];
  const all = [...set.admin, ...set.baseline, ...[...set.byNamespace.values()].flat()];
  return all
    .flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress])
    .flatMap(({ peers = [] }) => peers)
    .flatMap((peer) => (peer.kind === "blocks" ? peer.blocks : []))
    .flatMap(({ cidr, except }) => [cidr, ...except].map(formatCidr));
}
