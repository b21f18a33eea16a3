import { formatCidr, tryParseCidr } from "@trunkline/core";
import type { RuleMatch } from "../account/group-rows.ts";
import { Refusal } from "../wire/refusal.ts";

/** Protocols that EC2 shows by name. Any other stays a number. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["tcp", "tcp"],
  ["6", "tcp"],
  ["udp", "udp"],
  ["17", "udp"],
  ["icmp", "icmp"],
  ["1", "icmp"],
  ["icmpv6", "icmpv6"],
  ["58", "icmpv6"],
  ["-1", "-1"],
  ["all", "-1"],
]);

/** Protocols whose FromPort and ToPort are a range of ports. */
const PORT_PROTOCOLS: ReadonlySet<string> = new Set(["tcp", "udp"]);
const ICMP_PROTOCOLS: ReadonlySet<string> = new Set(["icmp", "icmpv6"]);

const PORT_MAX = 65_535;
const ICMP_MAX = 255;

/**
 * Protocol and ports as EC2 keeps them: names in lower case, no ports for all and for other
 * protocols. Throws EC2's errors in the order of its checks.
 */
export function readMatch(
  protocol: string | undefined,
  fromPort: number | undefined,
  toPort: number | undefined,
): RuleMatch {
  const name = readProtocol(protocol);
  if (PORT_PROTOCOLS.has(name)) return { protocol: name, ...readPorts(fromPort, toPort) };
  if (ICMP_PROTOCOLS.has(name)) return { protocol: name, ...readIcmp(name, fromPort, toPort) };
  return { protocol: name, fromPort: -1, toPort: -1 };
}

function readProtocol(text: string | undefined): string {
  if (text === undefined || text === "") {
    throw new Refusal(
      "InvalidParameterValue",
      "Invalid value 'null' for protocol. VPC security group rules must specify protocols " +
        "explicitly.",
    );
  }
  const known = NAMES.get(text.toLowerCase());
  if (known !== undefined) return known;
  if (/^[0-9]{1,3}$/.test(text) && Number(text) <= ICMP_MAX) return String(Number(text));
  throw new Refusal(
    "InvalidParameterValue",
    `Invalid value '${text.slice(0, 100)}' for IP protocol. Unknown protocol.`,
  );
}

function readPorts(fromPort: number | undefined, toPort: number | undefined) {
  if (fromPort === undefined || toPort === undefined) {
    throw new Refusal(
      "InvalidParameterValue",
      "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.",
    );
  }
  for (const port of [fromPort, toPort]) {
    if (port >= 0 && port <= PORT_MAX) continue;
    throw new Refusal("InvalidPermission.Malformed", `TCP/UDP port (${port}) out of range`);
  }
  if (fromPort > toPort) {
    throw new Refusal(
      "InvalidParameterValue",
      `Invalid value '${fromPort}-${toPort}' for portRange. The first port must not be greater ` +
        "than the last.",
    );
  }
  return { fromPort, toPort };
}

function readIcmp(name: string, type: number | undefined, code: number | undefined) {
  // ICMPv6 without a type means every type. Source: EC2 API reference, IpPermission.
  if (name === "icmpv6" && type === undefined) return { fromPort: -1, toPort: -1 };
  if (type === undefined || code === undefined) {
    throw new Refusal(
      "InvalidParameterValue",
      "Invalid value for portRange. Must specify both from and to ports with ICMP.",
    );
  }
  for (const value of [type, code]) {
    if (value >= -1 && value <= ICMP_MAX) continue;
    throw new Refusal("InvalidParameterValue", `ICMP type or code (${value}) out of range`);
  }
  if (type === -1 && code !== -1) {
    throw new Refusal("InvalidParameterValue", "ICMP code (-1) is required with ICMP type (-1)");
  }
  return { fromPort: type, toPort: code };
}

/** A CIDR of one family in canonical form, host bits cleared. Throws InvalidParameterValue. */
export function readCidr(text: string, family: 4 | 6): string {
  const cidr = tryParseCidr(text);
  if (cidr?.family === family) return formatCidr(cidr);
  throw new Refusal("InvalidParameterValue", `CIDR block ${text.slice(0, 100)} is malformed`);
}

const DESCRIPTION = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]*$/;
const DESCRIPTION_LENGTH_MAX = 255;

/** The description of a rule, undefined when empty. Throws InvalidParameterValue. */
export function readRuleDescription(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (text.length <= DESCRIPTION_LENGTH_MAX && DESCRIPTION.test(text)) return text;
  throw new Refusal(
    "InvalidParameterValue",
    "Invalid rule description. Valid descriptions are strings less than 256 characters from the " +
      "following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
  );
}

/** A rule as the text of InvalidPermission.Duplicate shows it. */
export function ruleText(rule: RuleMatch, peer: string): string {
  const protocol = rule.protocol === "-1" ? "ALL" : rule.protocol.toUpperCase();
  if (PORT_PROTOCOLS.has(rule.protocol)) {
    return `peer: ${peer}, ${protocol}, from port: ${rule.fromPort}, to port: ${rule.toPort}, ALLOW`;
  }
  if (ICMP_PROTOCOLS.has(rule.protocol)) {
    return `peer: ${peer}, ${protocol}, type: ${rule.fromPort}, code: ${rule.toPort}, ALLOW`;
  }
  return `peer: ${peer}, ${protocol}, ALLOW`;
}
