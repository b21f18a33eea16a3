import {
  cidrContainsCidr,
  cidrsOverlap,
  formatCidr,
  type ParsedCidr,
  parseCidr,
  tryParseCidr,
} from "@trunkline/core";
import type { Subnet, Vpc } from "../account/network-rows.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { readOwnTags } from "../domain/tags.ts";
import { ZONE_LETTERS, zoneIdOf } from "../domain/zones.ts";
import { renderSubnet } from "../render/network.ts";
import { newId } from "../wire/ids.ts";
import { Refusal, wrongValue } from "../wire/refusal.ts";

/** CreateSubnet inside a block of its VPC, without overlap. */
export const createSubnet: Decider = (call) => {
  const { fields, account, random } = call;
  const vpc = find(account.vpcs, KINDS.vpc, fields.requiredText("VpcId"));
  const cidr = readSubnetBlock(call, vpc, fields.requiredText("CidrBlock"));
  const ipv6 = fields.text("Ipv6CidrBlock");
  const quotas = account.settings.quotas;
  const tags = readOwnTags(fields, "subnet", quotas.tagsPerResource);
  if (account.subnets.estimate("vpcId", vpc.id) >= quotas.subnetsPerVpc) {
    throw new Refusal("SubnetLimitExceeded", "The maximum number of subnets has been reached.");
  }
  const availabilityZone = readZone(call);
  const id = newId("subnet-cidr-assoc", random);
  const subnet = account.subnets.put({
    id: newId("subnet", random),
    vpcId: vpc.id,
    cidr,
    ipv6Cidrs: ipv6 === undefined ? [] : [{ id, cidr: readIpv6Block(call, vpc, ipv6) }],
    availabilityZone,
    availabilityZoneId: zoneIdOf(availabilityZone),
    assignIpv6OnCreation: false,
    mapPublicIpOnLaunch: false,
    tags,
  });
  joinDefaultAcl(call, subnet);
  return { subnet: renderSubnet(subnet, call) };
};

function readSubnetBlock({ account }: Call, vpc: Vpc, text: string): string {
  const cidr = tryParseCidr(text);
  if (cidr?.family !== 4) {
    throw new Refusal(
      "InvalidParameterValue",
      `Value (${text.slice(0, 100)}) for parameter cidrBlock is invalid. ` +
        "This is not a valid CIDR block.",
    );
  }
  const isInside = vpc.cidrs.some((one) => cidrContainsCidr(parseCidr(one.cidr), cidr));
  if (cidr.prefixLength < 16 || cidr.prefixLength > 28 || !isInside) {
    throw new Refusal("InvalidSubnet.Range", `The CIDR '${text}' is invalid.`);
  }
  for (const other of account.subnets.by("vpcId", vpc.id)) {
    if (cidrsOverlap(parseCidr(other.cidr), cidr)) throw conflict(text);
  }
  return formatCidr(cidr);
}

function conflict(text: string): Refusal {
  return new Refusal("InvalidSubnet.Conflict", `The CIDR '${text}' conflicts with another subnet`);
}

function readIpv6Block({ account }: Call, vpc: Vpc, text: string): string {
  const cidr: ParsedCidr | undefined = tryParseCidr(text);
  if (cidr?.family !== 6 || cidr.prefixLength !== 64) {
    throw wrongValue("ipv6CidrBlock", text, "Expecting an IPv6 block of /64.");
  }
  if (!vpc.ipv6Cidrs.some((one) => cidrContainsCidr(parseCidr(one.cidr), cidr))) {
    throw new Refusal("InvalidSubnet.Range", `The CIDR '${text}' is invalid.`);
  }
  const isTaken = [...account.subnets.by("vpcId", vpc.id)].some((subnet) =>
    subnet.ipv6Cidrs.some((one) => one.cidr === formatCidr(cidr)),
  );
  if (isTaken) throw conflict(text);
  return formatCidr(cidr);
}

