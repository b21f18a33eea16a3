import {
  type EC2Client,
  type SecurityGroupRule as Ec2SecurityGroupRule,
  type Filter,
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import {
  type NetworkInterface,
  type RouteTable,
  type SecurityGroup,
  TrunklineError,
} from "@trunkline/core";
import { type Cloud, type NamedInstance, sortedBy } from "./cloud.ts";
import { isRefused } from "./ec2-client.ts";
import { mapGroup, mapGroupWithoutRuleIds } from "./map-group.ts";
import { mapInterface } from "./map-interface.ts";
import { mapInstance, mapRouteTable, mapSubnet, mapVpc } from "./map-network.ts";
import { collect } from "./pages.ts";
import type { PrefixListReader } from "./read-prefix-lists.ts";

/** What to read and with what. */
export interface CloudSource {
  readonly client: EC2Client;
  /** Only this VPC; undefined for the whole account. */
  readonly vpcId: string | undefined;
  readonly prefixLists: PrefixListReader;
}

/** A cloud, and what could not be read of it. */
export interface CloudReading {
  readonly cloud: Cloud;
  /** Actions that were refused, with what the lack means. */
  readonly refused: readonly string[];
}

/** Largest page that EC2 gives for these lists. Source: EC2 API model, MaxResults 5..1000. */
const PAGE_SIZE = 1000;
/** The same for route tables. */
const ROUTE_TABLE_PAGE_SIZE = 100;

/** A signal to give up, as the SDK takes it. */
type Abort = AbortSignal;

/**
 * Reads the whole cloud side once. Groups are read before their rules, so that a group which is
 * made meanwhile is missing and never shown without its rules.
 */
export async function readCloud(source: CloudSource, abort: Abort): Promise<CloudReading> {
  const refused: string[] = [];
  const [network, groups, interfaces, instances] = await Promise.all([
    readNetwork(source, abort, refused),
    readGroups(source, abort, refused),
    readInterfaces(source, abort),
    readInstances(source, abort, refused),
  ]);
  const wanted = groups.flatMap(({ rules }) =>
    rules.flatMap(({ peer }) => (peer.kind === "prefixList" ? peer.prefixListId : [])),
  );
  const prefixLists = await source.prefixLists.read(new Set(wanted), abort);
  refused.push(...prefixLists.refused);
  const cloud = { ...network, groups, interfaces, instances, prefixLists: prefixLists.lists };
  return { cloud, refused };
}

async function readNetwork(
  source: CloudSource,
  abort: Abort,
  refused: string[],
): Promise<Pick<Cloud, "vpcs" | "subnets" | "routeTables">> {
  const { client, vpcId } = source;
  const input = filtered(vpcId);
  const paging = { client, pageSize: PAGE_SIZE };
  const [vpcs, subnets, routeTables] = await Promise.all([
    collect(paginateDescribeVpcs(paging, input, { abortSignal: abort }), (page) => page.Vpcs),
    collect(paginateDescribeSubnets(paging, input, { abortSignal: abort }), (p) => p.Subnets),
    readRouteTables(source, abort, refused),
  ]);
  if (vpcId !== undefined && vpcs.length === 0) {
    // Everything would be empty, and every verdict a riddle.
    throw new TrunklineError("NOT_FOUND", `VPC ${vpcId} does not exist in this account and region`);
  }
  return {
    vpcs: sortedBy(vpcs.map(mapVpc), (vpc) => vpc.vpcId),
    subnets: sortedBy(subnets.map(mapSubnet), (subnet) => subnet.subnetId),
    routeTables,
  };
}

async function readRouteTables(
  { client, vpcId }: CloudSource,
  abort: Abort,
  refused: string[],
): Promise<RouteTable[] | undefined> {
  const paging = { client, pageSize: ROUTE_TABLE_PAGE_SIZE };
  const pages = paginateDescribeRouteTables(paging, filtered(vpcId), { abortSignal: abort });
  try {
    const tables = await collect(pages, (page) => page.RouteTables);
    return sortedBy(tables.map(mapRouteTable), (table) => table.routeTableId);
  } catch (error) {
    if (!isRefused(error)) throw error;
    refused.push("DescribeRouteTables: verdicts on paths that leave a subnet may be UNKNOWN");
    return undefined;
  }
}

async function readGroups(
  { client, vpcId }: CloudSource,
  abort: Abort,
  refused: string[],
): Promise<SecurityGroup[]> {
  const paging = { client, pageSize: PAGE_SIZE };
  const call = { abortSignal: abort };
  const found = await collect(
    paginateDescribeSecurityGroups(paging, filtered(vpcId), call),
    (page) => page.SecurityGroups,
  );
  const byId = ({ groupId }: SecurityGroup) => groupId;
  let rules: Ec2SecurityGroupRule[];
  try {
    const pages = paginateDescribeSecurityGroupRules(paging, {}, call);
    rules = await collect(pages, (page) => page.SecurityGroupRules);
  } catch (error) {
    if (!isRefused(error)) throw error;
    refused.push("DescribeSecurityGroupRules: rule ids are made up");
    return sortedBy(found.map(mapGroupWithoutRuleIds), byId);
  }
  const rulesOf = new Map<string | undefined, Ec2SecurityGroupRule[]>();
  for (const rule of rules) {
    const own = rulesOf.get(rule.GroupId);
    if (own === undefined) rulesOf.set(rule.GroupId, [rule]);
    else own.push(rule);
  }
  const groups = found.map((group) => mapGroup(group, rulesOf.get(group.GroupId) ?? []));
  return sortedBy(groups, byId);
}

async function readInterfaces(
  { client, vpcId }: CloudSource,
  abort: Abort,
): Promise<NetworkInterface[]> {
  const paging = { client, pageSize: PAGE_SIZE };
  const pages = paginateDescribeNetworkInterfaces(paging, filtered(vpcId), { abortSignal: abort });
  const found = await collect(pages, (page) => page.NetworkInterfaces);
  return sortedBy(found.map(mapInterface), ({ eniId }) => eniId);
}

async function readInstances(
  { client, vpcId }: CloudSource,
  abort: Abort,
  refused: string[],
): Promise<NamedInstance[]> {
  const named = { Name: "tag-key", Values: ["Name"] };
  const input = { Filters: [named, ...(filtered(vpcId).Filters ?? [])] };
  const paging = { client, pageSize: PAGE_SIZE };
  try {
    const pages = paginateDescribeInstances(paging, input, { abortSignal: abort });
    const reservations = await collect(pages, (page) => page.Reservations);
    const found = reservations.flatMap(({ Instances }) => Instances ?? []).flatMap(mapInstance);
    return sortedBy(found, ({ instanceId }) => instanceId);
  } catch (error) {
    if (!isRefused(error)) throw error;
    refused.push("DescribeInstances: instances are not known by their Name tags");
    return [];
  }
}

function filtered(vpcId: string | undefined): { Filters?: Filter[] } {
  return vpcId === undefined ? {} : { Filters: [{ Name: "vpc-id", Values: [vpcId] }] };
}
