import {
  type EC2Client,
  type Filter,
  type Instance,
  type NetworkAcl,
  type NetworkInterface,
  paginateDescribeInstances,
  paginateDescribeNetworkAcls,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
  type RouteTable,
  type SecurityGroup,
  type SecurityGroupRule,
  type Subnet,
  type Vpc,
} from "@aws-sdk/client-ec2";
import { TrunklineError } from "@trunkline/core";
import { type Cloud, problemText, readEc2Describe } from "@trunkline/core/inputs";
import { isRefused } from "./ec2-client.ts";
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

/** Problems of an answer that an error names. */
const PROBLEMS_SHOWN_MAX = 5;

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
  const Reservations = [{ Instances: instances }];
  const described = { ...network, ...groups, NetworkInterfaces: interfaces, Reservations };
  const { cloud, problems } = readEc2Describe([described]);
  if (problems.length > 0) {
    // A rule that is passed over could turn a verdict, so what nobody understands stops the reading.
    const texts = problems.slice(0, PROBLEMS_SHOWN_MAX).map(problemText);
    throw new Error(`EC2 answered what cannot be read (${problems.length}): ${texts.join("; ")}`);
  }
  const wanted = cloud.groups.flatMap(({ rules }) =>
    rules.flatMap(({ peer }) => (peer.kind === "prefixList" ? peer.prefixListId : [])),
  );
  const prefixLists = await source.prefixLists.read(new Set(wanted), abort);
  refused.push(...prefixLists.refused);
  return { cloud: { ...cloud, prefixLists: prefixLists.lists }, refused };
}

/** Lists as EC2 describes them, by their names there; one that was refused is absent. */
interface Network {
  readonly Vpcs: readonly Vpc[];
  readonly Subnets: readonly Subnet[];
  readonly RouteTables?: readonly RouteTable[];
  readonly NetworkAcls?: readonly NetworkAcl[];
}

async function readNetwork(source: CloudSource, abort: Abort, refused: string[]): Promise<Network> {
  const { client, vpcId } = source;
  const input = filtered(vpcId);
  const paging = { client, pageSize: PAGE_SIZE };
  const [vpcs, subnets, routeTables, networkAcls] = await Promise.all([
    collect(paginateDescribeVpcs(paging, input, { abortSignal: abort }), (page) => page.Vpcs),
    collect(paginateDescribeSubnets(paging, input, { abortSignal: abort }), (p) => p.Subnets),
    readRouteTables(source, abort, refused),
    readNetworkAcls(source, abort, refused),
  ]);
  if (vpcId !== undefined && vpcs.length === 0) {
    // Everything would be empty, and every verdict a riddle.
    throw new TrunklineError("NOT_FOUND", `VPC ${vpcId} does not exist in this account and region`);
  }
  return {
    Vpcs: vpcs,
    Subnets: subnets,
    ...(routeTables === undefined ? {} : { RouteTables: routeTables }),
    ...(networkAcls === undefined ? {} : { NetworkAcls: networkAcls }),
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
    return await collect(pages, (page) => page.RouteTables);
  } catch (error) {
    if (!isRefused(error)) throw error;
    refused.push("DescribeRouteTables: verdicts on paths that leave a subnet may be UNKNOWN");
    return undefined;
  }
}

async function readNetworkAcls(
  { client, vpcId }: CloudSource,
  abort: Abort,
  refused: string[],
): Promise<NetworkAcl[] | undefined> {
  const paging = { client, pageSize: PAGE_SIZE };
  const pages = paginateDescribeNetworkAcls(paging, filtered(vpcId), { abortSignal: abort });
  try {
    return await collect(pages, (page) => page.NetworkAcls);
  } catch (error) {
    if (!isRefused(error)) throw error;
    refused.push("DescribeNetworkAcls: verdicts leave network ACLs out");
    return undefined;
  }
}

/** Groups, and their rules with ids where those may be read. */
interface Groups {
  readonly SecurityGroups: readonly SecurityGroup[];
  readonly SecurityGroupRules?: readonly SecurityGroupRule[];
}

async function readGroups(
  { client, vpcId }: CloudSource,
  abort: Abort,
  refused: string[],
): Promise<Groups> {
  const paging = { client, pageSize: PAGE_SIZE };
  const call = { abortSignal: abort };
  const found = await collect(
    paginateDescribeSecurityGroups(paging, filtered(vpcId), call),
    (page) => page.SecurityGroups,
  );
  try {
    const pages = paginateDescribeSecurityGroupRules(paging, {}, call);
    const rules = await collect(pages, (page) => page.SecurityGroupRules);
    // The permissions are older than the rules, which may have changed since.
    const heads = found.map(({ GroupId, GroupName, VpcId }) => ({ GroupId, GroupName, VpcId }));
    return { SecurityGroups: heads as SecurityGroup[], SecurityGroupRules: rules };
  } catch (error) {
    if (!isRefused(error)) throw error;
    refused.push("DescribeSecurityGroupRules: rule ids are made up");
    return { SecurityGroups: found };
  }
}

async function readInterfaces(
  { client, vpcId }: CloudSource,
  abort: Abort,
): Promise<NetworkInterface[]> {
  const paging = { client, pageSize: PAGE_SIZE };
  const pages = paginateDescribeNetworkInterfaces(paging, filtered(vpcId), { abortSignal: abort });
  return collect(pages, (page) => page.NetworkInterfaces);
}

async function readInstances(
  { client, vpcId }: CloudSource,
  abort: Abort,
  refused: string[],
): Promise<Instance[]> {
  const named = { Name: "tag-key", Values: ["Name"] };
  const input = { Filters: [named, ...(filtered(vpcId).Filters ?? [])] };
  const paging = { client, pageSize: PAGE_SIZE };
  try {
    const pages = paginateDescribeInstances(paging, input, { abortSignal: abort });
    const reservations = await collect(pages, (page) => page.Reservations);
    return reservations.flatMap(({ Instances }) => Instances ?? []);
  } catch (error) {
    if (!isRefused(error)) throw error;
    refused.push("DescribeInstances: instances are not known by their Name tags");
    return [];
  }
}

function filtered(vpcId: string | undefined): { Filters?: Filter[] } {
  return vpcId === undefined ? {} : { Filters: [{ Name: "vpc-id", Values: [vpcId] }] };
}
