import type { Traffic } from "../../groups/rule-match.ts";
import { ruleText } from "../../groups/rule-text.ts";
import { formatCidr } from "../../net/cidr.ts";
import { ICMP, ICMPV6, TCP, UDP } from "../../net/protocol.ts";
import type { Check } from "../../paths/path.ts";
import type { RulePeer, SecurityGroup, SecurityGroupRule } from "../../world/cloud.ts";
import type { WorldIndex } from "../../world/world-index.ts";
import { authorizeCommand } from "./commands.ts";
import type { RemedyAction } from "./remedy.ts";

// Wider choices are not worth a reader's time; narrow ones come first.
const maxGroups = 5;

/** Rules that would satisfy a check that refuses: one for each group of the interface and peer. */
export function ruleActions(
  check: Check,
  traffic: Traffic,
  index: WorldIndex,
): readonly RemedyAction[] {
  const groups = (check.asked.groupIds ?? []).flatMap((id) => index.groups.get(id) ?? []);
  return groups.slice(0, maxGroups).flatMap((group) => {
    return peersOf(check, group).map((peers) => addRules(group, check, { peers, traffic }, index));
  });
}

// By group where a reference covers the peer, by address otherwise and besides.
function peersOf({ peer }: Check, { vpcId }: SecurityGroup): readonly (readonly RulePeer[])[] {
  const groupIds = peer.membership.kind === "known" ? peer.membership.groupIds : [];
  const byGroup = groupIds.slice(0, 1).map((groupId) => [{ kind: "group", groupId } as const]);
  const byCidr = peer.within.map((cidr) => ({ kind: "cidr", cidr: formatCidr(cidr) }) as const);
  return vpcId === "" ? [byCidr] : [...byGroup, byCidr];
}

function addRules(
  group: SecurityGroup,
  check: Check,
  { peers, traffic }: { readonly peers: readonly RulePeer[]; readonly traffic: Traffic },
  index: WorldIndex,
): RemedyAction {
  const rules = peers.map((peer, at): SecurityGroupRule => {
    return {
      ruleId: freshId(group, at),
      isEgress: check.isEgress,
      protocol: traffic.protocol,
      ...rangeOf(traffic),
      peer,
    };
  });
  const texts = rules.map((rule) => ruleText(rule, index)).join(" and ");
  const direction = check.isEgress ? "egress" : "ingress";
  return {
    kind: "rule",
    text: `add ${texts} as ${direction} rule of ${group.name}`,
    command: rules.map((rule) => authorizeCommand(group.groupId, rule)).join("\n"),
    edits: rules.map((rule) => {
      return { action: "add", kind: "rule", object: { groupId: group.groupId, rule } };
    }),
  };
}

function rangeOf({ protocol, port, icmpType = -1, icmpCode = -1 }: Traffic) {
  if (protocol === TCP || protocol === UDP) return { fromPort: port, toPort: port };
  const isIcmp = protocol === ICMP || protocol === ICMPV6;
  return isIcmp ? { fromPort: icmpType, toPort: icmpCode } : { fromPort: -1, toPort: -1 };
}

// EC2 makes the real id when the rule is made.
function freshId({ rules }: SecurityGroup, at: number): string {
  const taken = new Set(rules.map(({ ruleId }) => ruleId));
  let number = at + 1;
  while (taken.has(`sgr-new-${number}`)) number++;
  return `sgr-new-${number}`;
}
