import { groupByKeys, type MultiMap } from "../world/multi-map.ts";
import type { World } from "../world/world.ts";
import { type ReadAcl, readAcls } from "./read-acls.ts";

/** The network ACLs of a world, found by subnet. */
export interface AclSet {
  /** By subnet: the ACL that names it, else the default one of its VPC. */
  readonly bySubnet: ReadonlyMap<string, ReadAcl>;
  readonly byVpc: MultiMap<string, ReadAcl>;
}

/**
 * Reads and sorts the network ACLs of a world; undefined when they were not read.
 *
 * Throws INVALID_ARGUMENT with every problem of every ACL.
 */
export function indexAcls({ networkAcls, subnets }: World): AclSet | undefined {
  if (networkAcls === undefined) return undefined;
  const acls = readAcls(networkAcls);
  const bySubnet = new Map(
    acls.flatMap((one) => one.acl.subnetIds.map((id): [string, ReadAcl] => [id, one])),
  );
  const defaults = new Map(
    acls.filter(({ acl }) => acl.isDefault).map((one) => [one.acl.vpcId, one]),
  );
  for (const { subnetId, vpcId } of subnets) {
    const fallback = defaults.get(vpcId);
    if (fallback !== undefined && !bySubnet.has(subnetId)) bySubnet.set(subnetId, fallback);
  }
  return { bySubnet, byVpc: groupByKeys(acls, ({ acl }) => [acl.vpcId]) };
}
