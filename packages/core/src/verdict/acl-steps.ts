import { formatCidr } from "../net/cidr.ts";
import { formatTraffic, TCP, UDP } from "../net/protocol.ts";
import { entryText } from "../network-acls/entry-text.ts";
import type { AclAnswer } from "../network-acls/judge-acl.ts";
import type { ReadAcl, ReadEntry } from "../network-acls/read-acls.ts";
import type { AclCheck } from "./acl-layer.ts";
import type { DecidingEntry } from "./explanation.ts";
import type { Finding } from "./steps.ts";

/** What the ACL of one subnet says to the packets of one direction. */
export function aclStep(check: AclCheck, { answer, entries }: AclAnswer): Finding {
  const { border, isReply, question, candidates } = check;
  const direction = question.isEgress ? "egress" : "ingress";
  const name = candidates.length === 1 ? ` ${candidates[0].acl.networkAclId}` : "";
  const title = `network ACL${name} ${direction}${isReply ? " of replies" : ""}`;
  const texts = entries.map(({ entry }) => entryText(entry)).join("; ");
  const step = { title, rules: [], entries: entries.map((one) => decidingOf(one, candidates)) };
  switch (answer) {
    case "yes":
      return { ...step, outcome: "OK", text: texts };
    case "no": {
      const by = texts === "" ? "no entry matches" : texts;
      return { ...step, outcome: "BLOCKED", text: `refuses ${askedText(check)}: ${by}` };
    }
    case "unknown":
      return { ...step, outcome: "UNKNOWN", text: whyUnknown(check, texts, border.title) };
  }
}

function whyUnknown(check: AclCheck, texts: string, who: string): string {
  const { candidates, border } = check;
  if (candidates.length === 0) {
    const where = border.subnetId ?? `the subnet of ${who}`;
    return `no network ACL of ${where} is known`;
  }
  if (candidates.length > 1) return `the subnet of ${who} is not known, and ACLs differ: ${texts}`;
  const asked = askedText(check);
  if (!check.isCertain) return `may refuse ${asked} if packets cross subnets: ${texts}`;
  return `lets through some of ${asked}, or may: ${texts}`;
}

function askedText({ question }: AclCheck): string {
  const { traffic, ports, within, isEgress } = question;
  const { protocol, icmpType = -1, icmpCode = -1 } = traffic;
  const hasPorts = protocol === TCP || protocol === UDP;
  const range = hasPorts ? ports : { fromPort: icmpType, toPort: icmpCode };
  return `${formatTraffic(protocol, range)} ${isEgress ? "to" : "from"} ${formatCidr(within[0])}`;
}

function decidingOf({ entry }: ReadEntry, candidates: readonly ReadAcl[]): DecidingEntry {
  const owner = candidates.find(({ acl }) => acl.entries.includes(entry));
  return { networkAclId: owner?.acl.networkAclId ?? "", entry, text: entryText(entry) };
}
