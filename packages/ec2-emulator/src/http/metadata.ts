import type { Eni, Instance } from "../account/interface-rows.ts";
import { primaryAddressOf } from "../account/interface-rows.ts";
import type { Front } from "../front/front.ts";
import { privateDnsName } from "../render/shared.ts";
import { digest } from "../wire/paging.ts";

/** A request to the metadata service of one instance. */
export interface MetadataRequest {
  readonly method: string;
  /** Below "/latest/". */
  readonly path: string;
  readonly instanceId: string;
  /** Header X-aws-ec2-metadata-token. */
  readonly token: string | undefined;
  /** Header X-aws-ec2-metadata-token-ttl-seconds. */
  readonly ttlSec: string | undefined;
}

/** A text with its status. */
export interface MetadataAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Longest life of a token, seconds. Source: EC2 user guide, IMDSv2. */
const TTL_SEC_MAX = 21_600;

/**
 * IMDSv2 of an instance: token first, then documents. A token says when it ends and is bound to
 * its instance. Addresses are those that the lagging view of the instance shows.
 */
export function answerMetadata(front: Front, request: MetadataRequest): MetadataAnswer {
  const { method, path, token, ttlSec, instanceId } = request;
  if (path === "api/token") {
    if (method !== "PUT") return { status: 405, text: "" };
    const ttl = Number(ttlSec);
    if (!Number.isInteger(ttl) || ttl < 1 || ttl > TTL_SEC_MAX) return { status: 400, text: "" };
    // The Go SDK takes a token without this header for none.
    const headers = { "x-aws-ec2-metadata-token-ttl-seconds": String(ttl) };
    return { status: 200, text: makeToken(instanceId, front.nowMs() + ttl * 1000), headers };
  }
  if (method !== "GET") return { status: 405, text: "" };
  if (!isTokenGood(token, instanceId, front.nowMs())) return { status: 401, text: "" };
  const view = front.viewOf({ name: `metadata ${instanceId}`, isMetadata: true });
  const instance = view.instances.get(instanceId);
  if (instance === undefined) return { status: 404, text: "" };
  const enis = [...view.enis.by("attachment.instance-id", instanceId)];
  const text = lookUp(documents(front, instance, enis), path);
  return text === undefined ? { status: 404, text: "" } : { status: 200, text };
}

function makeToken(instanceId: string, endsMs: number): string {
  const claim = `${instanceId}:${endsMs}`;
  return Buffer.from(`${claim}:${digest(`metadata ${claim}`)}`).toString("base64url");
}

function isTokenGood(token: string | undefined, instanceId: string, nowMs: number): boolean {
  if (token === undefined) return false;
  const [instance, endsMs] = Buffer.from(token, "base64url").toString("utf8").split(":");
  const isOurs = token === makeToken(instance ?? "", Number(endsMs));
  return isOurs && instance === instanceId && Number(endsMs) > nowMs;
}

/** Documents by path; what has paths below it is a listing of them. */
function documents(front: Front, instance: Instance, enis: readonly Eni[]): Map<string, string> {
  const { region, accountId } = front.account.settings;
  const zone = front.account.subnets.get(instance.subnetId)?.availabilityZone ?? "";
  const primary = enis.find((eni) => eni.attachment?.deviceIndex === 0);
  const address = (primary && primaryAddressOf(primary)) ?? "";
  const identity = {
    accountId,
    architecture: instance.architecture,
    availabilityZone: zone,
    imageId: instance.imageId,
    instanceId: instance.id,
    instanceType: instance.instanceType,
    pendingTime: new Date(instance.launchedAtMs).toISOString(),
    privateIp: address,
    region,
    version: "2017-09-30",
  };
  const own = new Map([
    ["dynamic/instance-identity/document", JSON.stringify(identity, null, 2)],
    ["meta-data/ami-id", instance.imageId],
    ["meta-data/instance-id", instance.id],
    ["meta-data/instance-type", instance.instanceType],
    ["meta-data/local-ipv4", address],
    ["meta-data/local-hostname", privateDnsName(address, region)],
    ["meta-data/hostname", privateDnsName(address, region)],
    ["meta-data/mac", primary?.macAddress ?? ""],
    ["meta-data/placement/availability-zone", zone],
    ["meta-data/placement/region", region],
    ["meta-data/services/domain", "amazonaws.com"],
    ["meta-data/services/partition", "aws"],
  ]);
  for (const eni of enis) {
    for (const [name, text] of interfaceDocuments(front, eni)) {
      own.set(`meta-data/network/interfaces/macs/${eni.macAddress}/${name}`, text);
    }
  }
  return own;
}

function interfaceDocuments(front: Front, eni: Eni): [name: string, text: string][] {
  const { account } = front;
  const subnet = account.subnets.get(eni.subnetId);
  const vpc = account.vpcs.get(eni.vpcId);
  const lists: [string, readonly string[]][] = [
    ["ipv6s", eni.ipv6Addresses.map((one) => one.address)],
    ["ipv4-prefix", eni.ipv4Prefixes],
    ["ipv6-prefix", eni.ipv6Prefixes],
    ["subnet-ipv6-cidr-blocks", subnet?.ipv6Cidrs.map((one) => one.cidr) ?? []],
    ["vpc-ipv6-cidr-blocks", vpc?.ipv6Cidrs.map((one) => one.cidr) ?? []],
  ];
  return [
    ["device-number", String(eni.attachment?.deviceIndex ?? 0)],
    ["network-card", String(eni.attachment?.networkCardIndex ?? 0)],
    ["interface-id", eni.id],
    ["mac", eni.macAddress],
    ["owner-id", account.settings.accountId],
    ["local-ipv4s", eni.addresses.map((one) => one.address).join("\n")],
    ["security-group-ids", eni.groupIds.join("\n")],
    ["security-groups", eni.groupIds.map((id) => account.groups.get(id)?.name ?? "").join("\n")],
    ["subnet-id", eni.subnetId],
    ["subnet-ipv4-cidr-block", subnet?.cidr ?? ""],
    ["vpc-id", eni.vpcId],
    ["vpc-ipv4-cidr-block", vpc?.cidrs[0]?.cidr ?? ""],
    ["vpc-ipv4-cidr-blocks", vpc?.cidrs.map((one) => one.cidr).join("\n") ?? ""],
    // A list that is empty is not there: clients take its 404 for none.
    ...lists.flatMap(([name, list]): [string, string][] =>
      list.length === 0 ? [] : [[name, list.join("\n")]],
    ),
  ];
}

function lookUp(all: ReadonlyMap<string, string>, path: string): string | undefined {
  const exact = all.get(path.replace(/\/$/, ""));
  if (exact !== undefined) return exact;
  const prefix = path === "" || path.endsWith("/") ? path : `${path}/`;
  const names = new Set<string>();
  for (const known of all.keys()) {
    if (!known.startsWith(prefix)) continue;
    const rest = known.slice(prefix.length);
    const slash = rest.indexOf("/");
    names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
  }
  return names.size === 0 ? undefined : [...names].sort().join("\n");
}
