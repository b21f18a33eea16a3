import type { Account } from "../account/account.ts";
import type { Rule } from "../account/group-rows.ts";
import { Refusal } from "../wire/refusal.ts";

/** What one rule counts against the quotas of both families. Source: VPC quotas. */
function weightOf(account: Account, rule: Pick<Rule, "peer">): { v4: number; v6: number } {
  switch (rule.peer.kind) {
    case "ipv4":
      return { v4: 1, v6: 0 };
    case "ipv6":
      return { v4: 0, v6: 1 };
    case "group":
      return { v4: 1, v6: 1 };
    case "prefixList": {
      const list = account.prefixLists.get(rule.peer.prefixListId);
      const weight = list?.weight ?? list?.maxEntries ?? 1;
      return list?.family === "IPv6" ? { v4: 0, v6: weight } : { v4: weight, v6: 0 };
    }
  }
}

/** Throws RulesPerSecurityGroupLimitExceeded when a direction of a group is over its quota. */
export function checkRuleQuota(account: Account, groupId: string): void {
  const limit = account.settings.quotas.rulesPerGroup;
  const counts = { in4: 0, in6: 0, out4: 0, out6: 0 };
  for (const rule of account.rules.by("group-id", groupId)) {
    const { v4, v6 } = weightOf(account, rule);
    if (rule.isEgress) {
      counts.out4 += v4;
      counts.out6 += v6;
    } else {
      counts.in4 += v4;
      counts.in6 += v6;
    }
  }
  if (Math.max(...Object.values(counts)) <= limit) return;
  throw new Refusal(
    "RulesPerSecurityGroupLimitExceeded",
    "The maximum number of rules per security group has been reached.",
  );
}
