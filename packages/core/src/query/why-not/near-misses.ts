import { peerMatches } from "../../groups/peer-match.ts";
import { type Traffic, trafficMatches } from "../../groups/rule-match.ts";
import { ruleText } from "../../groups/rule-text.ts";
import { formatTraffic } from "../../net/protocol.ts";
import type { Check } from "../../paths/path.ts";
import type { SecurityGroup, SecurityGroupRule } from "../../world/cloud.ts";
import type { WorldIndex } from "../../world/world-index.ts";
import type { RuleNearMiss } from "./remedy.ts";

const maxMisses = 20;

/** Rules that would satisfy a check that refuses, if one thing about them were different. */
export function nearMisses(
  check: Check,
  traffic: Traffic,
  index: WorldIndex,
): readonly RuleNearMiss[] {
  const own = new Set(check.asked.groupIds ?? []);
  const groups = [...index.world.groups].sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  return groups
    .flatMap((group) =>
      group.rules.flatMap((rule) => {
        const differsIn = differenceOf(rule, own.has(group.groupId), { check, traffic }, index);
        return differsIn === undefined ? [] : [missOf(rule, group, differsIn, { traffic, index })];
      }),
    )
    .slice(0, maxMisses);
}

function differenceOf(
  rule: SecurityGroupRule,
  isOwn: boolean,
  { check, traffic }: { readonly check: Check; readonly traffic: Traffic },
  index: WorldIndex,
): RuleNearMiss["differsIn"] | undefined {
  const isPeer = peerMatches(rule.peer, check.peer, index) === "yes";
  const isTraffic = trafficMatches(rule, traffic) === "yes";
  const isDirection = rule.isEgress === check.isEgress;
  const faults: RuleNearMiss["differsIn"][] = [];
  if (!isPeer) faults.push("peer");
  if (!isTraffic) faults.push(rule.protocol === traffic.protocol ? "port" : "protocol");
  if (!isDirection) faults.push("direction");
  if (!isOwn) faults.push("group");
  return faults.length === 1 ? faults[0] : undefined;
}

function missOf(
  rule: SecurityGroupRule,
  { groupId, name }: SecurityGroup,
  differsIn: RuleNearMiss["differsIn"],
  { traffic, index }: { readonly traffic: Traffic; readonly index: WorldIndex },
): RuleNearMiss {
  const text = ruleText(rule, index);
  const wanted = formatTraffic(traffic.protocol, { fromPort: traffic.port, toPort: traffic.port });
  const because = {
    port: `has the right peer, but not ${wanted}`,
    protocol: `has the right peer, but not ${wanted}`,
    peer: "has the right port, but another peer",
    direction: rule.isEgress ? "is an egress rule" : "is an ingress rule",
    group: "would allow it, but its group is not attached",
  }[differsIn];
  return {
    rule: { rule, groupId, groupName: name, text },
    differsIn,
    text: `${name} ${text} (${rule.ruleId}) ${because}`,
  };
}
