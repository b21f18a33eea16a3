import { TrunklineError } from "@trunkline/core";
import { commonEntries } from "@trunkline/process";
import { checkAddress } from "@trunkline/rpc";
import * as v from "valibot";

/** Smallest MTU of an IPv4 link. Source: RFC 791; the VPC CNI has the same floor. */
const MTU_MIN = 576;
/** Largest MTU of an EC2 interface. Source: EC2 user guide, network MTU. */
const MTU_MAX = 9001;

const LINK_NAME = v.regex(/^[^/:\s]{1,15}$/, "is not a link name");

const ADDRESS = v.check(isAddress, "is not an address: write HOST:PORT or unix:/absolute/path");

/** Configuration of the node daemon. */
export const configSchema = v.strictObject({
  ...commonEntries,
  listen: v.optional(
    v.pipe(
      v.string(),
      ADDRESS,
      v.description("address of NodeService: unix:/absolute/path, or HOST:PORT for tests"),
    ),
    "unix:/run/trunkline/node.sock",
  ),
  ipamAddress: v.optional(
    v.pipe(v.string(), ADDRESS, v.description("address of ipam-service")),
    "127.0.0.1:7401",
  ),
  nodeName: v.pipe(v.string(), v.minLength(1), v.description("Kubernetes name of this node")),
  instanceId: v.pipe(
    v.string(),
    v.regex(/^i-[0-9a-z-]+$/, "is not an instance id"),
    v.description("EC2 instance id of this node, i-…"),
  ),
  mode: v.optional(
    v.pipe(
      v.picklist(["strict", "standard"]),
      v.description("mode of new branch pods: strict or standard"),
    ),
    "strict",
  ),
  datapath: v.optional(
    v.pipe(
      v.picklist(["auto", "kernel", "plan"]),
      v.description("kernel, plan (change nothing, keep and log it), or auto"),
    ),
    "auto",
  ),
  stateDir: v.optional(
    v.pipe(v.string(), v.minLength(1), v.description("folder of the journal")),
    "/var/lib/trunkline/node",
  ),
  mtu: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(MTU_MIN),
      v.maxValue(MTU_MAX),
      v.description("largest packet of pods and trunk, bytes"),
    ),
    MTU_MAX,
  ),
  trunkLink: v.optional(
    v.pipe(
      v.string(),
      LINK_NAME,
      v.description("name of the trunk's link; found by MAC address otherwise"),
    ),
  ),
  addTimeoutMs: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(120_000),
      v.description("how long an ADD waits for ipam-service, milliseconds"),
    ),
    25_000,
  ),
});

/** See {@link configSchema}. */
export type NodeConfig = v.InferOutput<typeof configSchema>;

function isAddress(text: string): boolean {
  try {
    checkAddress(text);
    return true;
  } catch (error) {
    if (error instanceof TrunklineError) return false;
    throw error;
  }
}
