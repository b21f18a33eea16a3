import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { EC2Client } from "@aws-sdk/client-ec2";
import { seededRandom } from "@trunkline/core";
import { type Emulator, startEmulator } from "@trunkline/ec2-emulator";
import { systemClock } from "@trunkline/process";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createEc2Client } from "./ec2-client.ts";
import { readCloud } from "./read-cloud.ts";
import { createPrefixListReader } from "./read-prefix-lists.ts";

/** More than EC2 gives on one page. */
const INTERFACE_COUNT = 1_234;

const vpc = (name: string, cidr: string) => ({ VpcId: `vpc-${name}`, CidrBlock: cidr });
const subnet = (name: string, cidr: string) => ({
  SubnetId: `subnet-${name}`,
  VpcId: `vpc-${name}`,
  CidrBlock: cidr,
  AvailabilityZone: "us-west-2a",
});
const account = {
  Vpcs: [vpc("a", "10.0.0.0/16"), vpc("b", "10.1.0.0/16"), vpc("many", "10.2.0.0/16")],
  Subnets: [subnet("a", "10.0.0.0/24"), subnet("b", "10.1.0.0/24"), subnet("many", "10.2.0.0/20")],
  SecurityGroups: [
    {
      GroupId: "sg-a",
      GroupName: "a",
      Description: "a",
      VpcId: "vpc-a",
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: 80,
          ToPort: 80,
          IpRanges: [{ CidrIp: "10.0.0.0/8" }, { CidrIp: "192.0.2.0/24" }],
        },
      ],
      IpPermissionsEgress: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    },
    {
      GroupId: "sg-b",
      GroupName: "b",
      Description: "b",
      VpcId: "vpc-b",
      IpPermissions: [
        { IpProtocol: "tcp", FromPort: 22, ToPort: 22, PrefixListIds: [{ PrefixListId: "pl-1" }] },
      ],
    },
    { GroupId: "sg-many", GroupName: "many", Description: "many", VpcId: "vpc-many" },
  ],
  Instances: ["a", "nameless"].map((name, index) => ({
    InstanceId: `i-${name}`,
    InstanceType: "m5.large",
    VpcId: "vpc-a",
    SubnetId: "subnet-a",
    PrivateIpAddress: `10.0.0.${index + 10}`,
    State: { Code: 16, Name: "running" },
    Tags: index === 0 ? [{ Key: "Name", Value: "a1" }] : [],
  })),
  ManagedPrefixLists: [
    {
      PrefixListId: "pl-1",
      PrefixListName: "offices",
      AddressFamily: "IPv4",
      MaxEntries: 5,
      Entries: [{ Cidr: "192.0.2.0/25" }, { Cidr: "198.51.100.0/24" }],
    },
  ],
  NetworkInterfaces: Array.from({ length: INTERFACE_COUNT }, (_, index) => ({
    NetworkInterfaceId: `eni-${index}`,
    VpcId: "vpc-many",
    SubnetId: "subnet-many",
    PrivateIpAddress: `10.2.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`,
    Groups: [{ GroupId: "sg-many" }],
  })),
};

let emulator: Emulator;
let gate: Server;
let client: EC2Client;
/** Actions that the API refuses, as it does when a right is missing. */
const refusedActions = new Set<string>();

/** The version that prefix lists are said to have. */
let shownVersion = 1;

const REFUSAL =
  "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized" +
  "</Message></Error></Errors><RequestID>r</RequestID></Response>";

