import { commonEntries } from "@trunkline/process";
import * as v from "valibot";

const described = <Schema extends v.GenericSchema>(schema: Schema, text: string) =>
  v.pipe(schema, v.description(text));

const scale = (text: string) =>
  v.pipe(v.number(), v.minValue(0), v.maxValue(100), v.description(text));

const amount = v.pipe(v.number(), v.minValue(0));
const buckets = v.record(v.string(), v.strictObject({ capacity: amount, refillPerSec: amount }));
const latencies = v.record(
  v.string(),
  v.strictObject({ minMs: amount, maxMs: amount, tailMs: amount }),
);

const credential = v.strictObject({
  accessKeyId: v.pipe(v.string(), v.minLength(1)),
  secretAccessKey: v.pipe(v.string(), v.minLength(1)),
});

const cluster = v.strictObject({
  name: v.string(),
  endpoint: v.string(),
  certificateAuthority: v.exactOptional(v.string()),
  version: v.exactOptional(v.string()),
  vpcId: v.exactOptional(v.string()),
  subnetIds: v.exactOptional(v.array(v.string())),
  clusterSecurityGroupId: v.exactOptional(v.string()),
  serviceIpv4Cidr: v.exactOptional(v.string()),
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const quotas = v.strictObject({
  interfaces: v.exactOptional(count),
  groups: v.exactOptional(count),
  rulesPerGroup: v.exactOptional(count),
  groupsPerInterface: v.exactOptional(count),
  prefixLists: v.exactOptional(count),
  prefixListEntries: v.exactOptional(count),
  tagsPerResource: v.exactOptional(count),
  subnetsPerVpc: v.exactOptional(count),
  vpcs: v.exactOptional(count),
  aclEntries: v.exactOptional(count),
  routesPerTable: v.exactOptional(count),
  addresses: v.exactOptional(count),
});

/** Configuration of the process. */
export const configSchema = v.strictObject({
  listen: v.optional(described(v.string(), "where to listen, host:port"), "127.0.0.1:8600"),
  account: v.optional(
    described(v.string(), "YAML or JSON file in the shapes of `aws ec2 describe-…`, loaded first"),
  ),
  state: v.optional(
    described(v.string(), "directory in which the account survives a restart; wins over account"),
  ),
  stateSync: v.optional(
    described(v.boolean(), "answers wait for the disk, so that a loss of power costs none"),
    false,
  ),
  region: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/), v.description("AWS region")),
    "us-west-2",
  ),
  accountId: v.optional(
    v.pipe(v.string(), v.regex(/^\d{12}$/), v.description("AWS account id, twelve digits")),
    "111122223333",
  ),
  throttle: v.optional(
    v.pipe(
      v.picklist(["off", "documented"]),
      v.description("token buckets of calls: off or documented"),
    ),
    "off",
  ),
  buckets: v.optional(
    described(buckets, "bucket sizes by action, {capacity, refillPerSec}; hold with throttle off"),
    {},
  ),
  latencies: v.optional(
    described(latencies, "how long calls take by action, {minMs, maxMs, tailMs}"),
    {},
  ),
  stateScale: v.optional(
    scale("factor on how long attach, detach and start take; 0 immediate, 1 as EC2"),
    0,
  ),
  latencyScale: v.optional(scale("factor on how long calls take; 0 at once, 1 as EC2"), 0),
  lagScale: v.optional(
    scale("factor on how late reads see changes; 0 at once, 1 as EC2 (0 to 2 s, tail 10 s)"),
    0,
  ),
  lags: v.optional(
    described(latencies, "how late reads see changes by resource type, {minMs, maxMs, tailMs}"),
    {},
  ),
  detachedVisibleMs: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.description("how long a detached attachment stays visible, ms"),
    ),
    0,
  ),
  auditLimit: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(1_000_000),
      v.description("calls that the audit log keeps"),
    ),
    10_000,
  ),
  quotas: v.optional(described(quotas, "quotas that differ from the documented defaults"), {}),
  credentials: v.optional(
    described(
      v.array(credential),
      "keys that must sign calls (SigV4); without any, all are let in",
    ),
    [],
  ),
  clusters: v.optional(described(v.array(cluster), "clusters that EKS DescribeCluster knows"), []),
  metadataInstance: v.optional(
    described(v.string(), "instance whose metadata (IMDSv2) is served at /latest"),
  ),
  faultSeed: v.optional(described(v.number(), "seed of the chance of injected faults"), 1),
  ...commonEntries,
});

/** Configuration of the process, read. */
export type Config = v.InferOutput<typeof configSchema>;
