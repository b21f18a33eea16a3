import { TCP } from "../net/protocol.ts";
import type { SecurityGroupRule } from "../world/cloud.ts";
import { idleTimeoutS, type TimeoutContext } from "./idle-timeouts.ts";
import type { References } from "./peer-match.ts";
import { ruleMatches } from "./rule-match.ts";
import { type GroupSwitchValues, groupSwitchValues } from "./switches.ts";
import { type TrackedConnection, type Tracking, trackingOf } from "./tracking.ts";

/** All rules of all groups of an interface, both directions, before and after an edit. */
export interface RuleEdit {
  readonly before: readonly SecurityGroupRule[];
  readonly after: readonly SecurityGroupRule[];
  /** `rules`: rules were edited. `groups`: the interface got another set of groups. Default rules. */
  readonly kind?: "rules" | "groups";
}

/**
 * What an edit does to an open connection. `continues`: packets pass as before. `untilIdle`: they
 * pass until there are none for so long; no new connection may begin. `cut`: none passes from now
 * on. `notOpen`: the rules before never let it begin.
 */
export type ConnectionOutcome =
  | { readonly kind: "continues"; readonly tracking: Exclude<Tracking, "refused"> }
  | { readonly kind: "untilIdle"; readonly timeoutS: number }
  | { readonly kind: "cut" }
  | { readonly kind: "notOpen" };

/** What the outcome depends on besides connection and rules. */
export interface EditContext extends TimeoutContext {
  readonly switches?: Partial<GroupSwitchValues>;
}

/**
 * Says what an edit of rules, or of an interface's groups, does to a connection that is open.
 *
 * One connection and one family at a time: an edit of IPv4 rules leaves IPv6 connections as they
 * are. Throws INVALID_ARGUMENT for switches and timeouts that do not exist. Source: EC2 user guide,
 * "Security group connection tracking"; the open points are `GROUP_SWITCHES`.
 */
export function connectionAfter(
  connection: TrackedConnection,
  edit: RuleEdit,
  references: References,
  context: EditContext = {},
): ConnectionOutcome {
  const switches = groupSwitchValues(context.switches);
  const before = trackingOf(connection, edit.before, references, switches);
  const after = trackingOf(connection, edit.after, references, switches);
  if (before === "refused") return { kind: "notOpen" };
  if (before === "tracked") {
    const isJudgedAnew = edit.kind === "groups" && switches.groupSetChange === "cuts";
    if (isJudgedAnew) return begunAnew(after, connection, switches);
    if (after === "refused") {
      return { kind: "untilIdle", timeoutS: idleTimeoutS(connection.traffic.protocol, context) };
    }
    const isGivenUp = after === "untracked" && switches.openedLater === "untracked";
    return { kind: "continues", tracking: isGivenUp ? "untracked" : "tracked" };
  }
  const isItsRuleGone =
    switches.untrackedEdit === "cut" && !keepsARule(connection, edit, references);
  return isItsRuleGone ? { kind: "cut" } : begunAnew(after, connection, switches);
}

// A packet from the middle is the first that the new rules see.
function begunAnew(
  after: Tracking,
  { traffic }: TrackedConnection,
  { midStream }: GroupSwitchValues,
): ConnectionOutcome {
  if (after === "refused") return { kind: "cut" };
  const isWithoutState = after === "tracked" && traffic.protocol === TCP && midStream === "passes";
  return isWithoutState ? { kind: "cut" } : { kind: "continues", tracking: after };
}

// By what a rule says: EC2 keeps the id of a rule that is changed.
function keepsARule(
  { traffic, peer, isEgress }: TrackedConnection,
  { before, after }: RuleEdit,
  references: References,
): boolean {
  const enabling = before.filter((rule) => {
    return rule.isEgress === isEgress && ruleMatches(rule, traffic, peer, references) === "yes";
  });
  const left = new Set(after.map(meaningOf));
  return enabling.some((rule) => left.has(meaningOf(rule)));
}

function meaningOf({ isEgress, protocol, fromPort, toPort, peer }: SecurityGroupRule): string {
  return JSON.stringify([isEgress, protocol, fromPort, toPort, Object.entries(peer).sort()]);
}
