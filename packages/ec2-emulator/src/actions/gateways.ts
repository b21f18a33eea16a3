import { primaryAddressOf } from "../account/interface-rows.ts";
import type { InternetGateway, NatGateway } from "../account/network-rows.ts";
import { type Call, type Decider, DONE, endOf } from "../domain/call.ts";
import { type DescribeSpec, describe } from "../domain/describe.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { makeEni, NO_ADDRESS_WISH } from "../domain/make-interface.ts";
import { readOwnTags } from "../domain/tags.ts";
import { tagSet } from "../render/shared.ts";
import { newId } from "../wire/ids.ts";
import { COMMON_PAGES } from "../wire/paging.ts";
import { missing, Refusal } from "../wire/refusal.ts";
import { type TreeObject, timestamp } from "../wire/xml.ts";
import { blackhole } from "./route-tables.ts";

/** CreateInternetGateway, attached to nothing. */
export const createInternetGateway: Decider = (call) => {
  const { fields, account, random } = call;
  const tags = readOwnTags(fields, "internet-gateway", account.settings.quotas.tagsPerResource);
  const gateway = account.internetGateways.put({ id: newId("igw", random), tags });
  return { internetGateway: renderInternetGateway(gateway, call) };
};

/** AttachInternetGateway: one gateway to one VPC. */
export const attachInternetGateway: Decider = ({ fields, account }) => {
  const id = fields.requiredText("InternetGatewayId");
  const gateway = find(account.internetGateways, KINDS.internetGateway, id);
  const vpc = find(account.vpcs, KINDS.vpc, fields.requiredText("VpcId"));
  if (gateway.vpcId !== undefined) {
    throw new Refusal(
      "Resource.AlreadyAssociated",
      `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
    );
  }
  if (account.internetGateways.estimate("vpcId", vpc.id) > 0) {
    throw new Refusal(
      "InvalidParameterValue",
      `Network ${vpc.id} already has an internet gateway attached`,
    );
  }
  account.internetGateways.put({ ...gateway, vpcId: vpc.id });
  return DONE;
};

/** DetachInternetGateway. */
export const detachInternetGateway: Decider = ({ fields, account }) => {
  const id = fields.requiredText("InternetGatewayId");
  const gateway = find(account.internetGateways, KINDS.internetGateway, id);
  const wanted = fields.requiredText("VpcId");
  const { vpcId, ...rest } = gateway;
  if (vpcId !== wanted) {
    throw new Refusal("Gateway.NotAttached", `resource ${id} is not attached to network ${wanted}`);
  }
  account.internetGateways.put(rest);
  return DONE;
};

/** DeleteInternetGateway: refused while it is attached. */
export const deleteInternetGateway: Decider = (call) => {
  const id = call.fields.requiredText("InternetGatewayId");
  const gateway = find(call.account.internetGateways, KINDS.internetGateway, id);
  if (gateway.vpcId !== undefined) {
    throw new Refusal(
      "DependencyViolation",
      `The internetGateway '${id}' has dependencies and cannot be deleted.`,
    );
  }
  call.account.internetGateways.delete(id);
  blackhole(call, id);
  return DONE;
};

const internetSpec: DescribeSpec<InternetGateway> = {
  source: (view) => view.internetGateways,
  kind: KINDS.internetGateway,
  idParameter: "InternetGatewayId",
  filters: {
    "attachment.state": (row) => (row.vpcId === undefined ? [] : ["available"]),
    "attachment.vpc-id": (row) => [row.vpcId],
    "internet-gateway-id": (row) => [row.id],
    "owner-id": (_, { account }) => [account.settings.accountId],
    "tag-key": (row) => Object.keys(row.tags),
  },
  lookups: { "attachment.vpc-id": { index: "vpcId" } },
  pages: COMMON_PAGES,
  render: renderInternetGateway,
};

/** DescribeInternetGateways. */
export const describeInternetGateways: Decider = (call) => {
  const { items, nextToken } = describe(call, internetSpec);
  return { internetGatewaySet: items, nextToken };
};

function renderInternetGateway(gateway: InternetGateway, { account }: Call): TreeObject {
  const { vpcId } = gateway;
  return {
    internetGatewayId: gateway.id,
    ownerId: account.settings.accountId,
    attachmentSet: vpcId === undefined ? [] : [{ vpcId, state: "available" }],
    tagSet: tagSet(gateway.tags),
  };
}

/** CreateNatGateway: pending first, with an interface of its own in the subnet. */
export const createNatGateway: Decider = (call) => {
  const { fields, account, random, nowMs } = call;
  const subnet = find(account.subnets, KINDS.subnet, fields.requiredText("SubnetId"));
  const connectivityType = fields.choice("ConnectivityType", ["public", "private"]) ?? "public";
  const allocationId = fields.text("AllocationId");
  if (connectivityType === "public" && allocationId === undefined) throw missing("allocationId");
  const tags = readOwnTags(fields, "natgateway", account.settings.quotas.tagsPerResource);
  const id = newId("nat", random);
  const eni = makeEni(call, {
    subnet,
    description: `Interface for NAT Gateway ${id}`,
    groupIds: [],
    interfaceType: "nat_gateway",
    addresses: { ...NO_ADDRESS_WISH, primary: fields.text("PrivateIpAddress"), ipv6Count: 0 },
    enablePrimaryIpv6: false,
    requesterManaged: true,
    tags: {},
  });
  if (allocationId !== undefined) bindAddress(call, allocationId, eni.id);
  const gateway = account.natGateways.put({
    id,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    connectivityType,
    state: "pending",
    changesAtMs: endOf("natGateway", call),
    eniId: eni.id,
    ...(allocationId !== undefined && { allocationId }),
    createdAtMs: nowMs,
    tags,
  });
  return { natGateway: renderNatGateway(gateway, call) };
};

function bindAddress({ account, random }: Call, allocationId: string, eniId: string): void {
  const ip = find(account.elasticIps, KINDS.elasticIp, allocationId);
  if (ip.association !== undefined) {
    throw new Refusal(
      "Resource.AlreadyAssociated",
      `Elastic IP address [${allocationId}] is already associated`,
    );
  }
  const privateIp = primaryAddressOf(account.enis.need(eniId)) ?? "";
  account.elasticIps.put({
    ...ip,
    association: { id: newId("eipassoc", random), eniId, privateIp },
  });
}

/** DeleteNatGateway: deleting first; routes to it become black holes. */
export const deleteNatGateway: Decider = (call) => {
  const { fields, account } = call;
  const id = fields.requiredText("NatGatewayId");
  const gateway = find(account.natGateways, KINDS.natGateway, id);
  if (gateway.state === "pending" || gateway.state === "available") {
    const changesAtMs = endOf("natGateway", call);
    account.natGateways.put({ ...gateway, state: "deleting", changesAtMs });
    blackhole(call, id);
  }
  return { natGatewayId: id };
};

const natSpec: DescribeSpec<NatGateway> = {
  source: (view) => view.natGateways,
  kind: KINDS.natGateway,
  idParameter: "NatGatewayId",
  filters: {
    "nat-gateway-id": (row) => [row.id],
    state: (row) => [row.state],
    "subnet-id": (row) => [row.subnetId],
    "tag-key": (row) => Object.keys(row.tags),
    "vpc-id": (row) => [row.vpcId],
  },
  lookups: { "subnet-id": { index: "subnetId" }, "vpc-id": { index: "vpcId" } },
  pages: COMMON_PAGES,
  render: renderNatGateway,
};

/** DescribeNatGateways. */
export const describeNatGateways: Decider = (call) => {
  const { items, nextToken } = describe(call, natSpec);
  return { natGatewaySet: items, nextToken };
};

function renderNatGateway(gateway: NatGateway, { view }: Call): TreeObject {
  const eni = gateway.eniId === undefined ? undefined : view.enis.get(gateway.eniId);
  const ip = view.elasticIps.get(gateway.allocationId ?? "");
  return {
    natGatewayId: gateway.id,
    vpcId: gateway.vpcId,
    subnetId: gateway.subnetId,
    state: gateway.state,
    connectivityType: gateway.connectivityType,
    createTime: timestamp(gateway.createdAtMs),
    deleteTime: gateway.deletedAtMs && timestamp(gateway.deletedAtMs),
    natGatewayAddressSet:
      eni === undefined
        ? []
        : [
            {
              networkInterfaceId: eni.id,
              privateIp: primaryAddressOf(eni),
              allocationId: ip?.id,
              publicIp: ip?.publicIp,
              associationId: ip?.association?.id,
              isPrimary: true,
              status: "succeeded",
            },
          ],
    tagSet: tagSet(gateway.tags),
  };
}
