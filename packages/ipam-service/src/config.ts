import { commonEntries } from "@trunkline/process";
import * as v from "valibot";

/** Longest time that can be configured, seconds: a week. */
const SECONDS_MAX = 7 * 24 * 3600;

const described = <Schema extends v.GenericSchema>(schema: Schema, text: string) =>
  v.pipe(schema, v.description(text));

const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(SECONDS_MAX));

const url = v.pipe(v.string(), v.url(), v.startsWith("http"));

/** The configuration of ipam-service. */
export const ipamConfigSchema = v.strictObject({
  listen: v.optional(
    described(v.string(), "HOST:PORT or unix:/path to listen on"),
    "127.0.0.1:7401",
  ),
  policyAddress: v.optional(
    described(v.string(), "address of policy-service, which says which groups a pod gets"),
    "127.0.0.1:7402",
  ),
  ledger: v.optional(
    described(v.pipe(v.string(), v.minLength(1)), "file that remembers who holds what"),
    "./ipam-ledger.jsonl",
  ),
  clusterName: v.optional(
    described(
      v.pipe(v.string(), v.regex(/^[0-9A-Za-z][-_0-9A-Za-z]{0,99}$/, "is not a cluster name")),
      "name in the tag kubernetes.io/cluster/NAME of every interface",
    ),
    "trunkline",
  ),
  region: v.optional(
    described(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/, "is not a region")), "AWS region"),
    "us-east-1",
  ),
  ec2Endpoint: v.optional(
    described(url, "URL of EC2 or an emulator; AWS_ENDPOINT_URL is honoured, too"),
  ),
  ec2Credentials: v.optional(
    described(
      v.picklist(["auto", "chain", "placeholder"]),
      "chain: the SDK's search; placeholder: for an emulator; auto: the latter on loopback",
    ),
    "auto",
  ),
  ec2BudgetFactor: v.optional(
    described(
      v.pipe(v.number(), v.minValue(0), v.maxValue(1000)),
      "multiplies EC2's documented request rates; 0 sends without a budget",
    ),
    1,
  ),
  quarantineSec: v.optional(
    described(seconds, "how long a released branch or address is kept from others"),
    30,
  ),
  heldSec: v.optional(
    described(seconds, "how long a branch is kept for reuse after its quarantine"),
    300,
  ),
  interfacePermission: v.optional(
    described(v.boolean(), "call CreateNetworkInterfacePermission, needed across accounts only"),
    false,
  ),
  ...commonEntries,
});

/** A checked configuration. */
export type IpamConfig = v.InferOutput<typeof ipamConfigSchema>;