function readZone({ fields, account }: Call): string {
  const { region } = account.settings;
  const zones = ZONE_LETTERS.map((letter) => `${region}${letter}`);
  const name = fields.text("AvailabilityZone");
  const id = fields.text("AvailabilityZoneId");
  const zone =
    name ?? (id === undefined ? zones[0] : (zones.find((one) => zoneIdOf(one) === id) ?? id));
  if (zone !== undefined && zones.includes(zone)) return zone;
  throw wrongValue(
    "availabilityZone",
    zone ?? "",
    `Subnets can currently only be created in the following availability zones: ${zones.join(", ")}.`,
  );
}

function joinDefaultAcl({ account, random }: Call, subnet: Subnet): void {
  for (const acl of account.networkAcls.by("vpcId", subnet.vpcId)) {
    if (!acl.isDefault) continue;
    const association = { id: newId("aclassoc", random), subnetId: subnet.id };
    account.networkAcls.put({ ...acl, associations: [...acl.associations, association] });
    return;
  }
}

/** DeleteSubnet: refused while an interface is in it. */
export const deleteSubnet: Decider = ({ fields, account }) => {
  const subnet = find(account.subnets, KINDS.subnet, fields.requiredText("SubnetId"));
  if (account.enis.estimate("subnet-id", subnet.id) > 0) {
    throw new Refusal(
      "DependencyViolation",
      `The subnet '${subnet.id}' has dependencies and cannot be deleted.`,
    );
  }
  for (const table of [...account.routeTables.by("subnetId", subnet.id)]) {
    const associations = table.associations.filter((one) => one.subnetId !== subnet.id);
    account.routeTables.put({ ...table, associations });
  }
  for (const acl of [...account.networkAcls.by("subnetId", subnet.id)]) {
    const associations = acl.associations.filter((one) => one.subnetId !== subnet.id);
    account.networkAcls.put({ ...acl, associations });
  }
  account.subnets.delete(subnet.id);
  return DONE;
};

/** AssociateSubnetCidrBlock: the IPv6 block of a subnet. */
export const associateSubnetCidrBlock: Decider = (call) => {
  const { fields, account, random } = call;
  const subnet = find(account.subnets, KINDS.subnet, fields.requiredText("SubnetId"));
  const vpc = account.vpcs.need(subnet.vpcId);
  const cidr = readIpv6Block(call, vpc, fields.requiredText("Ipv6CidrBlock"));
  if (subnet.ipv6Cidrs.length > 0) {
    throw new Refusal("InvalidSubnet.Conflict", `The subnet '${subnet.id}' has an IPv6 block`);
  }
  const block = { id: newId("subnet-cidr-assoc", random), cidr };
  account.subnets.put({ ...subnet, ipv6Cidrs: [block] });
  return {
    subnetId: subnet.id,
    ipv6CidrBlockAssociation: {
      associationId: block.id,
      ipv6CidrBlock: cidr,
      ipv6CidrBlockState: { state: "associated" },
    },
  };
};

/** DisassociateSubnetCidrBlock: refused while an interface has an IPv6 address of it. */
export const disassociateSubnetCidrBlock: Decider = ({ fields, account }) => {
  const id = fields.requiredText("AssociationId");
  const subnet = [...account.subnets.all()].find((one) => one.ipv6Cidrs.some((b) => b.id === id));
  const block = subnet?.ipv6Cidrs.find((one) => one.id === id);
  if (subnet === undefined || block === undefined) {
    throw new Refusal(
      "InvalidSubnetCidrBlockAssociationID.NotFound",
      `The subnet CIDR block with association ID ${id.slice(0, 100)} does not exist`,
    );
  }
  for (const eni of account.enis.by("subnet-id", subnet.id)) {
    if (eni.ipv6Addresses.length + eni.ipv6Prefixes.length === 0) continue;
    throw new Refusal("InvalidCidr.InUse", `The CIDR ${block.cidr} is in use by ${eni.id}`);
  }
  account.subnets.put({ ...subnet, ipv6Cidrs: [] });
  return {
    subnetId: subnet.id,
    ipv6CidrBlockAssociation: {
      associationId: block.id,
      ipv6CidrBlock: block.cidr,
      ipv6CidrBlockState: { state: "disassociated" },
    },
  };
};
