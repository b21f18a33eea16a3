import { formatCidr } from "../../net/cidr.ts";
import { ICMP, ICMPV6, TCP, UDP } from "../../net/protocol.ts";
import { entryText } from "../../network-acls/entry-text.ts";
import type { AclAnswer, AclQuestion } from "../../network-acls/judge-acl.ts";
import type { ReadAcl } from "../../network-acls/read-acls.ts";
import { type AclCheck, aclChecksOf, answerTo } from "../../verdict/acl-layer.ts";
import type { EvaluateOptions } from "../../verdict/explanation.ts";
import type { LegJudgement } from "../../verdict/judge.ts";
import type { NetworkAclEntry } from "../../world/network-acl.ts";
import type { WorldIndex } from "../../world/world-index.ts";
import { aclEntryCommand } from "./commands.ts";
import type { RemedyAction } from "./remedy.ts";

/** The highest number that entries of users have; EC2's own last ones follow. */
const RULE_NUMBER_MAX = 32_766;

/** Entries that let the packets of the first refusing question through, before what refuses. */
export function aclActions(
  judgement: LegJudgement,
  options: EvaluateOptions,
  index: WorldIndex,
): readonly RemedyAction[] {
  for (const check of aclChecksOf(judgement, options, index)) {
    const [acl, ...others] = check.candidates;
    if (acl === undefined || others.length > 0) continue;
    const said = answerTo(check);
    if (said.answer !== "no") continue;
    const entries = entriesFor(acl, check, said);
    return entries === undefined ? [] : [addEntries(acl.acl.networkAclId, entries)];
  }
  return [];
}

function addEntries(networkAclId: string, entries: readonly NetworkAclEntry[]): RemedyAction {
  const texts = entries.map(entryText).join(" and ");
  const direction = entries[0].isEgress ? "egress" : "ingress";
  return {
    kind: "aclEntry",
    text: `add ${texts} as ${direction} entry of ${networkAclId}`,
    command: entries.map((entry) => aclEntryCommand(networkAclId, entry)).join("\n"),
    edits: entries.map((entry) => {
      return { action: "add", kind: "aclEntry", object: { networkAclId, entry } };
    }),
  };
}

function entriesFor(
  acl: ReadAcl,
  { question }: AclCheck,
  said: AclAnswer,
): readonly NetworkAclEntry[] | undefined {
  const { isEgress, within, traffic } = question;
  const numbers = freeNumbers(acl, isEgress, said).slice(0, within.length);
  if (numbers.length < within.length) return undefined;
  return within.map((cidr, at) => ({
    ruleNumber: numbers[at],
    isEgress,
    action: "allow",
    protocol: traffic.protocol,
    ...rangeOf(question),
    cidr: formatCidr(cidr),
  }));
}

// Numbers below everything that refuses; where only the last entry does, the next round ones.
function freeNumbers(acl: ReadAcl, isEgress: boolean, said: AclAnswer): readonly number[] {
  const taken = new Set((isEgress ? acl.egress : acl.ingress).map(({ entry }) => entry.ruleNumber));
  const refusing = said.entries.filter(({ entry }) => entry.action === "deny");
  const first = Math.min(...refusing.map(({ entry }) => entry.ruleNumber), RULE_NUMBER_MAX + 1);
  const below = Array.from({ length: first - 1 }, (_, at) => first - 1 - at);
  const free = below.filter((number) => !taken.has(number));
  if (first <= RULE_NUMBER_MAX) return free;
  const last = Math.max(0, ...[...taken].filter((number) => number <= RULE_NUMBER_MAX));
  const round = free.filter((number) => number % 100 === 0 && number > last).reverse();
  return [...round, ...free];
}

function rangeOf({ traffic, ports }: AclQuestion) {
  const { protocol, icmpType = -1, icmpCode = -1 } = traffic;
  if (protocol === TCP || protocol === UDP) return ports;
  const isIcmp = protocol === ICMP || protocol === ICMPV6;
  return isIcmp ? { fromPort: icmpType, toPort: icmpCode } : { fromPort: -1, toPort: -1 };
}
