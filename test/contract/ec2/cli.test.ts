import { spawn } from "node:child_process";
import { startEmulator } from "@trunkline/ec2-emulator";
import { systemClock } from "@trunkline/process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foreignEndpoint } from "./support/cloud.ts";

interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function aws(args: readonly string[], endpoint: string): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("aws", args, {
      env: {
        PATH: process.env.PATH,
        HOME: "/nonexistent",
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "secret",
        AWS_DEFAULT_REGION: "us-west-2",
        AWS_PAGER: "",
        AWS_MAX_ATTEMPTS: "1",
      },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const isThere = await aws(["--version"], "http://127.0.0.1:1").then(
  ({ code }) => code === 0,
  () => false,
);
const why = isThere
  ? ""
  : " (skipped: no `aws` on PATH; apt install awscli, or pip install awscli)";

describe.skipIf(!isThere || foreignEndpoint !== undefined)(`the AWS CLI${why}`, () => {
  const account = {
    Vpcs: [{ VpcId: "vpc-a", CidrBlock: "10.0.0.0/16" }],
    Subnets: [{ SubnetId: "subnet-a", VpcId: "vpc-a", CidrBlock: "10.0.1.0/24" }],
    SecurityGroups: [
      { GroupId: "sg-app", GroupName: "app", VpcId: "vpc-a" },
      { GroupId: "sg-db", GroupName: "db", VpcId: "vpc-a" },
    ],
    NetworkInterfaces: Array.from({ length: 7 }, (_, n) => ({
      NetworkInterfaceId: `eni-${n}`,
      SubnetId: "subnet-a",
      Groups: [{ GroupId: "sg-app" }],
    })),
  };
  let emulator: Awaited<ReturnType<typeof startEmulator>>;
  beforeAll(async () => {
    emulator = await startEmulator({
      account,
      clock: systemClock,
      random: Math.random,
      clusters: [{ name: "CLUSTER_NAME", endpoint: "https://e", clusterSecurityGroupId: "sg-app" }],
    });
  });
  afterAll(() => emulator.close());
  const run = (command: string) => aws(command.split(" "), emulator.endpoint);

  it("runs the two commands of the EKS page on security groups for pods", async () => {
    const cluster = await run(
      "eks describe-cluster --name CLUSTER_NAME --query cluster.resourcesVpcConfig.clusterSecurityGroupId",
    );
    expect(JSON.parse(cluster.stdout)).toBe("sg-app");
    const groups = await run(
      "ec2 describe-network-interfaces --network-interface-ids eni-0 --query NetworkInterfaces[*].Groups[*]",
    );
    expect(JSON.parse(groups.stdout)).toEqual([[{ GroupId: "sg-app", GroupName: "app" }]]);
  });

  it("pages by itself, and expands its shorthand", async () => {
    const all = await run(
      "ec2 describe-network-interfaces --page-size 5 --query NetworkInterfaces[].NetworkInterfaceId --output text",
    );
    expect(all.stdout.trim().split(/\s+/)).toHaveLength(7);
    const opened = await run(
      "ec2 authorize-security-group-ingress --group-id sg-db --protocol tcp --port 5432-5433 --source-group sg-app",
    );
    expect(JSON.parse(opened.stdout).SecurityGroupRules[0]).toMatchObject({
      FromPort: 5432,
      ToPort: 5433,
      ReferencedGroupInfo: { GroupId: "sg-app" },
    });
    await run(
      "ec2 authorize-security-group-ingress --group-id sg-db --protocol all --cidr 10.0.0.9/8",
    );
    const shown = await run("ec2 describe-security-groups --group-ids sg-db");
    const [group] = JSON.parse(shown.stdout).SecurityGroups;
    expect(group.IpPermissions.map((one: { IpProtocol: string }) => one.IpProtocol)).toEqual([
      "tcp",
      "-1",
    ]);
    expect(group.IpPermissions[1].IpRanges).toEqual([{ CidrIp: "10.0.0.0/8" }]);
  });

  it("shows what was refused and why", async () => {
    const gone = await run(
      "ec2 delete-network-interface --network-interface-id eni-0aaaaaaaaaaaaaaaa",
    );
    expect(gone.code).not.toBe(0);
    expect(gone.stderr).toContain(
      "(InvalidNetworkInterfaceID.NotFound) when calling the DeleteNetworkInterface operation: " +
        "The networkInterface ID 'eni-0aaaaaaaaaaaaaaaa' does not exist",
    );
    const dry = await run("ec2 create-network-interface --subnet-id subnet-a --dry-run");
    expect(dry.stderr).toContain("(DryRunOperation)");
    const who = await run("sts get-caller-identity --query Account --output text");
    expect(who.stdout.trim()).toBe("111122223333");
  });
});
