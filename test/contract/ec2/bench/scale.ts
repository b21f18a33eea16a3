import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulatorProcess, startMoto } from "./servers.ts";
import { latencyOf, rateOf, textOf, WireClient } from "./wire-client.ts";

// Measures the emulator at its full size, and beside moto's server at a size that moto bears.
// Run: node --conditions=@trunkline/source --import tsx test/contract/ec2/bench/scale.ts

const ENIS = 100_000;
const GROUPS = 2_500;
const RULES_PER_GROUP = 60;
const INSTANCES = 2_000;

const say = (text: string) => process.stdout.write(`${text}\n`);

function largeAccount(): object {
  const cidrs = ["10.0.0.0/16", "10.1.0.0/16"];
  const subnets = Array.from({ length: 8 }, (_, n) => ({
    SubnetId: `subnet-${n}`,
    VpcId: "vpc-a",
    CidrBlock: `10.${n >> 2}.${(n & 3) * 64}.0/18`,
  }));
  const groupId = (n: number) => `sg-${n.toString(16).padStart(17, "0")}`;
  const groups = Array.from({ length: GROUPS }, (_, n) => ({
    GroupId: groupId(n),
    GroupName: `group-${n}`,
    VpcId: "vpc-a",
    IpPermissions: Array.from({ length: RULES_PER_GROUP }, (_rule, port) => ({
      IpProtocol: "tcp",
      FromPort: 1000 + port,
      ToPort: 1000 + port,
      UserIdGroupPairs: [{ GroupId: groupId((n + port) % GROUPS) }],
    })),
  }));
  const enis = Array.from({ length: ENIS }, (_, n) => ({
    NetworkInterfaceId: `eni-${n.toString(16).padStart(17, "0")}`,
    SubnetId: `subnet-${n % 7}`,
    Groups: [{ GroupId: groupId(n % GROUPS) }, { GroupId: groupId((n * 7 + 1) % GROUPS) }],
    TagSet: [
      { Key: "eks:eni:owner", Value: "eks-vpc-resource-controller" },
      { Key: "vpcresources.k8s.aws/trunk-eni-id", Value: `eni-trunk-${n % 1000}` },
      { Key: "kubernetes.io/cluster/demo", Value: "owned" },
      { Key: "vpcresources.k8s.aws/vlan-id", Value: String(1 + (n % 120)) },
    ],
  }));
  const instances = Array.from({ length: INSTANCES }, (_, n) => ({
    InstanceId: `i-${n.toString(16).padStart(17, "0")}`,
    InstanceType: "m5.large",
    SubnetId: `subnet-${n % 7}`,
  }));
  return {
    Vpcs: [
      {
        VpcId: "vpc-a",
        CidrBlock: cidrs[0],
        CidrBlockAssociationSet: cidrs.map((CidrBlock) => ({ CidrBlock })),
      },
    ],
    Subnets: subnets,
    SecurityGroups: groups,
    NetworkInterfaces: enis,
    Instances: instances,
  };
}

const filter = (name: string, value: string) => ({
  "Filter.1.Name": name,
  "Filter.1.Value.1": value,
});

async function atFullSize(dir: string): Promise<void> {
  const account = join(dir, "account.json");
  await writeFile(account, JSON.stringify(largeAccount()));
  const config = join(dir, "large.yaml");
  const quotas = { interfaces: 200_000 };
  await writeFile(
    config,
    JSON.stringify({ listen: "127.0.0.1:0", logLevel: "silent", account, quotas }),
  );
  const started = performance.now();
  await using server = await startEmulatorProcess(config);
  const loadSec = (performance.now() - started) / 1000;
  const client = new WireClient(server.endpoint);
  say(`loaded ${ENIS} interfaces, ${GROUPS} groups, ${GROUPS * RULES_PER_GROUP} rules`);
  say(`  in ${loadSec.toFixed(1)} s, resident ${(await server.residentMib()).toFixed(0)} MiB`);
  const describe = (parameters: Record<string, string>) => () =>
    client.call("DescribeNetworkInterfaces", parameters);
  const cases: [string, Record<string, string>][] = [
    ["page of 1000", { MaxResults: "1000" }],
    ["page of 1000, deep", { MaxResults: "1000", NextToken: await deepToken(client) }],
    ["one by id", { "NetworkInterfaceId.1": `eni-${"1".padStart(17, "0")}` }],
    ["by trunk tag (100)", filter("tag:vpcresources.k8s.aws/trunk-eni-id", "eni-trunk-7")],
    ["by group (80)", filter("group-id", `sg-${"7".padStart(17, "0")}`)],
    ["by instance (1)", filter("attachment.instance-id", `i-${"7".padStart(17, "0")}`)],
    ["status=available, page", { ...filter("status", "available"), MaxResults: "1000" }],
  ];
  for (const [name, parameters] of cases) {
    await latencyOf(10, describe(parameters));
    const { p50, p99 } = await latencyOf(100, describe(parameters));
    say(`  ${name.padEnd(24)} p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`);
  }
  const rate = await churn(client, { subnetId: "subnet-7", count: 10_000, inFlight: 16 });
  say(`  create and delete        ${rate.toFixed(0)} calls/s`);
  say(`  resident                 ${(await server.residentMib()).toFixed(0)} MiB`);
  client.close();
}

