import { limitsOf } from "@trunkline/core/capacity";
import type { Eni } from "../account/interface-rows.ts";
import { checkInside } from "../domain/address-wish.ts";
import type { Call, Decider } from "../domain/call.ts";
import {
  type AddressScope,
  checkIpv6,
  chooseIpv6,
  chooseIpv6Prefixes,
  ipv6BlockOf,
  isIpv6PrefixHeld,
} from "../domain/choose-addresses.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { missing, Refusal, wrongCombination } from "../wire/refusal.ts";
import { readIpv6Texts } from "./addresses.ts";

/** AssignIpv6Addresses: answers the new addresses and prefixes, as plain texts. */
export const assignIpv6Addresses: Decider = (call) => {
  const { fields, account } = call;
  const eniId = fields.requiredText("NetworkInterfaceId");
  const { addresses, prefixes } = readIpv6Texts(call);
  const count = fields.count("Ipv6AddressCount") ?? 0;
  const prefixCount = fields.count("Ipv6PrefixCount") ?? 0;
  checkOneWay([
    ["ipv6Addresses", addresses.length],
    ["ipv6AddressCount", count],
    ["ipv6Prefixes", prefixes.length],
    ["ipv6PrefixCount", prefixCount],
  ]);
  const eni = find(account.enis, KINDS.eni, eniId);
  const wanted = addresses.length + count + prefixes.length + prefixCount;
  checkLimit(call, eni, eni.ipv6Addresses.length + eni.ipv6Prefixes.length + wanted);
  const scope: AddressScope = {
    account,
    subnet: account.subnets.need(eni.subnetId),
    random: call.random,
  };
  for (const address of addresses) checkIpv6(scope, address);
  for (const prefix of prefixes) checkPrefix(scope, prefix);
  const added = [...addresses, ...chooseIpv6(scope, count)];
  const addedPrefixes = [...prefixes, ...chooseIpv6Prefixes(scope, prefixCount)];
  account.enis.put({
    ...eni,
    ipv6Addresses: [
      ...eni.ipv6Addresses,
      ...added.map((address) => ({ address, isPrimary: false })),
    ],
    ipv6Prefixes: [...eni.ipv6Prefixes, ...addedPrefixes],
  });
  return {
    networkInterfaceId: eni.id,
    assignedIpv6Addresses: added,
    assignedIpv6PrefixSet: addedPrefixes,
  };
};

function checkOneWay(ways: readonly (readonly [name: string, count: number])[]): void {
  const given = ways.filter(([, count]) => count > 0).map(([name]) => name);
  if (given.length === 0) throw missing("ipv6Addresses or ipv6AddressCount");
  if (given.length > 1) {
    throw wrongCombination(`The parameters ${given.join(" and ")} cannot be used together`);
  }
}

function checkPrefix(scope: AddressScope, prefix: string): void {
  checkInside(ipv6BlockOf(scope.subnet), prefix.slice(0, prefix.indexOf("/")));
  if (!isIpv6PrefixHeld(scope, prefix)) return;
  throw new Refusal("InvalidParameterValue", `The prefix ${prefix} is in use`);
}

/** As many IPv6 as IPv4 addresses may be on an interface, by type. Source: EC2 user guide. */
function checkLimit({ account }: Call, eni: Eni, count: number): void {
  const instance = account.instances.get(eni.attachment?.instanceId ?? "");
  const limits = instance && limitsOf(instance.instanceType);
  if (limits === undefined || count <= limits.ipv4PerEni) return;
  throw new Refusal("PrivateIpAddressLimitExceeded", "Number of IPv6 addresses will exceed limit.");
}

/** UnassignIpv6Addresses: answers what was taken away. */
export const unassignIpv6Addresses: Decider = (call) => {
  const { fields, account } = call;
  const eniId = fields.requiredText("NetworkInterfaceId");
  const { addresses, prefixes } = readIpv6Texts(call);
  if (addresses.length + prefixes.length === 0) throw missing("ipv6Addresses");
  const eni = find(account.enis, KINDS.eni, eniId);
  const held = new Set([...eni.ipv6Addresses.map((one) => one.address), ...eni.ipv6Prefixes]);
  for (const what of [...addresses, ...prefixes]) {
    if (held.has(what)) continue;
    throw new Refusal(
      "InvalidParameterValue",
      `Some of the specified addresses are not assigned to interface ${eni.id}: ${what}`,
    );
  }
  checkPrimaryStays(eni, addresses);
  account.enis.put({
    ...eni,
    ipv6Addresses: eni.ipv6Addresses.filter((one) => !addresses.includes(one.address)),
    ipv6Prefixes: eni.ipv6Prefixes.filter((prefix) => !prefixes.includes(prefix)),
  });
  return {
    networkInterfaceId: eni.id,
    unassignedIpv6Addresses: addresses,
    unassignedIpv6PrefixSet: prefixes,
  };
};

function checkPrimaryStays(eni: Eni, addresses: readonly string[]): void {
  const primary = eni.ipv6Addresses.find((one) => one.isPrimary)?.address;
  if (primary === undefined || !addresses.includes(primary)) return;
  throw new Refusal(
    "InvalidParameterValue",
    `The primary IPv6 address ${primary} of ${eni.id} cannot be unassigned.`,
  );
}
