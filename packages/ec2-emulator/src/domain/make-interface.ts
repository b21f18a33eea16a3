import type { ConnectionTracking, Eni, Tags } from "../account/interface-rows.ts";
import type { Subnet } from "../account/network-rows.ts";
import { hexDigits, newId } from "../wire/ids.ts";
import { Refusal } from "../wire/refusal.ts";
import type { AddressWish } from "./address-wish.ts";
import type { Call } from "./call.ts";
import {
  type AddressScope,
  checkIpv4,
  checkIpv4Prefix,
  checkIpv6,
  chooseIpv4,
  chooseIpv4Prefixes,
  chooseIpv6,
  chooseIpv6Prefixes,
  ipv6BlockOf,
} from "./choose-addresses.ts";
import { find, KINDS } from "./kinds.ts";

/** An interface that is to be made. */
export interface EniWish {
  readonly subnet: Subnet;
  readonly description: string;
  readonly groupIds: readonly string[];
  readonly interfaceType: string;
  readonly addresses: AddressWish;
  readonly enablePrimaryIpv6: boolean;
  readonly connectionTracking?: ConnectionTracking;
  readonly requesterManaged?: boolean;
  /** Principal of the service that manages it. */
  readonly operator?: string | undefined;
  readonly tags: Tags;
}

/** A wish for addresses that names nothing. */
export const NO_ADDRESS_WISH: AddressWish = {
  primary: undefined,
  secondaries: [],
  secondaryCount: 0,
  prefixes: [],
  prefixCount: 0,
  ipv6: [],
  ipv6Count: undefined,
  ipv6Prefixes: [],
  ipv6PrefixCount: 0,
};

/** Makes an interface: quota, groups, addresses, in this order; stores and returns it. */
export function makeEni(call: Call, wish: EniWish): Eni {
  const { account, random, nowMs } = call;
  const { quotas } = account.settings;
  if (account.enis.size >= quotas.interfaces) {
    throw new Refusal(
      "NetworkInterfaceLimitExceeded",
      `You have reached the maximum number of network interfaces: ${quotas.interfaces}`,
    );
  }
  const scope: AddressScope = { account, subnet: wish.subnet, random };
  return account.enis.put({
    id: newId("eni", random),
    subnetId: wish.subnet.id,
    vpcId: wish.subnet.vpcId,
    description: wish.description,
    groupIds: wish.groupIds,
    interfaceType: wish.interfaceType,
    macAddress: newMac(call),
    ...chooseIpv4Part(scope, wish.addresses),
    ...chooseIpv6Part(scope, wish.addresses, wish.enablePrimaryIpv6),
    sourceDestCheck: true,
    requesterManaged: wish.requesterManaged ?? false,
    ...(wish.connectionTracking && { connectionTracking: wish.connectionTracking }),
    ...(wish.operator !== undefined && { operator: wish.operator }),
    createdAtMs: nowMs,
    tags: wish.tags,
  });
}

function chooseIpv4Part(scope: AddressScope, wish: AddressWish) {
  const named = [...(wish.primary === undefined ? [] : [wish.primary]), ...wish.secondaries];
  for (const address of named) checkIpv4(scope, address);
  for (const prefix of wish.prefixes) checkIpv4Prefix(scope, prefix);
  const chosen = chooseIpv4(
    scope,
    wish.secondaryCount + (wish.primary === undefined ? 1 : 0),
    named,
  );
  const all = wish.primary === undefined ? [...chosen, ...wish.secondaries] : [...named, ...chosen];
  return {
    addresses: all.map((address, index) => ({ address, isPrimary: index === 0 })),
    ipv4Prefixes: [...wish.prefixes, ...chooseIpv4Prefixes(scope, wish.prefixCount, all)],
  };
}

function chooseIpv6Part(scope: AddressScope, wish: AddressWish, enablePrimary: boolean) {
  const { subnet } = scope;
  for (const address of wish.ipv6) checkIpv6(scope, address);
  const count = wish.ipv6Count ?? countByDefault(subnet, wish);
  const wanted = count + wish.ipv6PrefixCount + wish.ipv6Prefixes.length;
  if (wanted > 0) ipv6BlockOf(subnet);
  const all = [...wish.ipv6, ...chooseIpv6(scope, count)];
  return {
    ipv6Addresses: all.map((address, index) => ({
      address,
      isPrimary: enablePrimary && index === 0,
    })),
    ipv6Prefixes: [...wish.ipv6Prefixes, ...chooseIpv6Prefixes(scope, wish.ipv6PrefixCount)],
  };
}

function countByDefault(subnet: Subnet, wish: AddressWish): number {
  const isAutomatic = subnet.assignIpv6OnCreation && subnet.ipv6Cidrs.length > 0;
  return isAutomatic && wish.ipv6.length === 0 && wish.ipv6PrefixCount === 0 ? 1 : 0;
}

/** A locally administered MAC that nobody has; EC2's start with 02, 06, 0a or 0e. */
function newMac({ account, random }: Call): string {
  for (let tries = 0; tries < 16; tries++) {
    const hex = `0${"26ae"[Math.floor(random() * 4)]}${hexDigits(10, random)}`;
    const mac = hex.replace(/(..)(?=.)/g, "$1:");
    if (account.enis.first("mac-address", mac) === undefined) return mac;
  }
  throw new Error("invariant broken: 16 random MAC addresses are all taken");
}

/** How an action words trouble with groups; create differs from modify and launch. */
export type GroupLimitStyle = "create" | "modify";

/**
 * The groups of an interface: the VPC's default group when none is named, each once, all of the
 * subnet's VPC, not more than the quota.
 */
export function readEniGroups(
  call: Call,
  ids: readonly string[],
  scope: { readonly subnet: Subnet; readonly style: GroupLimitStyle },
): string[] {
  const { account } = call;
  const { subnet } = scope;
  if (ids.length === 0) return [defaultGroupOf(call, subnet.vpcId)];
  // The ids of the groups' own rows, because those of the request would keep it in memory.
  const groupIds = [...new Set(ids)].map((id) => {
    const group = find(account.groups, KINDS.eniGroup, id);
    if (group.vpcId !== subnet.vpcId) {
      throw new Refusal(
        "InvalidParameter",
        `Security group ${id} and subnet ${subnet.id} belong to different networks.`,
      );
    }
    return group.id;
  });
  const limit = account.settings.quotas.groupsPerInterface;
  if (groupIds.length > limit) throw tooManyGroups(call, limit, scope.style);
  return groupIds;
}

function tooManyGroups(call: Call, limit: number, style: GroupLimitStyle): Refusal {
  if (style === "create") {
    return new Refusal(
      "InvalidParameterValue",
      `user ${call.account.settings.accountId} exceeded limit ${limit} on the number of ` +
        "interface security group memberships",
    );
  }
  return new Refusal(
    "SecurityGroupsPerInterfaceLimitExceeded",
    `The maximum number of security groups per interface has been reached: ${limit}`,
  );
}

function defaultGroupOf({ account }: Call, vpcId: string): string {
  for (const group of account.groups.by("group-name", "default")) {
    if (group.vpcId === vpcId) return group.id;
  }
  throw new Refusal("InvalidParameterValue", `VPC ${vpcId} has no default security group`);
}
