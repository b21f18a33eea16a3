import { spawn } from "node:child_process";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "@trunkline/core";
import { startEmulator } from "@trunkline/ec2-emulator";
import { systemClock } from "@trunkline/process";
import { describe, expect, it } from "vitest";
import { tempDir } from "../../support/temp-dir.ts";
import {
  clientOf,
  foreignEndpoint,
  launch,
  makeInterface,
  makeTrunk,
  openCloud,
  StillClock,
} from "./support/cloud.ts";

const root = join(import.meta.dirname, "../../..");

/** Starts the emulator as a process of its own; resolves with its endpoint. */
async function startProcess(config: string) {
  const child = spawn(
    process.execPath,
    [
      "--conditions=@trunkline/source",
      "--import",
      "tsx",
      "packages/ec2-emulator/src/main.ts",
      "--config",
      config,
    ],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  const endpoint = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${text}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const match = /ready http=(\S+)/.exec(text);
      if (match !== null) resolve(`http://${match[1]}`);
    });
  });
  const kill = () =>
    new Promise<void>((resolve) => {
      child.removeAllListeners("exit");
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  return { endpoint, kill };
}

describe.skipIf(foreignEndpoint !== undefined)("the state directory", () => {
  it("has everything that was answered before kill -9, at any moment", async () => {
    await using dir = await tempDir();
    const config = join(dir.path, "c.yaml");
    const state = join(dir.path, "state");
    const account = {
      Vpcs: [{ VpcId: "vpc-a", CidrBlock: "10.0.0.0/16" }],
      Subnets: [{ SubnetId: "subnet-a", VpcId: "vpc-a", CidrBlock: "10.0.0.0/20" }],
    };
    await writeFile(join(dir.path, "a.json"), JSON.stringify(account));
    await writeFile(
      config,
      JSON.stringify({
        listen: "127.0.0.1:0",
        logLevel: "silent",
        state,
        account: join(dir.path, "a.json"),
      }),
    );
    const answered = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const emulator = await startProcess(config);
      const ec2 = clientOf(emulator.endpoint);
      const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({});
      const there = new Set(NetworkInterfaces?.map((eni) => eni.NetworkInterfaceId));
      for (const id of answered) expect(there).toContain(id);
      let isEnough = () => {};
      const enough = new Promise<void>((resolve) => {
        isEnough = resolve;
      });
      const before = answered.size;
      const make = async () => {
        for (;;) {
          const { NetworkInterface } = await ec2.createNetworkInterface({ SubnetId: "subnet-a" });
          answered.add(NetworkInterface?.NetworkInterfaceId ?? "");
          if (answered.size === before + 20) isEnough();
        }
      };
      // Killed while four callers are busy; what they get then is a broken connection.
      const busy = [make(), make(), make(), make()].map((one) => one.catch(() => undefined));
      await enough;
      await emulator.kill();
      await Promise.all(busy);
      ec2.destroy();
    }
    expect(answered.size).toBeGreaterThanOrEqual(60);
  });

  it("waits for the disk when it is told to, also with many calls at a time", async () => {
    await using dir = await tempDir();
    const options = {
      clock: new StillClock(),
      random: seededRandom(1),
      state: dir.path,
      stateSync: true,
      quotas: { vpcs: 100 },
    };
    const first = await startEmulator(options);
    const ec2 = clientOf(first.endpoint);
    const blocks = Array.from({ length: 20 }, (_, n) => `10.${n}.0.0/16`);
    await Promise.all(blocks.map((CidrBlock) => ec2.createVpc({ CidrBlock })));
    // What a loss of power leaves: the log as it was answered, and blank space after it.
    const log = await readFile(join(dir.path, "log.jsonl"));
    ec2.destroy();
    await first.close();
    const blank = Buffer.from(`${"\0".repeat(500)}"]]\n\0\0`);
    await rm(join(dir.path, "snapshot.jsonl"));
    await writeFile(join(dir.path, "log.jsonl"), Buffer.concat([log, blank]));
    const second = await startEmulator(options);
    expect(second.account.vpcs.size).toBe(blocks.length);
    await second.close();
  });

  it("drops a line that was cut off, and refuses one that is broken", async () => {
    await using dir = await tempDir();
    const options = { clock: new StillClock(), random: seededRandom(1), state: dir.path };
    const first = await startEmulator(options);
    const ec2 = clientOf(first.endpoint);
    await ec2.createVpc({ CidrBlock: "10.0.0.0/16" });
    const before = first.front.dump();
    ec2.destroy();
    await first.close();
    await appendFile(join(dir.path, "log.jsonl"), '[["vpcs","vpc-0');
    const second = await startEmulator(options);
    expect(second.front.dump()).toEqual(before);
    await second.close();
    await appendFile(join(dir.path, "log.jsonl"), "nonsense\n");
    await expect(startEmulator(options)).rejects.toThrow(/cannot be opened/);
  });
});

