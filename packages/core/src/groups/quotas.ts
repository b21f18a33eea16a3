import { tryParseCidr } from "../net/cidr.ts";
import type { PrefixList, SecurityGroup, SecurityGroupRule } from "../world/cloud.ts";
import type { References } from "./peer-match.ts";

/** Quotas of an account that bound groups. */
export interface GroupQuotas {
  /** Rules of one group, per direction and family. */
  readonly rulesPerGroup: number;
  /** Groups of one interface. */
  readonly groupsPerInterface: number;
}

/** What an account has before it asks for more. Source: VPC user guide, "Amazon VPC quotas". */
export const DEFAULT_GROUP_QUOTAS: GroupQuotas = { rulesPerGroup: 60, groupsPerInterface: 5 };

/** Groups of one interface that no account can exceed. Source: as above. */
export const MAX_GROUPS_PER_INTERFACE = 16;

/** Largest product of the two quotas. Source: as above. */
export const MAX_GROUPS_TIMES_RULES = 1000;

/** Rules as the quota counts them, by direction and family. */
export interface RuleCounts {
  readonly ingress: FamilyCounts;
  readonly egress: FamilyCounts;
}

/** A count for each family. */
export interface FamilyCounts {
  readonly ipv4: number;
  readonly ipv6: number;
}

// Weights of lists that AWS manages. Source: VPC user guide, "AWS-managed prefix list weight".
const managedListWeights: readonly (readonly [namePart: string, weight: number])[] = [
  [".cloudfront.", 55],
  [".groundstation", 5],
  [".vpc-lattice", 10],
  [".s3", 1],
  [".dynamodb", 1],
];

/**
 * Counts the rules of a group as EC2 charges them.
 *
 * A group reference counts in both families; a prefix list counts as its maximal size (AWS's own
 * ones by their published weight) in its family, in both when the list is not known or empty.
 */
export function countRules(group: SecurityGroup, references: References): RuleCounts {
  const count = (isEgress: boolean, family: 4 | 6) =>
    group.rules
      .filter((rule) => rule.isEgress === isEgress)
      .reduce((sum, rule) => sum + weightOf(rule, family, references), 0);
  return {
    ingress: { ipv4: count(false, 4), ipv6: count(false, 6) },
    egress: { ipv4: count(true, 4), ipv6: count(true, 6) },
  };
}

function weightOf(rule: SecurityGroupRule, family: 4 | 6, references: References): number {
  switch (rule.peer.kind) {
    case "group":
      return 1;
    case "cidr":
      return tryParseCidr(rule.peer.cidr)?.family === family ? 1 : 0;
    case "prefixList": {
      const list = references.prefixLists.get(rule.peer.prefixListId);
      return list === undefined ? 1 : listWeight(list, family);
    }
  }
}

function listWeight(list: PrefixList, family: 4 | 6): number {
  const first = list.cidrs.length > 0 ? tryParseCidr(list.cidrs[0]) : undefined;
  if (first !== undefined && first.family !== family) return 0;
  if (!list.name.startsWith("com.amazonaws.")) return list.maxEntries;
  const managed = managedListWeights.find(([namePart]) => list.name.includes(namePart));
  return managed?.[1] ?? list.maxEntries;
}
