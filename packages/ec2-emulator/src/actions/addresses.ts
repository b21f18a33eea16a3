import { limitsOf } from "@trunkline/core/capacity";
import type { Eni } from "../account/interface-rows.ts";
import { readIpv4, readIpv6, readPrefixes } from "../domain/address-wish.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import {
  type AddressScope,
  addressInUse,
  checkIpv4,
  checkIpv4Prefix,
  chooseIpv4,
  chooseIpv4Prefixes,
} from "../domain/choose-addresses.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { missing, Refusal, wrongCombination } from "../wire/refusal.ts";

/** AssignPrivateIpAddresses: answers the new addresses and prefixes only. */
export const assignPrivateIpAddresses: Decider = (call) => {
  const { fields, account } = call;
  const eniId = fields.requiredText("NetworkInterfaceId");
  const wish = {
    addresses: fields.texts("PrivateIpAddress").map(readIpv4),
    count: fields.count("SecondaryPrivateIpAddressCount") ?? 0,
    prefixes: readPrefixes(fields.texts("Ipv4Prefix"), 28),
    prefixCount: fields.count("Ipv4PrefixCount") ?? 0,
  };
  checkOneWay(wish);
  const eni = find(account.enis, KINDS.eni, eniId);
  const mayMove = fields.boolean("AllowReassignment") ?? false;
  const fresh = wish.addresses.filter((a) => eni.addresses.every((one) => one.address !== a));
  const wanted = fresh.length + wish.count + wish.prefixes.length + wish.prefixCount;
  checkLimit(call, eni, eni.addresses.length + eni.ipv4Prefixes.length + wanted);
  const scope: AddressScope = {
    account,
    subnet: account.subnets.need(eni.subnetId),
    random: call.random,
  };
  for (const address of fresh) takeOver(call, scope, { address, mayMove });
  for (const prefix of wish.prefixes) checkIpv4Prefix(scope, prefix);
  const added = [...fresh, ...chooseIpv4(scope, wish.count, fresh)];
  const prefixes = [...wish.prefixes, ...chooseIpv4Prefixes(scope, wish.prefixCount, added)];
  account.enis.put({
    ...eni,
    addresses: [...eni.addresses, ...added.map((address) => ({ address, isPrimary: false }))],
    ipv4Prefixes: [...eni.ipv4Prefixes, ...prefixes],
  });
  return {
    networkInterfaceId: eni.id,
    assignedPrivateIpAddressesSet: added.map((privateIpAddress) => ({ privateIpAddress })),
    assignedIpv4PrefixSet: prefixes.map((ipv4Prefix) => ({ ipv4Prefix })),
  };
};

interface Ipv4Wish {
  readonly addresses: readonly string[];
  readonly count: number;
  readonly prefixes: readonly string[];
  readonly prefixCount: number;
}

function checkOneWay(wish: Ipv4Wish): void {
  const ways = [
    ...(wish.addresses.length > 0 ? ["privateIpAddresses"] : []),
    ...(wish.count > 0 ? ["secondaryPrivateIpAddressCount"] : []),
    ...(wish.prefixes.length > 0 ? ["ipv4Prefixes"] : []),
    ...(wish.prefixCount > 0 ? ["ipv4PrefixCount"] : []),
  ];
  if (ways.length === 0) throw missing("privateIpAddresses or secondaryPrivateIpAddressCount");
  if (ways.length > 1) {
    throw wrongCombination(`The parameters ${ways.join(" and ")} cannot be used together`);
  }
}

/** PrivateIpAddressLimitExceeded, by the type of the instance that has the interface. */
function checkLimit({ account }: Call, eni: Eni, count: number): void {
  const instance = account.instances.get(eni.attachment?.instanceId ?? "");
  const limits = instance && limitsOf(instance.instanceType);
  if (limits === undefined || count <= limits.ipv4PerEni) return;
  throw new Refusal(
    "PrivateIpAddressLimitExceeded",
    "Number of private addresses will exceed limit.",
  );
}

/** Makes a named address free for this interface, taking it from another one if that is allowed. */
function takeOver(
  { account }: Call,
  scope: AddressScope,
  wish: { readonly address: string; readonly mayMove: boolean },
): void {
  const holder = holderIn(scope, wish.address);
  if (holder === undefined) {
    checkIpv4(scope, wish.address);
    return;
  }
  if (!wish.mayMove) throw addressInUse(wish.address);
  const held = holder.addresses.find((one) => one.address === wish.address);
  if (held?.isPrimary) {
    throw new Refusal(
      "InvalidParameterValue",
      `Address ${wish.address} is the primary address of ${holder.id} and cannot be reassigned.`,
    );
  }
  account.enis.put({
    ...holder,
    addresses: holder.addresses.filter((one) => one.address !== wish.address),
  });
}

function holderIn({ account, subnet }: AddressScope, address: string): Eni | undefined {
  for (const eni of account.enis.by("addresses.private-ip-address", address)) {
    if (eni.vpcId === subnet.vpcId) return eni;
  }
  return undefined;
}

/** UnassignPrivateIpAddresses: secondary addresses and prefixes of this interface only. */
export const unassignPrivateIpAddresses: Decider = ({ fields, account }) => {
  const eniId = fields.requiredText("NetworkInterfaceId");
  const addresses = fields.texts("PrivateIpAddress").map(readIpv4);
  const prefixes = readPrefixes(fields.texts("Ipv4Prefix"), 28);
  if (addresses.length + prefixes.length === 0) throw missing("privateIpAddresses");
  const eni = find(account.enis, KINDS.eni, eniId);
  for (const address of addresses) {
    const held = eni.addresses.find((one) => one.address === address);
    if (held === undefined) throw notAssigned(eni, address);
    if (held.isPrimary) {
      throw new Refusal(
        "InvalidParameterValue",
        `The primary private IP address ${address} of ${eni.id} cannot be unassigned.`,
      );
    }
  }
  for (const prefix of prefixes) {
    if (!eni.ipv4Prefixes.includes(prefix)) throw notAssigned(eni, prefix);
  }
  dropPublicAddresses(account, eni, addresses);
  account.enis.put({
    ...eni,
    addresses: eni.addresses.filter((one) => !addresses.includes(one.address)),
    ipv4Prefixes: eni.ipv4Prefixes.filter((prefix) => !prefixes.includes(prefix)),
  });
  return DONE;
};

function notAssigned(eni: Eni, what: string): Refusal {
  return new Refusal(
    "InvalidParameterValue",
    `Some of the specified addresses are not assigned to interface ${eni.id}: ${what}`,
  );
}

function dropPublicAddresses(
  account: Call["account"],
  eni: Eni,
  addresses: readonly string[],
): void {
  for (const ip of [...account.elasticIps.by("eniId", eni.id)]) {
    const { association, ...rest } = ip;
    if (association !== undefined && addresses.includes(association.privateIp)) {
      account.elasticIps.put(rest);
    }
  }
}

/** Reads `Ipv6Addresses.N` and `Ipv6Prefix.N`, plain texts in these actions. */
export function readIpv6Texts({ fields }: Call): { addresses: string[]; prefixes: string[] } {
  return {
    addresses: readIpv6(fields.texts("Ipv6Addresses")),
    prefixes: readPrefixes(fields.texts("Ipv6Prefix"), 80),
  };
}
