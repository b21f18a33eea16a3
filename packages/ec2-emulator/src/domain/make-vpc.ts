import type { AclEntry, NetworkAcl, RouteTable, Vpc } from "../account/network-rows.ts";
import { makeDefaultGroup } from "../actions/groups.ts";
import { newId } from "../wire/ids.ts";
import type { Call } from "./call.ts";

/** Number of the last entry of every network ACL, which denies. Source: VPC user guide. */
export const LAST_RULE_NUMBER = 32_767;

/**
 * Adds what EC2 makes with every VPC and this one lacks: main route table, default network ACL
 * and, if wanted, the default group.
 */
export function makeVpcDefaults(
  call: Pick<Call, "account" | "random">,
  vpc: Vpc,
  { group }: { readonly group: boolean },
): void {
  const { account } = call;
  const tables = [...account.routeTables.by("vpcId", vpc.id)];
  if (!tables.some((table) => table.associations.some((one) => one.isMain))) {
    makeRouteTable(call, vpc, [{ id: newId("rtbassoc", call.random), isMain: true }]);
  }
  const acls = [...account.networkAcls.by("vpcId", vpc.id)];
  if (!acls.some((acl) => acl.isDefault)) makeDefaultAcl(call, vpc);
  if (group && !hasDefaultGroup(call, vpc)) makeDefaultGroup(call, vpc);
}

function hasDefaultGroup({ account }: Pick<Call, "account">, vpc: Vpc): boolean {
  return [...account.groups.by("vpc-id", vpc.id)].some((one) => one.name === "default");
}

/** Stores a route table with the local routes of the VPC's blocks. */
export function makeRouteTable(
  { account, random }: Pick<Call, "account" | "random">,
  vpc: Vpc,
  associations: RouteTable["associations"],
): RouteTable {
  return account.routeTables.put({
    id: newId("rtb", random),
    vpcId: vpc.id,
    routes: [...vpc.cidrs, ...vpc.ipv6Cidrs].map(({ cidr }) => ({
      destination: cidr,
      targetKind: "gatewayId",
      target: "local",
      origin: "CreateRouteTable",
      isBlackhole: false,
    })),
    associations,
    tags: {},
  });
}

/** The entries that deny what no other entry named, in both directions and families. */
export function lastEntries(vpc: Vpc): AclEntry[] {
  return [false, true].flatMap((isEgress) => entriesFor(vpc, isEgress, "deny", LAST_RULE_NUMBER));
}

function entriesFor(
  vpc: Vpc,
  isEgress: boolean,
  action: "allow" | "deny",
  ruleNumber: number,
): AclEntry[] {
  const base = { isEgress, protocol: "-1", action };
  const ipv6 = { ...base, ruleNumber: ruleNumber + 1, ipv6Cidr: "::/0" };
  return [{ ...base, ruleNumber, cidr: "0.0.0.0/0" }, ...(vpc.ipv6Cidrs.length > 0 ? [ipv6] : [])];
}

function makeDefaultAcl(
  { account, random }: Pick<Call, "account" | "random">,
  vpc: Vpc,
): NetworkAcl {
  const open = [false, true].flatMap((isEgress) => entriesFor(vpc, isEgress, "allow", 100));
  const subnets = [...account.subnets.by("vpcId", vpc.id)].filter(
    (subnet) => account.networkAcls.estimate("subnetId", subnet.id) === 0,
  );
  return account.networkAcls.put({
    id: newId("acl", random),
    vpcId: vpc.id,
    isDefault: true,
    entries: [...open, ...lastEntries(vpc)],
    associations: subnets.map((subnet) => ({
      id: newId("aclassoc", random),
      subnetId: subnet.id,
    })),
    tags: {},
  });
}