// Stands between client and emulator; the emulator itself has no rights to miss.
async function startGate(): Promise<string> {
  gate = createServer(async (request, response) => {
    const body = await text(request);
    const action = new URLSearchParams(body).get("Action") ?? "";
    if (refusedActions.has(action)) {
      response.writeHead(403, { "content-type": "text/xml" }).end(REFUSAL);
      return;
    }
    const headers = { "content-type": request.headers["content-type"] ?? "" };
    const answer = await fetch(emulator.endpoint, { method: "POST", headers, body });
    const type = answer.headers.get("content-type") ?? "text/xml";
    const shown = (await answer.text()).replace(/<version>\d+</, `<version>${shownVersion}<`);
    response.writeHead(answer.status, { "content-type": type }).end(shown);
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  emulator = await startEmulator({ account, clock: systemClock, random: seededRandom(1) });
  client = await createEc2Client({ region: "us-west-2", endpoint: await startGate() });
});
afterAll(async () => {
  client?.destroy();
  gate?.close();
  await emulator?.close();
  vi.unstubAllEnvs();
});
beforeEach(() => refusedActions.clear());

function read(vpcId?: string, prefixLists = createPrefixListReader(client)) {
  return readCloud({ client, vpcId, prefixLists }, AbortSignal.timeout(30_000));
}

describe("a cloud that is read", () => {
  it("is complete however many pages it takes", async () => {
    const { cloud, refused } = await read();
    expect(refused).toEqual([]);
    const found = cloud.interfaces.filter(({ vpcId }) => vpcId === "vpc-many");
    expect(new Set(found.map(({ eniId }) => eniId)).size).toBe(INTERFACE_COUNT);
    expect(cloud.vpcs.map(({ vpcId }) => vpcId)).toEqual(
      expect.arrayContaining(["vpc-a", "vpc-b", "vpc-many"]),
    );
  }, 30_000);

  it("is the same data twice", async () => {
    expect((await read("vpc-a")).cloud).toEqual((await read("vpc-a")).cloud);
  });

  it("is only the VPC that is asked for", async () => {
    const { cloud } = await read("vpc-b");
    expect(cloud.vpcs.map(({ vpcId }) => vpcId)).toEqual(["vpc-b"]);
    expect(cloud.subnets.map(({ subnetId }) => subnetId)).toEqual(["subnet-b"]);
    expect(cloud.groups.every(({ vpcId }) => vpcId === "vpc-b")).toBe(true);
    expect(cloud.interfaces).toEqual([]);
  });

  it("is refused when that VPC does not exist", async () => {
    await expect(read("vpc-none")).rejects.toThrow("VPC vpc-none does not exist");
  });

  it("has no route tables rather than none when they may not be read", async () => {
    refusedActions.add("DescribeRouteTables");
    const { cloud, refused } = await read("vpc-a");
    expect(cloud.routeTables).toBeUndefined();
    expect(refused).toEqual([expect.stringContaining("DescribeRouteTables")]);
  });

  it("has the network ACLs of its subnets, unless they may not be read", async () => {
    const { networkAcls = [] } = (await read("vpc-a")).cloud;
    expect(networkAcls).toHaveLength(1);
    const [{ entries, ...acl }] = networkAcls;
    expect(acl).toMatchObject({ vpcId: "vpc-a", subnetIds: ["subnet-a"], isDefault: true });
    expect(
      entries.map(({ isEgress, ruleNumber, action }) => [isEgress, ruleNumber, action]),
    ).toEqual([
      [false, 100, "allow"],
      [false, 32767, "deny"],
      [true, 100, "allow"],
      [true, 32767, "deny"],
    ]);
    refusedActions.add("DescribeNetworkAcls");
    const { cloud, refused } = await read("vpc-a");
    expect("networkAcls" in cloud).toBe(false);
    expect(refused).toEqual([expect.stringContaining("DescribeNetworkAcls")]);
  });

  it("knows instances by their Name tags, if it may", async () => {
    expect((await read("vpc-a")).cloud.instances).toEqual([{ instanceId: "i-a", name: "a1" }]);
    refusedActions.add("DescribeInstances");
    const { cloud, refused } = await read("vpc-a");
    expect(cloud.instances).toEqual([]);
    expect(refused).toEqual([expect.stringContaining("DescribeInstances")]);
  });

  it("has the same rules with made-up ids when rules may not be read", async () => {
    const rulesOf = ({ cloud }: Awaited<ReturnType<typeof read>>) => {
      const rules = cloud.groups.find(({ groupId }) => groupId === "sg-a")?.rules ?? [];
      return rules.map(({ ruleId: _, ...rest }) => JSON.stringify(rest)).sort();
    };
    const whole = rulesOf(await read("vpc-a"));
    expect(whole).toHaveLength(3);
    refusedActions.add("DescribeSecurityGroupRules");
    const partial = await read("vpc-a");
    expect(rulesOf(partial)).toEqual(whole);
    expect(partial.refused).toEqual([expect.stringContaining("DescribeSecurityGroupRules")]);
  });

  it("is not read at all when groups may not be", async () => {
    refusedActions.add("DescribeSecurityGroups");
    await expect(read("vpc-a")).rejects.toThrow("You are not authorized");
  });
});

describe("a prefix list", () => {
  const entryReads = () =>
    emulator.audit().filter(({ action }) => action === "GetManagedPrefixListEntries").length;

  it("that a rule names is read, and its entries again only when they have changed", async () => {
    const lists = createPrefixListReader(client);
    const before = entryReads();
    const { cloud } = await read("vpc-b", lists);
    expect(cloud.prefixLists).toEqual([
      {
        prefixListId: "pl-1",
        name: "offices",
        maxEntries: 5,
        cidrs: ["192.0.2.0/25", "198.51.100.0/24"],
      },
    ]);
    await read("vpc-b", lists);
    expect(entryReads() - before).toBe(1);
    shownVersion = 9;
    await read("vpc-b", lists);
    expect(entryReads() - before).toBe(2);
  });

  it("that no rule names is not read", async () => {
    expect((await read("vpc-a")).cloud.prefixLists).toEqual([]);
  });

  it("that may not be read is missing, which makes verdicts UNKNOWN", async () => {
    refusedActions.add("GetManagedPrefixListEntries");
    const { cloud, refused } = await read("vpc-b");
    expect(cloud.prefixLists).toEqual([]);
    expect(refused).toEqual([expect.stringContaining("prefix lists")]);
  });
});
