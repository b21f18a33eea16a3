import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "@trunkline/ec2-emulator";
import { systemClock } from "@trunkline/process";
import { describe, expect, it } from "vitest";
import { tempDir } from "../../support/temp-dir.ts";
import { unfetched } from "../../support/tools.ts";

// Go's EC2 client is fetched and compiled for it, which takes minutes.
const missing = unfetched("Go's EC2 client");
const why = missing?.kind === "missing" ? ` (not tested here: ${missing.reason})` : "";
const run = promisify(execFile);

describe.skipIf(missing !== undefined)(`a controller written in Go${why}`, () => {
  it("makes, lists and removes a trunk's branch, signed, with its identity from metadata", async () => {
    await using dir = await tempDir();
    const program = join(dir.path, "go-client");
    await run("go", ["build", "-o", program, "."], {
      cwd: join(import.meta.dirname, "go-client"),
      timeout: 600_000,
    });
    const credential = { accessKeyId: "AKIDGO", secretAccessKey: "secret" };
    await using emulator = await startEmulator({
      clock: systemClock,
      random: Math.random,
      credentials: [credential],
      metadataInstance: "i-a",
      account: {
        Vpcs: [{ VpcId: "vpc-a", CidrBlock: "10.0.0.0/16" }],
        Subnets: [{ SubnetId: "subnet-a", VpcId: "vpc-a", CidrBlock: "10.0.1.0/24" }],
        Instances: [{ InstanceId: "i-a", InstanceType: "m5.large", SubnetId: "subnet-a" }],
        NetworkInterfaces: [1, 2, 3, 4].map((n) => ({
          NetworkInterfaceId: `eni-${n}`,
          SubnetId: "subnet-a",
        })),
      },
    });
    const { stdout } = await run(program, [], {
      env: {
        AWS_ENDPOINT_URL: emulator.endpoint,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: emulator.endpoint,
        AWS_ACCESS_KEY_ID: credential.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
        AWS_REGION: "us-west-2",
      },
    });
    expect(stdout.trim().split("\n").sort()).toEqual(
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
  }, 700_000);
});
