import type { Match } from "../groups/match.ts";
import { ruleMatches, type Traffic } from "../groups/rule-match.ts";
import { ruleText } from "../groups/rule-text.ts";
import type { Check } from "../paths/path.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { DecidingRule } from "./explanation.ts";

/** What the groups of one interface say to one direction of a flow. */
export interface CheckAnswer {
  readonly answer: Match;
  /** The rules that allow it, by group id and rule id. */
  readonly rules: readonly DecidingRule[];
  /** Why the answer is unknown, one clause each. */
  readonly because: readonly string[];
}

/**
 * Asks all rules of all groups of an interface: one that allows is enough, none means no. Rules
 * that cannot be judged make the answer unknown only if no other allows.
 */
export function judgeCheck(check: Check, traffic: Traffic, index: WorldIndex): CheckAnswer {
  const { asked } = check;
  if (asked.groupIds === undefined) {
    return { answer: "unknown", rules: [], because: [asked.unknownBecause] };
  }
  const rules: DecidingRule[] = [];
  const because: string[] = [];
  for (const groupId of asked.groupIds) {
    const group = index.groups.get(groupId);
    if (group === undefined) {
      because.push(`group ${groupId} is not in the world`);
      continue;
    }
    for (const rule of group.rules) {
      if (rule.isEgress !== check.isEgress) continue;
      const match = ruleMatches(rule, traffic, check.peer, index);
      if (match === "no") continue;
      const text = ruleText(rule, index);
      if (match === "yes") rules.push({ rule, groupId, groupName: group.name, text });
      else because.push(`${group.name} ${text} (${rule.ruleId}) may apply`);
    }
  }
  if (rules.length > 0) return { answer: "yes", rules: rules.sort(byIds), because: [] };
  return { answer: because.length > 0 ? "unknown" : "no", rules, because };
}

// The same explanation for the same world in every order of its lists.
function byIds(a: DecidingRule, b: DecidingRule): number {
  if (a.groupId !== b.groupId) return a.groupId < b.groupId ? -1 : 1;
  if (a.rule.ruleId === b.rule.ruleId) return 0;
  return a.rule.ruleId < b.rule.ruleId ? -1 : 1;
}
