import type { ReadAcl, ReadEntry } from "./read-acls.ts";

/**
 * Says whether an ACL lets everything through both ways, as the one does that each VPC begins with:
 * an entry for all traffic of a family allows, and none before it denies.
 */
export function isOpenAcl({ ingress, egress }: ReadAcl, families: readonly (4 | 6)[]): boolean {
  return families.every((family) => opens(ingress, family) && opens(egress, family));
}

function opens(inOrder: readonly ReadEntry[], family: 4 | 6): boolean {
  for (const { entry, cidr } of inOrder) {
    if (entry.action === "deny") return false;
    const isWhole = cidr.family === family && cidr.prefixLength === 0;
    if (isWhole && entry.protocol === -1) return true;
  }
  return false;
}
