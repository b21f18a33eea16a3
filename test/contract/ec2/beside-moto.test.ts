import type { EC2, IpPermission } from "@aws-sdk/client-ec2";
import { type Random, seededRandom } from "@trunkline/core";
import { startEmulator } from "@trunkline/ec2-emulator";
import { describe, expect, it } from "vitest";
import { type BenchServer, startMoto } from "./bench/servers.ts";
import { clientOf, codeOf, foreignEndpoint, StillClock } from "./support/cloud.ts";

const STEPS = 150;

// Moves that moto is not asked when we answered so, because it would answer otherwise and the
// two accounts would differ from there on. Everything else must be the same.
const DEVIATIONS: readonly {
  readonly move: RegExp;
  readonly ours: string;
  readonly reason: string;
}[] = [
  {
    move: /^delete group/,
    ours: "DependencyViolation",
    reason: "moto deletes a group that an interface carries or another group's rule names",
  },
  {
    move: /^create interface/,
    ours: "InvalidSecurityGroupID.NotFound",
    reason: "moto makes up a group for an unknown id",
  },
];

/** One side: a client and the ids that it gave to the names of the walk. */
interface Side {
  readonly ec2: EC2;
  readonly ids: Map<string, string>;
  vpcId: string;
  subnetId: string;
}

async function openSide(endpoint: string): Promise<Side> {
  const ec2 = clientOf(endpoint);
  const { Vpc } = await ec2.createVpc({ CidrBlock: "10.77.0.0/16" });
  const vpcId = Vpc?.VpcId ?? "";
  const { Subnet } = await ec2.createSubnet({ VpcId: vpcId, CidrBlock: "10.77.1.0/24" });
  return { ec2, ids: new Map(), vpcId, subnetId: Subnet?.SubnetId ?? "" };
}

const NAMES = ["a", "b", "c"];
const nobody = "sg-0aaaaaaaaaaaaaaaa";
const idOf = (side: Side, name: string) => side.ids.get(name) ?? nobody;

function ruleFor(side: Side, form: number, peer: string): IpPermission {
  if (form === 0) return { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: idOf(side, peer) }] };
  const port = 80 + form;
  return {
    IpProtocol: "tcp",
    FromPort: port,
    ToPort: port,
    IpRanges: [{ CidrIp: `10.${form}.0.0/16` }],
  };
}

/** A move as text, and what it does on one side. */
interface Move {
  readonly text: string;
  run(side: Side): Promise<unknown>;
}

function anyMove(random: Random): Move {
  const draw = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
  const [name, other, form] = [draw(NAMES), draw(NAMES), Math.floor(random() * 3)];
  const GroupName = `group-${name}`;
  const moves: Move[] = [
    {
      text: `create group ${name}`,
      run: async (side) => {
        const { vpcId: VpcId, ec2 } = side;
        const made = await ec2.createSecurityGroup({ GroupName, Description: "d", VpcId });
        side.ids.set(name, made.GroupId ?? "");
      },
    },
    {
      text: `delete group ${name}`,
      run: (side) => side.ec2.deleteSecurityGroup({ GroupId: idOf(side, name) }),
    },
    {
      text: `authorize ${name} form ${form} peer ${other}`,
      run: (side) =>
        side.ec2.authorizeSecurityGroupIngress({
          GroupId: idOf(side, name),
          IpPermissions: [ruleFor(side, form, other)],
        }),
    },
    {
      text: `revoke ${name} form ${form} peer ${other}`,
      run: (side) =>
        side.ec2.revokeSecurityGroupIngress({
          GroupId: idOf(side, name),
          IpPermissions: [ruleFor(side, form, other)],
        }),
    },
    {
      text: `create interface ${name} with ${other}`,
      run: async (side) => {
        const { ec2, subnetId: SubnetId } = side;
        const Groups = side.ids.has(other) ? [idOf(side, other)] : undefined;
        const made = await ec2.createNetworkInterface({ SubnetId, Groups, Description: name });
        side.ids.set(`eni ${name}`, made.NetworkInterface?.NetworkInterfaceId ?? "");
      },
    },
    {
      text: `delete interface ${name}`,
      run: (side) =>
        side.ec2.deleteNetworkInterface({
          NetworkInterfaceId: side.ids.get(`eni ${name}`) ?? "eni-0aaaaaaaaaaaaaaaa",
        }),
    },
    {
      text: `tag ${name} ${form}`,
      run: (side) =>
        side.ec2.createTags({
          Resources: [side.subnetId],
          Tags: [{ Key: name, Value: String(form) }],
        }),
    },
    {
      text: `untag ${name}`,
      run: (side) => side.ec2.deleteTags({ Resources: [side.subnetId], Tags: [{ Key: name }] }),
    },
  ];
  return draw(moves);
}

/** What a side shows of itself, in names instead of ids. */
async function shown(side: Side): Promise<unknown> {
  const { ec2, vpcId, subnetId } = side;
  const inVpc = { Filters: [{ Name: "vpc-id", Values: [vpcId] }] };
  const groups = (await ec2.describeSecurityGroups(inVpc)).SecurityGroups ?? [];
  const nameOf = new Map(groups.map((group) => [group.GroupId, group.GroupName]));
  const enis = (await ec2.describeNetworkInterfaces(inVpc)).NetworkInterfaces ?? [];
  const subnet = (await ec2.describeSubnets({ SubnetIds: [subnetId] })).Subnets?.[0];
  return {
    groups: groups
      .filter((group) => group.GroupName !== "default")
      .map((group) => [
        group.GroupName,
        (group.IpPermissions ?? [])
          .flatMap((one) => [
            ...(one.IpRanges ?? []).map((r) => `${one.IpProtocol} ${one.FromPort} ${r.CidrIp}`),
            ...(one.UserIdGroupPairs ?? []).map(
              (r) => `${one.IpProtocol} ${nameOf.get(r.GroupId)}`,
            ),
          ])
          .sort(),
      ])
      .sort(),
    interfaces: enis
      .map((eni) => [
        eni.Description,
        eni.Status,
        eni.Groups?.map((g) => nameOf.get(g.GroupId ?? "")),
      ])
      .sort(),
    free: subnet?.AvailableIpAddressCount,
    tags: (subnet?.Tags ?? []).map((tag) => `${tag.Key}=${tag.Value}`).sort(),
  };
}

const moto: BenchServer | undefined = foreignEndpoint === undefined ? await startMoto() : undefined;
const why = moto ? "" : " (skipped: no `moto_server` on PATH; pip install 'moto[server]')";

describe.skipIf(moto === undefined)(`beside moto${why}`, () => {
  it.each([1, 2, 3])("a random walk goes the same way, SEED=%i", async (seed) => {
    const random = seededRandom(seed);
    await using emulator = await startEmulator({
      clock: new StillClock(),
      random: seededRandom(9),
    });
    const ours = await openSide(emulator.endpoint);
    const theirs = await openSide(moto?.endpoint ?? "");
    for (let step = 0; step < STEPS; step++) {
      const move = anyMove(random);
      const outcome = async (side: Side) => codeOf(move.run(side)).catch(() => "ok");
      const our = await outcome(ours);
      if (DEVIATIONS.some((one) => one.move.test(move.text) && one.ours === our)) continue;
      const their = await outcome(theirs);
      expect({ step, move: move.text, outcome: our }).toEqual({
        step,
        move: move.text,
        outcome: their,
      });
    }
    expect(await shown(ours)).toEqual(await shown(theirs));
    ours.ec2.destroy();
    theirs.ec2.destroy();
  });

  it("is stopped", async () => {
    await moto?.[Symbol.asyncDispose]();
  });
});
