import type { AclEntry } from "../account/network-rows.ts";
import { readCidr } from "../domain/rule-text.ts";
import { newId } from "../wire/ids.ts";
import type { Member } from "./document.ts";
import { attempt, isNew, type Loading, problem, tagsOf } from "./loading.ts";

/** Loads network ACLs; the VPCs and subnets are there. */
export function loadNetworkAcls(loading: Loading): void {
  for (const [i, acl] of loading.document.NetworkAcls.entries()) {
    const field = `NetworkAcls[${i}]`;
    const { account, random } = loading;
    const id = acl.NetworkAclId;
    if (!isNew(loading, account.networkAcls, { field: `${field}.NetworkAclId`, id })) continue;
    if (account.vpcs.get(acl.VpcId) === undefined) {
      problem(loading, `${field}.VpcId`, `${acl.VpcId} is not among the Vpcs`);
    }
    for (const { SubnetId } of acl.Associations) {
      if (account.subnets.get(SubnetId) !== undefined) continue;
      problem(loading, `${field}.Associations`, `${SubnetId} is not among the Subnets`);
    }
    account.networkAcls.put({
      id,
      vpcId: acl.VpcId,
      isDefault: acl.IsDefault,
      entries: acl.Entries.flatMap(
        (entry, n) => attempt(loading, `${field}.Entries[${n}]`, () => readEntry(entry)) ?? [],
      ),
      associations: acl.Associations.map(({ NetworkAclAssociationId, SubnetId }) => ({
        id: NetworkAclAssociationId ?? newId("aclassoc", random),
        subnetId: SubnetId,
      })),
      tags: tagsOf(acl.Tags),
    });
  }
}

function readEntry(entry: Member<"NetworkAcls">["Entries"][number]): AclEntry {
  const { CidrBlock, Ipv6CidrBlock, PortRange, IcmpTypeCode } = entry;
  return {
    ruleNumber: entry.RuleNumber,
    isEgress: entry.Egress,
    protocol: entry.Protocol,
    action: entry.RuleAction,
    ...(CidrBlock !== undefined && { cidr: readCidr(CidrBlock, 4) }),
    ...(Ipv6CidrBlock !== undefined && { ipv6Cidr: readCidr(Ipv6CidrBlock, 6) }),
    ...(PortRange !== undefined && { fromPort: PortRange.From, toPort: PortRange.To }),
    ...(IcmpTypeCode !== undefined && {
      icmpType: IcmpTypeCode.Type,
      icmpCode: IcmpTypeCode.Code,
    }),
  };
}

/** Loads peerings; a VPC of another account need not be there. */
export function loadPeerings(loading: Loading): void {
  const { account, nowMs } = loading;
  for (const [i, peering] of loading.document.VpcPeeringConnections.entries()) {
    const id = peering.VpcPeeringConnectionId;
    const field = `VpcPeeringConnections[${i}].VpcPeeringConnectionId`;
    if (!isNew(loading, account.peerings, { field, id })) continue;
    const { RequesterVpcInfo: from, AccepterVpcInfo: to, Status } = peering;
    account.peerings.put({
      id,
      requesterVpcId: from.VpcId,
      requesterOwnerId: from.OwnerId ?? account.settings.accountId,
      accepterVpcId: to.VpcId,
      accepterOwnerId: to.OwnerId ?? account.settings.accountId,
      status: Status.Code,
      expiresAtMs: nowMs,
      tags: tagsOf(peering.Tags),
    });
  }
}

/** Loads rights on interfaces; the interfaces are there. */
export function loadInterfacePermissions(loading: Loading): void {
  const { account } = loading;
  for (const [i, one] of loading.document.NetworkInterfacePermissions.entries()) {
    const field = `NetworkInterfacePermissions[${i}]`;
    const { NetworkInterfacePermissionId: id, AwsAccountId, AwsService } = one;
    const at = { field: `${field}.NetworkInterfacePermissionId`, id };
    if (!isNew(loading, account.permissions, at)) continue;
    if (account.enis.get(one.NetworkInterfaceId) === undefined) {
      problem(loading, field, `${one.NetworkInterfaceId} is not among the NetworkInterfaces`);
    }
    account.permissions.put({
      id,
      eniId: one.NetworkInterfaceId,
      permission: one.Permission,
      ...(AwsAccountId !== undefined && { accountId: AwsAccountId }),
      ...(AwsService !== undefined && { service: AwsService }),
    });
  }
}

/** Loads the public addresses that interfaces show and no list of addresses names. */
export function loadLaunchAddresses(loading: Loading): void {
  const { account, document, random } = loading;
  const inInstances = [...document.Instances, ...document.Reservations.flatMap((r) => r.Instances)];
  const listed = [
    ...document.NetworkInterfaces,
    ...inInstances.flatMap((instance) => instance.NetworkInterfaces),
  ];
  for (const { NetworkInterfaceId, Association } of listed) {
    const publicIp = Association?.PublicIp;
    const privateIp = account.enis.get(NetworkInterfaceId)?.addresses[0]?.address;
    if (publicIp === undefined || privateIp === undefined) continue;
    if (account.elasticIps.first("public-ip", publicIp) !== undefined) continue;
    account.elasticIps.put({
      id: newId("eipalloc", random),
      publicIp,
      isEphemeral: true,
      association: { id: newId("eipassoc", random), eniId: NetworkInterfaceId, privateIp },
      tags: {},
    });
  }
}

/** Loads public addresses; the interfaces are there. */
export function loadAddresses(loading: Loading): void {
  const { account, random } = loading;
  for (const [i, address] of loading.document.Addresses.entries()) {
    const field = `Addresses[${i}]`;
    const id = address.AllocationId;
    if (!isNew(loading, account.elasticIps, { field: `${field}.AllocationId`, id })) continue;
    const eniId = address.NetworkInterfaceId;
    const eni = eniId === undefined ? undefined : account.enis.get(eniId);
    if (eniId !== undefined && eni === undefined) {
      problem(loading, field, `${eniId} is not among the NetworkInterfaces`);
    }
    const association = eni && {
      id: address.AssociationId ?? newId("eipassoc", random),
      eniId: eni.id,
      privateIp: address.PrivateIpAddress ?? eni.addresses[0]?.address ?? "",
    };
    account.elasticIps.put({
      id,
      publicIp: address.PublicIp,
      isEphemeral: false,
      ...(association !== undefined && { association }),
      tags: tagsOf(address.Tags),
    });
  }
}