async function deepToken(client: WireClient): Promise<string> {
  let token = "";
  for (let page = 0; page < 60; page++) {
    const parameters = { MaxResults: "1000", ...(token !== "" && { NextToken: token }) };
    token = textOf(await client.call("DescribeNetworkInterfaces", parameters), "nextToken");
  }
  return token;
}

async function churn(
  client: WireClient,
  { subnetId, count, inFlight }: { subnetId: string; count: number; inFlight: number },
): Promise<number> {
  const pairs = await rateOf(count / 2, inFlight, async () => {
    const made = await client.call("CreateNetworkInterface", { SubnetId: subnetId });
    const NetworkInterfaceId = textOf(made, "networkInterfaceId");
    await client.call("DeleteNetworkInterface", { NetworkInterfaceId });
  });
  return pairs * 2;
}

/** The same calls on one server: a small VPC, 500 interfaces. */
async function sameCalls(endpoint: string): Promise<Record<string, number>> {
  const client = new WireClient(endpoint);
  const vpc = await client.call("CreateVpc", { CidrBlock: "10.0.0.0/16" });
  const subnet = await client.call("CreateSubnet", {
    VpcId: textOf(vpc, "vpcId"),
    CidrBlock: "10.0.0.0/20",
  });
  const subnetId = textOf(subnet, "subnetId");
  const create = () => client.call("CreateNetworkInterface", { SubnetId: subnetId });
  await rateOf(50, 8, create);
  const results = {
    "create, calls/s": await rateOf(450, 8, create),
    "create and delete, calls/s": await churn(client, { subnetId, count: 400, inFlight: 8 }),
    "describe 500 by subnet, calls/s": await rateOf(20, 4, () =>
      client.call("DescribeNetworkInterfaces", filter("subnet-id", subnetId)),
    ),
    "describe one by id, calls/s": await byId(client, textOf(await create(), "networkInterfaceId")),
  };
  client.close();
  return results;
}

function byId(client: WireClient, id: string): Promise<number> {
  return rateOf(200, 8, () =>
    client.call("DescribeNetworkInterfaces", { "NetworkInterfaceId.1": id }),
  );
}

async function besideMoto(dir: string): Promise<void> {
  const config = join(dir, "small.yaml");
  await writeFile(config, JSON.stringify({ listen: "127.0.0.1:0", logLevel: "silent" }));
  await using moto = await startMoto();
  if (moto === undefined) {
    say("moto is not there (pip install 'moto[server]'): no comparison");
    return;
  }
  await using emulator = await startEmulatorProcess(config);
  const [ours, theirs] = [await sameCalls(emulator.endpoint), await sameCalls(moto.endpoint)];
  say("beside moto, the same calls in the same run");
  for (const [name, value] of Object.entries(ours)) {
    const ratio = value / theirs[name];
    say(
      `  ${name.padEnd(34)} ${value.toFixed(0).padStart(6)}  moto ${theirs[name].toFixed(0).padStart(5)}  ` +
        `${ratio.toFixed(1)} times`,
    );
  }
}

const dir = await mkdtemp(join(tmpdir(), "ec2-bench-"));
try {
  await besideMoto(dir);
  await atFullSize(dir);
} finally {
  await rm(dir, { recursive: true, force: true });
}
