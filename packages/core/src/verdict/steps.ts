import type { SeenPeer } from "../groups/peer-match.ts";
import type { Traffic } from "../groups/rule-match.ts";
import { groupLabel } from "../groups/rule-text.ts";
import { formatCidr } from "../net/cidr.ts";
import { formatTraffic } from "../net/protocol.ts";
import type { End } from "../paths/end.ts";
import type { Exit } from "../paths/exit.ts";
import type { Check } from "../paths/path.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { AskedInterface, Step, StepOutcome } from "./explanation.ts";
import type { CheckAnswer } from "./judge-check.ts";

/** A step that has no number yet. */
export type Finding = Omit<Step, "number">;

/** Which groups a pod has, and from where. No step for other ends: theirs are what EC2 says. */
export function groupsStep(end: End, index: WorldIndex): readonly Finding[] {
  if (end.kind !== "branch" && end.kind !== "ordinary") return [];
  const title = `${end.title} groups`;
  const { groupIds, unknownBecause } = end.own;
  if (groupIds === undefined) return [plain(title, "UNKNOWN", unknownBecause)];
  const list = groupIds.map((id) => groupLabel(id, index)).join(", ");
  return [plain(title, "OK", `[${list}] from ${end.groupsFrom}`)];
}

/** What one interface says: the rules that allow, or the one that is missing. */
export function checkStep(
  check: Check,
  { answer, rules, because }: CheckAnswer,
  traffic: Traffic,
  index: WorldIndex,
): Finding {
  const title = `${groupsOf(check, index)} ${direction(check)}`;
  const asked = askedInterface(check, traffic);
  switch (answer) {
    case "yes": {
      const texts = rules.map(({ text, rule }) => `${text} (${rule.ruleId})`);
      return { title, outcome: "OK", text: texts.join("; "), rules, asked };
    }
    case "unknown":
      return { title, outcome: "UNKNOWN", text: because.join("; "), rules, asked };
    case "no": {
      const wanted = wantedRule(check, traffic, index);
      const missingRule = `${firstGroup(check, index)} ${direction(check)} ${wanted}`;
      const text = `needs ${wanted}: no rule`;
      return { title, outcome: "BLOCKED", text, rules, asked, missingRule };
    }
  }
}

/** The way out of the VPC. */
export function exitStep({ outcome, text, by }: Exit): Finding {
  return plain(`${by.title} route`, outcome, text);
}

/** A step that rests on no rule. */
export function plain(title: string, outcome: StepOutcome, text: string): Finding {
  return { title, outcome, text, rules: [] };
}

/** Who was asked what, in a check. */
export function askedInterface(check: Check, traffic: Traffic): AskedInterface {
  const { title: holder, eniId } = check.asked;
  return {
    holder,
    ...(eniId === undefined ? {} : { eniId }),
    direction: direction(check),
    peer: check.peer.title,
    traffic: trafficText(traffic),
  };
}

function direction({ isEgress }: Check): "egress" | "ingress" {
  return isEgress ? "egress" : "ingress";
}

function groupsOf({ asked }: Check, index: WorldIndex): string {
  const { groupIds, title } = asked;
  if (groupIds === undefined || groupIds.length === 0) return title;
  return groupIds.map((id) => groupLabel(id, index)).join(", ");
}

// The first group is where a rule is asked for; any of them would do.
function firstGroup({ asked }: Check, index: WorldIndex): string {
  const [first] = asked.groupIds ?? [];
  return first === undefined ? `a group of ${asked.title}` : groupLabel(first, index);
}

function wantedRule({ isEgress, peer }: Check, traffic: Traffic, index: WorldIndex): string {
  return `${trafficText(traffic)} ${isEgress ? "to" : "from"} ${peerText(peer, index)}`;
}

function trafficText({ protocol, port, icmpType = -1, icmpCode = -1 }: Traffic): string {
  const hasPorts = protocol === 6 || protocol === 17;
  const range = hasPorts
    ? { fromPort: port, toPort: port }
    : { fromPort: icmpType, toPort: icmpCode };
  return formatTraffic(protocol, range);
}

function peerText({ membership, within, title }: SeenPeer, index: WorldIndex): string {
  const [group] = membership.kind === "known" ? membership.groupIds : [];
  if (group !== undefined) return groupLabel(group, index);
  const [block] = within;
  const isOneAddress = block.prefixLength === (block.family === 4 ? 32 : 128);
  return isOneAddress ? formatCidr(block) : title;
}
