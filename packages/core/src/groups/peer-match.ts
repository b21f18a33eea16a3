import { type Cidr, cidrContainsCidr, cidrsOverlap, tryParseCidr } from "../net/cidr.ts";
import type { PrefixList, RulePeer, SecurityGroup } from "../world/cloud.ts";
import type { Match } from "./match.ts";

/** The far end of a connection as one interface sees it. */
export interface SeenPeer {
  /** For people: a name or an address. */
  readonly title: string;
  /**
   * Blocks of one family, one of which holds the peer's address: a single /32 or /128 when it is
   * known, the CIDRs of its VPC when only that is, the whole family otherwise. Never empty.
   */
  readonly within: readonly Cidr[];
  /** Whose group references cover it. */
  readonly membership: Membership;
}

/**
 * The groups of the interface that carries the peer's private address now. `unknown`: not read.
 * `foreign`: in a peered VPC that the world does not describe, so that only references to groups
 * unknown to the world may cover it.
 */
export type Membership =
  | { readonly kind: "known"; readonly groupIds: readonly string[] }
  | { readonly kind: "unknown" }
  | { readonly kind: "foreign" };

/** What rules refer to, by id. */
export interface References {
  readonly groups: ReadonlyMap<string, SecurityGroup>;
  readonly prefixLists: ReadonlyMap<string, PrefixList>;
}

/**
 * Says whether a rule's peer covers the far end.
 *
 * A group reference covers private addresses of interfaces that carry the group now, branches
 * included, never public ones; a stale one covers nothing. A prefix list counts as its latest
 * entries. Source: EC2 user guide, "Security group rules".
 */
export function peerMatches(peer: RulePeer, seen: SeenPeer, references: References): Match {
  switch (peer.kind) {
    case "cidr":
      return liesIn(seen.within, [peer.cidr]);
    case "group":
      return peer.isStale === true ? "no" : isMember(peer.groupId, seen.membership, references);
    case "prefixList": {
      const list = references.prefixLists.get(peer.prefixListId);
      return list === undefined ? "unknown" : liesIn(seen.within, list.cidrs);
    }
  }
}

function isMember(groupId: string, membership: Membership, references: References): Match {
  switch (membership.kind) {
    case "known":
      return membership.groupIds.includes(groupId) ? "yes" : "no";
    case "unknown":
      return "unknown";
    case "foreign":
      return references.groups.has(groupId) ? "no" : "unknown";
  }
}

// Sure only where every block that may hold the address agrees.
function liesIn(within: readonly Cidr[], texts: readonly string[]): Match {
  const cidrs = texts.map(tryParseCidr);
  // Text that EC2 would never store cannot be judged; it must not turn into a refusal.
  if (cidrs.includes(undefined)) return "unknown";
  return blocksLieIn(within, cidrs as readonly Cidr[]);
}

/** Says whether an address that one of the blocks holds lies in one of the CIDRs. */
export function blocksLieIn(within: readonly Cidr[], cidrs: readonly Cidr[]): Match {
  const answers = new Set(within.map((block) => blockLiesIn(block, cidrs)));
  return answers.size === 1 ? [...answers][0] : "unknown";
}

function blockLiesIn(block: Cidr, cidrs: readonly Cidr[]): Match {
  if (cidrs.some((cidr) => cidrContainsCidr(cidr, block))) return "yes";
  return cidrs.some((cidr) => cidrsOverlap(cidr, block)) ? "unknown" : "no";
}