describe.skipIf(foreignEndpoint !== undefined)("a dump", () => {
  it("is an account that can be loaded, and dumps the same again", async () => {
    await using cloud = await openCloud();
    const { ec2 } = cloud;
    const trunkId = await makeTrunk(cloud);
    const branchId = await makeInterface(cloud, {
      TagSpecifications: [
        { ResourceType: "network-interface", Tags: [{ Key: "pod", Value: "api" }] },
      ],
    });
    await ec2.associateTrunkInterface({
      BranchInterfaceId: branchId,
      TrunkInterfaceId: trunkId,
      VlanId: 4,
    });
    await ec2.authorizeSecurityGroupIngress({
      GroupId: cloud.groupId,
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: 80,
          ToPort: 80,
          IpRanges: [{ CidrIp: "10.0.0.0/8", Description: "inside" }],
        },
      ],
    });
    await makeInterface(cloud, {
      ConnectionTrackingSpecification: { UdpTimeout: 45 },
      Operator: { Principal: "eks.amazonaws.com" },
    });
    await ec2.createNetworkInterfacePermission({
      NetworkInterfaceId: branchId,
      AwsAccountId: "111122223333",
      Permission: "INSTANCE-ATTACH",
    });
    await ec2.modifySubnetAttribute({
      SubnetId: cloud.subnetId,
      MapPublicIpOnLaunch: { Value: true },
    });
    await launch(cloud);
    const { PrefixList } = await ec2.createManagedPrefixList({
      PrefixListName: "l",
      AddressFamily: "IPv4",
      MaxEntries: 3,
      Entries: [{ Cidr: "192.0.2.0/24" }],
    });
    expect(PrefixList?.PrefixListId).toBeTruthy();
    const { AllocationId } = await ec2.allocateAddress({});
    await ec2.createNatGateway({ SubnetId: cloud.subnetId, AllocationId });
    const dump = cloud.emulator?.front.dump();
    expect(dump).toMatchObject({
      Vpcs: [{ EnableDnsHostnames: { Value: false } }],
      NetworkInterfacePermissions: [{ NetworkInterfaceId: branchId }],
      NetworkInterfaces: expect.arrayContaining([
        expect.objectContaining({ ConnectionTrackingConfiguration: { UdpTimeout: 45 } }),
      ]),
    });
    const text = JSON.stringify(dump);
    await using copy = await startEmulator({
      account: JSON.parse(text),
      clock: cloud.clock,
      random: seededRandom(9),
    });
    const again = copy.front.dump();
    for (const [list, members] of Object.entries(dump ?? {})) {
      expect([list, sorted(again[list])]).toEqual([list, sorted(members)]);
    }
  });

  it("that is wrong is refused with every problem at once", async () => {
    const account = {
      Vpcs: [{ VpcId: "vpc-a", CidrBlock: "10.0.0.0/16" }],
      Subnets: [
        { SubnetId: "subnet-a", VpcId: "vpc-a", CidrBlock: "10.0.0.0/24" },
        { SubnetId: "subnet-b", VpcId: "vpc-a", CidrBlock: "10.0.0.128/25" },
        { SubnetId: "subnet-c", VpcId: "vpc-b", CidrBlock: "10.1.0.0/24" },
      ],
      SecurityGroups: [
        {
          GroupId: "sg-a",
          GroupName: "a",
          VpcId: "vpc-a",
          IpPermissions: [
            { IpProtocol: "tcp", FromPort: 1, ToPort: 1, UserIdGroupPairs: [{ GroupId: "sg-x" }] },
            { IpProtocol: "zzz", IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
          ],
        },
      ],
      NetworkInterfaces: [
        { NetworkInterfaceId: "eni-a", SubnetId: "subnet-a", PrivateIpAddress: "10.0.0.5" },
        { NetworkInterfaceId: "eni-b", SubnetId: "subnet-a", PrivateIpAddress: "10.0.0.5" },
        { NetworkInterfaceId: "eni-c", SubnetId: "subnet-a", Groups: [{ GroupId: "sg-x" }] },
      ],
    };
    const start = startEmulator({ account, clock: systemClock, random: Math.random });
    const error = await start.then(
      () => undefined,
      (reason: Error) => reason.message.split("\n"),
    );
    expect(error).toEqual([
      "the account is wrong:",
      "  Subnets[1].CidrBlock: 10.0.0.128/25 overlaps 10.0.0.0/24 of subnet-a",
      "  Subnets[2].VpcId: vpc-b is not among the Vpcs",
      "  SecurityGroups[0].IpPermissions[0].UserIdGroupPairs: sg-x is not among the SecurityGroups",
      "  SecurityGroups[0].IpPermissions[1]: Invalid value 'zzz' for IP protocol. Unknown protocol.",
      "  NetworkInterfaces[1].PrivateIpAddress: Address 10.0.0.5 is in use.",
      "  NetworkInterfaces[2].Groups: sg-x is not among the SecurityGroups of vpc-a",
    ]);
    const shape = startEmulator({
      account: { Vpcs: [{ VpcId: 7 }], Vps: [] },
      clock: systemClock,
      random: Math.random,
    });
    await expect(shape).rejects.toThrow(/Vps: no such list/);
  });
});

function sorted(list: unknown): unknown[] {
  return [...((list ?? []) as unknown[])].sort((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
}
