import { everyMatch, type Match } from "../groups/match.ts";
import { anyOf, peerCovers } from "./peer-covers.ts";
import { portCovers } from "./port-covers.ts";
import type { PolicyContext } from "./question.ts";
import type { PolicyPeer, PolicyRule, ReadPolicy } from "./read-policy.ts";

/** What a rule says to a packet, peer by peer. */
export interface RuleAnswer {
  readonly match: Match;
  /** One per peer; a single one without a peer when the rule is for everybody. */
  readonly entries: readonly EntryAnswer[];
}

/** What one peer of a rule says, with the rule's ports. */
export interface EntryAnswer {
  readonly rule: PolicyRule;
  /** Undefined for everybody. */
  readonly peer: PolicyPeer | undefined;
  readonly byPeer: Match;
  readonly byPort: Match;
  readonly match: Match;
}

/** Asks one rule: some peer must cover the far end, and some port the traffic for that peer. */
export function ruleCovers(
  rule: PolicyRule,
  policy: ReadPolicy,
  context: PolicyContext,
): RuleAnswer {
  const peers = rule.peers ?? [undefined];
  const entries = peers.map((peer): EntryAnswer => {
    const byPeer = peer === undefined ? "yes" : peerCovers(peer, policy.tier, context);
    const byPort = portsCover(rule, peer, policy, context);
    return { rule, peer, byPeer, byPort, match: everyMatch([byPeer, byPort]) };
  });
  return { match: anyOf(entries.map(({ match }) => match)), entries };
}

/** Where the rule, or the peer that covers the packet, stands in its manifest. */
export function placeOf({ match, entries }: RuleAnswer, rule: PolicyRule): string {
  return entries.find((entry) => entry.match === match)?.peer?.at ?? rule.at;
}

function portsCover(
  { ports }: PolicyRule,
  peer: PolicyPeer | undefined,
  policy: ReadPolicy,
  context: PolicyContext,
): Match {
  if (ports === undefined) return "yes";
  return anyOf(ports.map((port) => portCovers(port, peer, policy, context)));
}
