import { cidrsOverlap, formatCidr, parseCidr, tryParseCidr } from "@trunkline/core";
import type { CidrAssociation, Vpc } from "../account/network-rows.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { makeVpcDefaults } from "../domain/make-vpc.ts";
import { readOwnTags } from "../domain/tags.ts";
import { renderVpc } from "../render/network.ts";
import { hexDigits, newId } from "../wire/ids.ts";
import { missing, Refusal, wrongCombination } from "../wire/refusal.ts";
import { removeGroup } from "./groups.ts";

/** Most blocks of a VPC, primary included. Source: VPC quotas. */
const BLOCKS_MAX = 5;

/** CreateVpc, with main route table, default network ACL and default group. */
export const createVpc: Decider = (call) => {
  const { fields, account, random } = call;
  const cidr = readVpcBlock(fields.requiredText("CidrBlock"));
  const tags = readOwnTags(fields, "vpc", account.settings.quotas.tagsPerResource);
  if (account.vpcs.size >= account.settings.quotas.vpcs) {
    throw new Refusal("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
  }
  const wantsIpv6 = fields.boolean("AmazonProvidedIpv6CidrBlock") ?? false;
  const vpc = account.vpcs.put({
    id: newId("vpc", random),
    cidrs: [{ id: newId("vpc-cidr-assoc", random), cidr }],
    ipv6Cidrs: wantsIpv6 ? [newIpv6Block(call)] : [],
    isDefault: false,
    dhcpOptionsId: "dopt-00000000000000000",
    instanceTenancy: fields.text("InstanceTenancy") ?? "default",
    enableDnsSupport: true,
    enableDnsHostnames: false,
    tags,
  });
  makeVpcDefaults(call, vpc, { group: true });
  // Unlike DescribeVpcs, the answer of a creation has the set of IPv6 blocks also when it is empty.
  const shown = renderVpc(vpc, call);
  const blocks = shown.ipv6CidrBlockAssociationSet ?? [];
  return { vpc: { ...shown, ipv6CidrBlockAssociationSet: blocks } };
};

/** A block of a size that a VPC may have, in canonical form. */
function readVpcBlock(text: string): string {
  const cidr = tryParseCidr(text);
  if (cidr?.family !== 4) {
    throw new Refusal(
      "InvalidParameterValue",
      `Value (${text.slice(0, 100)}) for parameter cidrBlock is invalid. ` +
        "This is not a valid CIDR block.",
    );
  }
  if (cidr.prefixLength < 16 || cidr.prefixLength > 28) {
    throw new Refusal("InvalidVpc.Range", `The CIDR '${text}' is invalid.`);
  }
  return formatCidr(cidr);
}

/** A /56 of its own out of 2001:db8::/32, the documentation block of RFC 3849. */
function newIpv6Block({ account, random }: Call): CidrAssociation {
  for (let tries = 0; tries < 64; tries++) {
    const cidr = formatCidr(
      parseCidr(`2001:db8:${hexDigits(4, random)}:${hexDigits(2, random)}00::/56`),
    );
    const isTaken = [...account.vpcs.all()].some((vpc) =>
      vpc.ipv6Cidrs.some((one) => one.cidr === cidr),
    );
    if (!isTaken) return { id: newId("vpc-cidr-assoc", random), cidr };
  }
  throw new Error("invariant broken: 64 random IPv6 blocks are all taken");
}

/** DeleteVpc: refused while anything besides the defaults is in it. */
export const deleteVpc: Decider = (call) => {
  const { fields, account } = call;
  const vpc = find(account.vpcs, KINDS.vpc, fields.requiredText("VpcId"));
  const groups = [...account.groups.by("vpc-id", vpc.id)];
  const tables = [...account.routeTables.by("vpcId", vpc.id)];
  const acls = [...account.networkAcls.by("vpcId", vpc.id)];
  const isUsed =
    account.subnets.estimate("vpcId", vpc.id) > 0 ||
    account.internetGateways.estimate("vpcId", vpc.id) > 0 ||
    groups.some((group) => group.name !== "default") ||
    tables.some((table) => !table.associations.some((one) => one.isMain)) ||
    acls.some((acl) => !acl.isDefault) ||
    [...account.peerings.by("vpcId", vpc.id)].some((one) => one.status === "active");
  if (isUsed) {
    throw new Refusal(
      "DependencyViolation",
      `The vpc '${vpc.id}' has dependencies and cannot be deleted.`,
    );
  }
  for (const group of groups) removeGroup(call, group);
  for (const table of tables) account.routeTables.delete(table.id);
  for (const acl of acls) account.networkAcls.delete(acl.id);
  account.vpcs.delete(vpc.id);
  return DONE;
};

/** AssociateVpcCidrBlock: one more IPv4 block, or an IPv6 block of Amazon's. */
export const associateVpcCidrBlock: Decider = (call) => {
  const { fields, account, random } = call;
  const vpc = find(account.vpcs, KINDS.vpc, fields.requiredText("VpcId"));
  if (fields.boolean("AmazonProvidedIpv6CidrBlock")) {
    const block = newIpv6Block(call);
    account.vpcs.put({ ...vpc, ipv6Cidrs: [...vpc.ipv6Cidrs, block] });
    addLocalRoutes(call, vpc, block.cidr);
    return {
      vpcId: vpc.id,
      ipv6CidrBlockAssociation: {
        associationId: block.id,
        ipv6CidrBlock: block.cidr,
        ipv6CidrBlockState: { state: "associated" },
      },
    };
  }
  const cidr = readVpcBlock(fields.requiredText("CidrBlock"));
  if (vpc.cidrs.some((one) => cidrsOverlap(parseCidr(one.cidr), parseCidr(cidr)))) {
    throw new Refusal("InvalidVpc.Range", `The CIDR '${cidr}' conflicts with another of the VPC.`);
  }
  if (vpc.cidrs.length >= BLOCKS_MAX) {
    throw new Refusal(
      "CidrLimitExceeded",
      `This network '${vpc.id}' has met its maximum number of allowed CIDRs: ${BLOCKS_MAX}`,
    );
  }
  const block = { id: newId("vpc-cidr-assoc", random), cidr };
  account.vpcs.put({ ...vpc, cidrs: [...vpc.cidrs, block] });
  addLocalRoutes(call, vpc, cidr);
  return {
    vpcId: vpc.id,
    cidrBlockAssociation: {
      associationId: block.id,
      cidrBlock: cidr,
      cidrBlockState: { state: "associated" },
    },
  };
};

function addLocalRoutes({ account }: Call, vpc: Vpc, destination: string): void {
  for (const table of [...account.routeTables.by("vpcId", vpc.id)]) {
    const route = {
      destination,
      targetKind: "gatewayId",
      target: "local",
      origin: "CreateRouteTable",
      isBlackhole: false,
    } as const;
    account.routeTables.put({ ...table, routes: [...table.routes, route] });
  }
}

/** Attributes by the parameter that changes them. */
const VPC_ATTRIBUTES = {
  EnableDnsSupport: "enableDnsSupport",
  EnableDnsHostnames: "enableDnsHostnames",
  EnableNetworkAddressUsageMetrics: "enableNetworkAddressUsageMetrics",
} as const;

/** DescribeVpcAttribute: one attribute a call. */
export const describeVpcAttribute: Decider = ({ fields, view }) => {
  const attribute = fields.choice("Attribute", Object.values(VPC_ATTRIBUTES));
  if (attribute === undefined) throw missing("attribute");
  const vpc = find(view.vpcs, KINDS.vpc, fields.requiredText("VpcId"));
  return { vpcId: vpc.id, [attribute]: { value: vpc[attribute] ?? false } };
};

/** ModifyVpcAttribute: one attribute a call. */
export const modifyVpcAttribute: Decider = ({ fields, account }) => {
  const vpc = find(account.vpcs, KINDS.vpc, fields.requiredText("VpcId"));
  const wanted = Object.entries(VPC_ATTRIBUTES).flatMap(([name, attribute]) => {
    const value = fields.structure(name).boolean("Value");
    return value === undefined ? [] : [[attribute, value] as const];
  });
  if (wanted.length !== 1) {
    throw wrongCombination("Exactly one attribute must be modified in a call");
  }
  account.vpcs.put({ ...vpc, ...Object.fromEntries(wanted) });
  return DONE;
};
