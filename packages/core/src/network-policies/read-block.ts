import { cidrContainsCidr, formatCidr, type ParsedCidr, tryParseCidr } from "../net/cidr.ts";
import { isIpv4Mapped } from "../net/ipv6.ts";
import type { AddressBlock } from "./read-policy.ts";
import { at, entriesOf, mappingOf, report, type SpecField, textOf, warn } from "./spec-field.ts";

/** Reads an ipBlock; undefined when it was reported. */
export function readIpBlock(field: SpecField): AddressBlock | undefined {
  if (!mappingOf(field, ["cidr", "except"])) return undefined;
  const cidr = readCidr(at(field, "cidr"));
  const except = entriesOf(at(field, "except")).flatMap((entry) => {
    const hole = readCidr(entry);
    if (hole === undefined || cidr === undefined) return [];
    // Source: Kubernetes validation of NetworkPolicy, "must be a strict subset of cidr".
    if (cidrContainsCidr(cidr, hole) && hole.prefixLength > cidr.prefixLength) return [hole];
    report(entry, `${formatCidr(hole)} does not lie inside ${formatCidr(cidr)}`);
    return [];
  });
  return cidr && { cidr, except };
}

/** Reads a CIDR; undefined when it was reported. */
export function readCidr(field: SpecField): ParsedCidr | undefined {
  const text = textOf(field);
  if (text === undefined) return undefined;
  const cidr = tryParseCidr(text);
  if (cidr === undefined) return report(field, `${JSON.stringify(text)} is not a CIDR`);
  if (cidr.hostBitsCleared) warn(field, `${text} has host bits; it means ${formatCidr(cidr)}`);
  if (cidr.family === 6 && cidr.prefixLength >= 96 && isIpv4Mapped(cidr.base)) {
    warn(field, `${text} is an IPv6 block and covers no IPv4 address`);
  }
  return cidr;
}
