import { commonEntries } from "@trunkline/process";
import * as v from "valibot";

const text = (meaning: string) => v.pipe(v.string(), v.nonEmpty(), v.description(meaning));
const count = (meaning: string, min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max), v.description(meaning));

/** The configuration of policy-service. */
export const configSchema = v.strictObject({
  listen: v.optional(text("HOST:PORT or unix:/path to listen on"), "127.0.0.1:7402"),
  manifests: text("folder of Kubernetes manifests, watched"),
  region: v.optional(text("AWS region; else AWS_REGION")),
  ec2Endpoint: v.optional(text("URL of the EC2 API; else AWS_ENDPOINT_URL, else the region's")),
  vpcId: v.optional(text("read only this VPC")),
  mode: v.optional(
    v.pipe(v.picklist(["strict", "standard"]), v.description("mode of pods that record none")),
    "strict",
  ),
  externalSnat: v.optional(
    v.pipe(v.boolean(), v.description("source NAT is left to a NAT gateway")),
    false,
  ),
  clusterName: v.optional(text("name of the cluster, which tags of groups have")),
  clusterGroupId: v.optional(text("cluster security group, which Fargate pods get by default")),
  pollMs: v.optional(count("time between looks at the manifests", 50, 3_600_000), 1000),
  cloudRefreshSec: v.optional(count("time between readings of EC2", 1, 3600), 10),
  ...commonEntries,
});

/** What {@link configSchema} yields. */
export type PolicyConfig = v.InferOutput<typeof configSchema>;
