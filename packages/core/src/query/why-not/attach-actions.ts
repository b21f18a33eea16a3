import { ruleMatches, type Traffic, trafficMatches } from "../../groups/rule-match.ts";
import { groupLabel } from "../../groups/rule-text.ts";
import type { Attachment } from "../../paths/attachment.ts";
import type { End } from "../../paths/end.ts";
import { isBranch } from "../../paths/node-interfaces.ts";
import type { Check } from "../../paths/path.ts";
import type { SecurityGroupRule } from "../../world/cloud.ts";
import type { SecurityGroupPolicy } from "../../world/cluster.ts";
import type { WorldIndex } from "../../world/world-index.ts";
import { attachCommand, policyCommand } from "./commands.ts";
import type { RemedyAction } from "./remedy.ts";

// Wider choices are not worth a reader's time.
const maxGroups = 5;

/** Groups of the same VPC that allow what a check refuses: the interface may be given one. */
export function attachActions(
  check: Check,
  traffic: Traffic,
  index: WorldIndex,
): readonly RemedyAction[] {
  const { asked } = check;
  if (asked.groupIds === undefined) return [];
  const has = new Set(asked.groupIds);
  const allowing = index.world.groups
    .filter(({ groupId, vpcId, rules }) => {
      const isOther = !has.has(groupId) && (vpcId === asked.vpcId || vpcId === "");
      return isOther && rules.some((rule) => isAllowing(rule, check, traffic, index));
    })
    .sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  return allowing.slice(0, maxGroups).flatMap((group) => attach(asked, group.groupId, index));
}

/** Groups that rules of the refusing interface refer to: the far end may be given one. */
export function memberActions(
  check: Check,
  traffic: Traffic,
  far: End,
  index: WorldIndex,
): readonly RemedyAction[] {
  if (!("own" in far) || far.own.groupIds === undefined) return [];
  const { own } = far;
  const rules = (check.asked.groupIds ?? []).flatMap((id) => index.groups.get(id)?.rules ?? []);
  const referred = rules.flatMap((rule) => {
    const isFitting = rule.isEgress === check.isEgress && trafficMatches(rule, traffic) === "yes";
    if (!isFitting || rule.peer.kind !== "group" || rule.peer.isStale === true) return [];
    const { groupId } = rule.peer;
    const isOfVpc = index.groups.get(groupId)?.vpcId === own.vpcId;
    return isOfVpc && !own.groupIds?.includes(groupId) ? [groupId] : [];
  });
  const groupIds = [...new Set(referred)].sort().slice(0, maxGroups);
  return groupIds.flatMap((groupId) => attach(own, groupId, index));
}

function isAllowing(
  rule: SecurityGroupRule,
  check: Check,
  traffic: Traffic,
  index: WorldIndex,
): boolean {
  return (
    rule.isEgress === check.isEgress && ruleMatches(rule, traffic, check.peer, index) === "yes"
  );
}

function attach(asked: Attachment, groupId: string, index: WorldIndex): readonly RemedyAction[] {
  const eni = index.interfaces.get(asked.eniId ?? "");
  const label = groupLabel(groupId, index);
  if (eni === undefined) return attachByPolicy(asked.title, groupId, index);
  const groupIds = [...eni.groupIds, groupId];
  const isShared = eni.instanceId !== undefined && !isBranch(eni);
  const shared = isShared ? ", which serves every ordinary pod on it" : "";
  return [
    {
      kind: "attach",
      text: `attach ${label} to interface ${eni.eniId} of ${asked.title}${shared}`,
      command: attachCommand(eni.eniId, groupIds),
      edits: [{ action: "change", kind: "interface", object: { ...eni, groupIds } }],
    },
  ];
}

// A pod that has not started gets its groups from its policies.
function attachByPolicy(
  title: string,
  groupId: string,
  index: WorldIndex,
): readonly RemedyAction[] {
  const pod = index.pods.get(title);
  const policies = index.policies.byNamespace.get(pod?.namespace ?? "") ?? [];
  return policies.slice(0, maxGroups).map(({ policy }) => {
    const object: SecurityGroupPolicy = { ...policy, groupIds: [...policy.groupIds, groupId] };
    const name = `${policy.namespace}/${policy.name}`;
    return {
      kind: "attach",
      text: `add ${groupLabel(groupId, index)} to the groups of SecurityGroupPolicy ${name}`,
      command: policyCommand(policy, object.groupIds),
      edits: [{ action: "change", kind: "policy", object }],
    };
  });
}
