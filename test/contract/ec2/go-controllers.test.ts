import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Emulator, type EmulatorOptions, startEmulator } from "@trunkline/ec2-emulator";
import { systemClock } from "@trunkline/process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tempDir } from "../../support/temp-dir.ts";
import { unfetched } from "../../support/tools.ts";
import { brokenInvariants } from "./support/invariants.ts";

// AWS's controllers and Go's EC2 client are fetched and compiled for it, which takes minutes.
const missing = unfetched("the source of AWS's controllers");
const why = missing?.kind === "missing" ? ` (not tested here: ${missing.reason})` : "";
const run = promisify(execFile);
/** Longest that one program may run. */
const PROGRAM_MS_MAX = 120_000;
/** Longest that fetching and compiling may take: a thousand packages of AWS and Kubernetes. */
const BUILD_MS_MAX = 1_200_000;
const credential = { accessKeyId: "AKIDGO", secretAccessKey: "secret" };

const account = {
  Vpcs: [{ VpcId: "vpc-a", CidrBlock: "10.0.0.0/16" }],
  Subnets: [{ SubnetId: "subnet-a", VpcId: "vpc-a", CidrBlock: "10.0.1.0/24" }],
  SecurityGroups: [
    { GroupId: "sg-node", GroupName: "node", VpcId: "vpc-a" },
    { GroupId: "sg-app", GroupName: "app", VpcId: "vpc-a" },
  ],
  Instances: [
    {
      InstanceId: "i-a",
      InstanceType: "m5.large",
      SubnetId: "subnet-a",
      SecurityGroups: [{ GroupId: "sg-node" }],
    },
  ],
};

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

/** What the tests read of a dump. */
interface Dump extends Record<string, unknown> {
  readonly NetworkInterfaces: readonly { readonly Description: string; readonly Status: string }[];
  readonly InterfaceAssociations: readonly { readonly VlanId: number }[];
}

const dumpOf = (emulator: Emulator) => emulator.front.dump() as Dump;

const inTime = { timeout: PROGRAM_MS_MAX };

describe.skipIf(missing !== undefined)(`controllers written in Go${why}`, inTime, () => {
  let dir: Awaited<ReturnType<typeof tempDir>>;

  beforeAll(async () => {
    dir = await tempDir();
    const module = join(import.meta.dirname, "go");
    await run("go", ["build", "-o", dir.path, "./..."], { cwd: module, timeout: BUILD_MS_MAX });
  }, BUILD_MS_MAX);

  afterAll(() => dir[Symbol.asyncDispose]());

  /** Lines that a program prints when it has nothing but the environment of an AWS SDK. */
  async function linesOf(emulator: Emulator, program: string, args: readonly string[] = []) {
    const { stdout } = await run(join(dir.path, program), args, {
      timeout: PROGRAM_MS_MAX,
      env: {
        AWS_ENDPOINT_URL: emulator.endpoint,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: emulator.endpoint,
        AWS_ACCESS_KEY_ID: credential.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
        AWS_REGION: "us-west-2",
      },
    });
    return stdout.trim().split("\n");
  }

  const start = (more: object = {}, options: Partial<EmulatorOptions> = {}) =>
    startEmulator({
      clock: systemClock,
      random: Math.random,
      credentials: [credential],
      metadataInstance: "i-a",
      account: { ...account, ...more },
      ...options,
    });

  it("runs a plain EC2 client: a trunk's branch made, listed and removed", async () => {
    await using emulator = await start({
      NetworkInterfaces: [1, 2, 3, 4].map((n) => ({
        NetworkInterfaceId: `eni-${n}`,
        SubnetId: "subnet-a",
      })),
    });
    expect((await linesOf(emulator, "client")).sort()).toEqual(
      [
        "identity 111122223333 us-west-2",
        "associated VLAN 1",
        "listed interface in-use",
        ...[1, 2, 3, 4].map(() => "listed interface available"),
        "listed trunk in-use",
        "listed branch associated",
        "refused InvalidParameterValue",
        "deleted",
      ].sort(),
    );
  });

  it("runs the trunk code of AWS's resource controller", async () => {
    await using emulator = await start();
    expect(await linesOf(emulator, "resource-controller", ["i-a", "sg-app"])).toEqual([
      "node m5.large 10.0.1.0/24 [sg-node]",
      ...upTo(9).map((n) => `branch api-${n} VLAN ${n} 10.0.1.0/24`),
      "tenth refused: true",
      "after restart: 8 kept, 1 to delete",
      "VLAN taken again: 1",
      "refused InvalidSecurityGroupID.NotFound",
    ]);
    const dump = dumpOf(emulator);
    expect(brokenInvariants(dump)).toEqual([]);
    const described = dump.NetworkInterfaces.map(
      (eni) => `${eni.Description} ${eni.Status}`,
    ).sort();
    expect(described).toEqual([
      " in-use",
      ...upTo(9).map(() => "aws-k8s-branch-eni associated"),
      "aws-k8s-trunk-eni in-use",
    ]);
    expect(dump.InterfaceAssociations.map(({ VlanId }) => VlanId).sort()).toEqual(upTo(9));
  });

  it("lets the interface code of Amazon's VPC CNI come and go", async () => {
    await using emulator = await start();
    expect(await linesOf(emulator, "vpc-cni")).toEqual([
      "instance i-a m5.large us-west-2",
      "limits 3 9 trunking true",
      "VPC [10.0.0.0/16]",
      "attached device 1 10.0.1.0/24 5 addresses",
      "more addresses device 1 10.0.1.0/24 8 addresses",
      "described 2 trunk false by card 2",
      "one address less device 1 10.0.1.0/24 7 addresses",
      "interfaces left 1",
    ]);
    expect(dumpOf(emulator).NetworkInterfaces).toHaveLength(1);
  });

  // Reads are not late here: a read that misses what was just made has this controller give up.
  it("carries the controller through slow states, slow calls and throttling", async () => {
    await using emulator = await start(
      {},
      {
        stateScale: 0.3,
        latencyScale: 0.05,
        buckets: { AssociateTrunkInterface: { capacity: 2, refillPerSec: 2 } },
      },
    );
    const lines = await linesOf(emulator, "resource-controller", ["i-a", "sg-app"]);
    expect(lines.at(-1)).toBe("refused InvalidSecurityGroupID.NotFound");
    expect(emulator.audit().some(({ code }) => code === "RequestLimitExceeded")).toBe(true);
    expect(brokenInvariants(dumpOf(emulator))).toEqual([]);
  });
});
