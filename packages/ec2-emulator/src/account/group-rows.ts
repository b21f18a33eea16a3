import type { Tags } from "./interface-rows.ts";
import type { Row } from "./table.ts";

/** A security group; its rules point at it. */
export interface Group extends Row {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly ownerId: string;
  readonly tags: Tags;
}

/** The peer of a rule. CIDRs are canonical. */
export type Peer =
  | { readonly kind: "ipv4"; readonly cidr: string }
  | { readonly kind: "ipv6"; readonly cidr: string }
  | { readonly kind: "prefixList"; readonly prefixListId: string }
  | {
      readonly kind: "group";
      readonly groupId: string;
      readonly ownerId: string;
      readonly vpcId?: string;
      readonly peeringId?: string;
    };

/** Where a rule applies and to what, without its peer. */
export interface RuleMatch {
  /** tcp, udp, icmp, icmpv6, -1, or another protocol number as text. */
  readonly protocol: string;
  /** First port or ICMP type; -1 for all. */
  readonly fromPort: number;
  /** Last port or ICMP code; -1 for all. */
  readonly toPort: number;
}

/** One rule with exactly one peer. */
export interface Rule extends Row, RuleMatch {
  readonly groupId: string;
  readonly isEgress: boolean;
  readonly peer: Peer;
  readonly description?: string;
  readonly tags: Tags;
}

/** One entry of a prefix list. */
export interface PrefixListEntry {
  readonly cidr: string;
  readonly description?: string;
}

/** A managed prefix list with the entries of all its versions, the latest last. */
export interface PrefixList extends Row {
  readonly name: string;
  readonly ownerId: string;
  readonly family: "IPv4" | "IPv6";
  readonly maxEntries: number;
  readonly state: string;
  readonly version: number;
  readonly versions: readonly {
    readonly version: number;
    readonly entries: readonly PrefixListEntry[];
  }[];
  /** Fixed weight of a list that AWS manages. */
  readonly weight?: number;
  readonly tags: Tags;
}

/** The peer as text: part of the key under which two rules are the same. */
export function peerKey(peer: Peer): string {
  switch (peer.kind) {
    case "ipv4":
    case "ipv6":
      return peer.cidr;
    case "prefixList":
      return peer.prefixListId;
    case "group":
      return `${peer.ownerId}/${peer.groupId}`;
  }
}

/** Key under which two rules of one group are the same; descriptions and tags are not part. */
export function ruleKey(rule: RuleIdentity): string {
  const direction = rule.isEgress ? "out" : "in";
  return [direction, rule.protocol, rule.fromPort, rule.toPort, peerKey(rule.peer)].join("|");
}

/** What makes a rule of a group the one it is. */
export type RuleIdentity = RuleMatch & { readonly isEgress: boolean; readonly peer: Peer };

/** True when two rules of one group are the same, which is when their {@link ruleKey} is. */
export function isSameRule(a: RuleIdentity, b: RuleIdentity): boolean {
  return (
    a.fromPort === b.fromPort &&
    a.toPort === b.toPort &&
    a.isEgress === b.isEgress &&
    a.protocol === b.protocol &&
    peerKey(a.peer) === peerKey(b.peer)
  );
}

/** Entries of the latest version, or of the one asked for. */
export function entriesOf(list: PrefixList, version?: number): readonly PrefixListEntry[] {
  const wanted = version ?? list.version;
  return list.versions.find((known) => known.version === wanted)?.entries ?? [];
}
