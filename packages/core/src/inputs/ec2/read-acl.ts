import type { NetworkAcl, NetworkAclEntry } from "../../world/network-acl.ts";
import { at, type Field, flag, oneOf, report, requiredText, text, wholeNumber } from "../field.ts";
import { cidr, distinct, rows } from "./fields.ts";
import { readProtocol } from "./read-group.ts";

/** EC2's last entries are 32767 for IPv4 and 32768 for IPv6. */
const RULE_NUMBER_MAX = 32_768;

/** Reads a network ACL with the subnets that use it, entries by direction and number. */
export function readNetworkAcl(acl: Field): NetworkAcl {
  const subnetIds = rows(acl, "Associations").map((one) => text(at(one, "SubnetId")));
  return {
    networkAclId: requiredText(at(acl, "NetworkAclId")) ?? "",
    vpcId: text(at(acl, "VpcId")) ?? "",
    subnetIds: [...distinct(subnetIds)].sort(),
    isDefault: flag(at(acl, "IsDefault")),
    entries: rows(acl, "Entries").map(readEntry).sort(byPlace),
  };
}

function readEntry(entry: Field): NetworkAclEntry {
  const ruleNumber = wholeNumber(at(entry, "RuleNumber"), 1, RULE_NUMBER_MAX);
  const action = oneOf(at(entry, "RuleAction"), ["allow", "deny"]);
  const block = cidr(entry, "CidrBlock") ?? cidr(entry, "Ipv6CidrBlock");
  // One that was left out could turn a verdict.
  if (at(entry, "RuleNumber").value === undefined) report(at(entry, "RuleNumber"), "missing");
  if (at(entry, "RuleAction").value === undefined) report(at(entry, "RuleAction"), "missing");
  if (block === undefined) report(entry, "names no block of addresses");
  return {
    ruleNumber: ruleNumber ?? 1,
    isEgress: flag(at(entry, "Egress")),
    action: action ?? "deny",
    protocol: readProtocol(at(entry, "Protocol")),
    ...readRange(entry),
    cidr: block ?? "",
  };
}

function readRange(entry: Field): Pick<NetworkAclEntry, "fromPort" | "toPort"> {
  const [ports, icmp] = [at(entry, "PortRange"), at(entry, "IcmpTypeCode")];
  if (icmp.value === undefined) {
    return {
      fromPort: wholeNumber(at(ports, "From"), -1, 65_535) ?? -1,
      toPort: wholeNumber(at(ports, "To"), -1, 65_535) ?? -1,
    };
  }
  const type = wholeNumber(at(icmp, "Type"), -1, 255) ?? -1;
  const code = wholeNumber(at(icmp, "Code"), -1, 255) ?? -1;
  // All types have all codes, whatever code was written with them.
  return { fromPort: type, toPort: type === -1 ? -1 : code };
}

function byPlace(a: NetworkAclEntry, b: NetworkAclEntry): number {
  if (a.isEgress !== b.isEgress) return a.isEgress ? 1 : -1;
  return a.ruleNumber - b.ruleNumber;
}
