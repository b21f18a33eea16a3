import { concerns } from "./decide-tier.ts";
import type { NearMiss } from "./policy-answer.ts";
import { titleOf } from "./policy-end.ts";
import type { PolicyContext } from "./question.ts";
import { protocolText } from "./question-text.ts";
import type { ReadPolicy } from "./read-policy.ts";
import { type EntryAnswer, ruleCovers } from "./rule-covers.ts";

/** More would not be read; the first ones are those of the first policies. */
const NEAR_MISSES_MAX = 5;

/** Entries of allowing rules that cover the far end but not the traffic, or the other way round. */
export function nearMissesOf(
  policies: readonly ReadPolicy[],
  context: PolicyContext,
): readonly NearMiss[] {
  const found: NearMiss[] = [];
  const rules = policies
    .filter((policy) => policy.problems.length === 0 && concerns(policy, context))
    .flatMap((policy) => (policy[context.direction] ?? []).map((rule) => ({ policy, rule })));
  for (const { policy, rule } of rules) {
    if (found.length >= NEAR_MISSES_MAX) break;
    if (rule.action === "Deny") continue;
    for (const entry of ruleCovers(rule, policy, context).entries) {
      const because = missText(entry, context);
      if (because === undefined) continue;
      found.push({ title: policy.title, at: entry.peer?.at ?? rule.at, because });
    }
  }
  return found.slice(0, NEAR_MISSES_MAX);
}

function missText({ byPeer, byPort }: EntryAnswer, context: PolicyContext): string | undefined {
  const far = titleOf(context.peer);
  const what = protocolText(context.traffic);
  if (byPeer === "yes" && byPort === "no") return `covers ${far} but not ${what}`;
  if (byPeer === "no" && byPort === "yes") return `covers ${what} but not ${far}`;
  return undefined;
}
