import { type FieldProblem, invalid } from "../errors/trunkline-error.ts";
import { shown } from "../inputs/plain.ts";
import { type Cidr, tryParseCidr } from "../net/cidr.ts";
import { ICMP, ICMPV6, TCP, UDP } from "../net/protocol.ts";
import {
  at,
  entriesOf,
  isGiven,
  mappingOf,
  numberOf,
  Places,
  report,
  type SpecField,
  specField,
  textOf,
  wordOf,
} from "../network-policies/spec-field.ts";
import type { NetworkAcl, NetworkAclEntry } from "../world/network-acl.ts";

/** A network ACL whose entries are in the order in which they are asked. */
export interface ReadAcl {
  readonly acl: NetworkAcl;
  readonly ingress: readonly ReadEntry[];
  readonly egress: readonly ReadEntry[];
}

/** An entry with its block of addresses. */
export interface ReadEntry {
  readonly entry: NetworkAclEntry;
  readonly cidr: Cidr;
}

/** ACLs of a world. EC2 allows 200 a VPC. Source: VPC user guide, "Amazon VPC quotas". */
const ACLS_MAX = 20_000;
/** Entries of one ACL: five times what EC2 allows at most, 40 each way and the last ones. */
const ENTRIES_MAX = 400;
/** Subnets of one ACL. EC2 allows 200 a VPC, and more on request. */
const SUBNETS_MAX = 10_000;
/** EC2's last entries are 32767 for IPv4 and 32768 for IPv6. */
const RULE_NUMBER_MAX = 32_768;

/**
 * Reads network ACLs as they come from outside, where types promise what nobody has checked.
 *
 * Throws INVALID_ARGUMENT with every problem: a number that is none or used twice, a port or type
 * out of range, text that is no CIDR, a field that is absent, a subnet of two ACLs.
 */
export function readAcls(acls: readonly NetworkAcl[]): readonly ReadAcl[] {
  const root = specField(acls, new Places("networkAcls"));
  const { findings } = root;
  const read = entriesOf(root, ACLS_MAX).flatMap((field) => readAcl(field) ?? []);
  reportShared(read, findings.problems);
  if (findings.problems.length === 0) return read;
  throw invalid("the network ACLs cannot be read", findings.problems);
}

const aclKeys = ["networkAclId", "vpcId", "subnetIds", "isDefault", "entries"];
const entryKeys = ["ruleNumber", "isEgress", "action", "protocol", "fromPort", "toPort", "cidr"];

function readAcl(field: SpecField): ReadAcl | undefined {
  if (!mappingOf(field, aclKeys)) return undefined;
  const before = field.findings.problems.length;
  textOf(at(field, "networkAclId"));
  textOf(at(field, "vpcId"));
  flagOf(at(field, "isDefault"));
  for (const one of listOf(at(field, "subnetIds"), SUBNETS_MAX)) textOf(one);
  const entries = listOf(at(field, "entries"), ENTRIES_MAX).flatMap((one) => readEntry(one) ?? []);
  reportTwins(at(field, "entries"), entries);
  if (field.findings.problems.length > before) return undefined;
  const inOrder = [...entries].sort((a, b) => a.entry.ruleNumber - b.entry.ruleNumber);
  return {
    // Every field of it was just looked at.
    acl: field.value as NetworkAcl,
    ingress: inOrder.filter(({ entry }) => !entry.isEgress),
    egress: inOrder.filter(({ entry }) => entry.isEgress),
  };
}

function readEntry(field: SpecField): ReadEntry | undefined {
  if (!mappingOf(field, entryKeys)) return undefined;
  const before = field.findings.problems.length;
  numberOf(at(field, "ruleNumber"), 1, RULE_NUMBER_MAX);
  flagOf(at(field, "isEgress"));
  wordOf(at(field, "action"), ["allow", "deny"]);
  const protocol = numberOf(at(field, "protocol"), -1, 255);
  if (protocol !== undefined) readRange(field, protocol);
  const text = textOf(at(field, "cidr"));
  const cidr = text === undefined ? undefined : tryParseCidr(text);
  if (text !== undefined && cidr === undefined) {
    report(at(field, "cidr"), `must be a CIDR, found ${shown(text)}`);
  }
  if (cidr === undefined || field.findings.problems.length > before) return undefined;
  return { entry: field.value as NetworkAclEntry, cidr };
}

// Ports of tcp and udp, type and code of ICMP; for everything else EC2 looks at neither.
function readRange(field: SpecField, protocol: number): void {
  const isIcmp = protocol === ICMP || protocol === ICMPV6;
  const max = isIcmp ? 255 : 65_535;
  const from = numberOf(at(field, "fromPort"), -1, max);
  const to = numberOf(at(field, "toPort"), -1, max);
  if (from === undefined || to === undefined) return;
  const hasPorts = protocol === TCP || protocol === UDP;
  const isTurned = hasPorts && (from > to || (from === -1) !== (to === -1));
  if (isTurned) report(at(field, "toPort"), `${from} to ${to} is no range of ports`);
  if (isIcmp && from === -1 && to !== -1) {
    report(at(field, "toPort"), `all types have all codes, found code ${to}`);
  }
}

function reportTwins(field: SpecField, entries: readonly ReadEntry[]): void {
  const seen = new Set<string>();
  for (const { entry } of entries) {
    const place = `${entry.isEgress ? "egress" : "ingress"} ${entry.ruleNumber}`;
    if (seen.has(place)) report(field, `${place} is there twice`);
    seen.add(place);
  }
}

function reportShared(acls: readonly ReadAcl[], problems: FieldProblem[]): void {
  const ownerOf = new Map<string, string>();
  for (const { acl } of acls) {
    for (const subnetId of acl.subnetIds) {
      const other = ownerOf.get(subnetId);
      const description = `${subnetId} is one of ${acl.networkAclId} and of ${other}`;
      if (other !== undefined) problems.push({ field: "networkAcls", description });
      ownerOf.set(subnetId, acl.networkAclId);
    }
  }
}

function flagOf(field: SpecField): void {
  if (typeof field.value === "boolean") return;
  const found = isGiven(field) ? `found ${shown(field.value)}` : "it is missing";
  report(field, `must be true or false, ${found}`);
}

function listOf(field: SpecField, lengthMax: number): readonly SpecField[] {
  if (!isGiven(field)) report(field, "is missing");
  return entriesOf(field, lengthMax);
}
