import { type Random, seededRandom } from "@trunkline/core";
import { type Emulator, startEmulator } from "@trunkline/ec2-emulator";
import { describe, expect, it } from "vitest";
import { StillClock } from "./support/cloud.ts";
import { brokenInvariants } from "./support/invariants.ts";
import { callRaw, textOf } from "./support/raw.ts";

const STEPS = 12_000;
const CHECK_EVERY = 400;

const account = {
  Vpcs: [{ VpcId: "vpc-a", CidrBlock: "10.0.0.0/16" }],
  Subnets: [
    { SubnetId: "subnet-a", VpcId: "vpc-a", CidrBlock: "10.0.4.0/23", AvailabilityZone: "r-1a" },
    { SubnetId: "subnet-b", VpcId: "vpc-a", CidrBlock: "10.0.2.0/26", AvailabilityZone: "r-1b" },
  ],
  SecurityGroups: ["a", "b", "c"].map((name) => ({
    GroupId: `sg-${name}`,
    GroupName: name,
    VpcId: "vpc-a",
  })),
};

/** What a careless controller does: anything, in any order, on anything it has ever heard of. */
class Careless {
  readonly #emulator: Emulator;
  readonly #random: Random;
  readonly #known: Record<string, string[]> = {
    eni: ["eni-0aaaaaaaaaaaaaaaa"],
    trunk: [],
    instance: [],
    attachment: [],
    association: [],
    group: ["sg-a", "sg-b", "sg-c"],
    subnet: ["subnet-b", "subnet-a", "subnet-a", "subnet-a"],
    rule: [],
  };

  constructor(emulator: Emulator, random: Random) {
    this.#emulator = emulator;
    this.#random = random;
  }

  step(): string {
    const moves = [
      () => this.#create(),
      () => this.#create(),
      () => this.#delete(),
      () => this.#delete(),
      () => this.#attach(),
      () => this.#attach(),
      () => this.#call("DetachNetworkInterface", { AttachmentId: this.#one("attachment") }),
      () => this.#associate(),
      () => this.#associate(),
      () => this.#call("DisassociateTrunkInterface", { AssociationId: this.#one("association") }),
      () => this.#run(),
      () => this.#terminate(),
      () => this.#assign(),
      () => this.#groups(),
      () => this.#rule(),
      () => this.#revoke(),
    ];
    return moves[this.#upTo(moves.length)]();
  }

  #upTo(n: number): number {
    return Math.floor(this.#random() * n);
  }

  #one(kind: string): string {
    const ids = this.#known[kind] ?? [];
    // Mostly recent ones, sometimes one that is long gone.
    const from = this.#random() < 0.8 ? Math.max(0, ids.length - 20) : 0;
    return ids[from + this.#upTo(ids.length - from)] ?? "none";
  }

  #anyEni(): string {
    return this.#one(this.#random() < 0.6 ? "eni" : "trunk");
  }

  #call(action: string, parameters: Readonly<Record<string, string>>, learn = ""): string {
    const answer = callRaw(this.#emulator, { Action: action, ...parameters });
    if (answer.bug !== undefined) throw answer.bug;
    if (answer.code?.endsWith("NotFound")) this.#forget(Object.values(parameters));
    const [kind = "", element = ""] = learn.split(" ");
    if (learn !== "" && answer.code === undefined) {
      this.#known[kind]?.push(textOf(answer, element));
    }
    return `${action} ${answer.code ?? "ok"}`;
  }

  // Not always: a controller also asks for what it was told is gone.
  #forget(ids: readonly string[]): void {
    if (this.#random() < 0.2) return;
    for (const [kind, known] of Object.entries(this.#known)) {
      if (kind === "group" || kind === "subnet") continue;
      this.#known[kind] = known.filter((id) => !ids.includes(id));
    }
  }

  #create(): string {
    const isTrunk = this.#random() < 0.2;
    return this.#call(
      "CreateNetworkInterface",
      {
        SubnetId: this.#one("subnet"),
        ...(isTrunk && { InterfaceType: "trunk" }),
        ...(this.#random() < 0.3 && { SecondaryPrivateIpAddressCount: String(this.#upTo(4)) }),
        ...(this.#random() < 0.5 && { "SecurityGroupId.1": this.#one("group") }),
        ...(this.#random() < 0.1 && { PrivateIpAddress: `10.0.4.${this.#upTo(128)}` }),
      },
      isTrunk ? "trunk networkInterfaceId" : "eni networkInterfaceId",
    );
  }

  #delete(): string {
    return this.#call("DeleteNetworkInterface", { NetworkInterfaceId: this.#anyEni() });
  }

  #attach(): string {
    return this.#call(
      "AttachNetworkInterface",
      {
        NetworkInterfaceId: this.#anyEni(),
        InstanceId: this.#one("instance"),
        DeviceIndex: String(1 + this.#upTo(3)),
      },
      "attachment attachmentId",
    );
  }

  #associate(): string {
    return this.#call(
      "AssociateTrunkInterface",
      {
        BranchInterfaceId: this.#anyEni(),
        TrunkInterfaceId: this.#one(this.#random() < 0.9 ? "trunk" : "eni"),
        VlanId: String(1 + this.#upTo(6)),
      },
      "association associationId",
    );
  }

  #run(): string {
    const InstanceType = this.#random() < 0.5 ? "m5.large" : "m7g.medium";
    const SubnetId = this.#one("subnet");
    return this.#call(
      "RunInstances",
      { ImageId: "ami-1", MinCount: "1", MaxCount: "1", InstanceType, SubnetId },
      "instance instanceId",
    );
  }

  #terminate(): string {
    if (this.#random() < 0.8) return this.#create();
    return this.#call("TerminateInstances", { "InstanceId.1": this.#one("instance") });
  }

  #assign(): string {
    const NetworkInterfaceId = this.#one("eni");
    const way = this.#random() < 0.3 ? "Ipv4PrefixCount" : "SecondaryPrivateIpAddressCount";
    return this.#call("AssignPrivateIpAddresses", { NetworkInterfaceId, [way]: "1" });
  }

  #groups(): string {
    return this.#call("ModifyNetworkInterfaceAttribute", {
      NetworkInterfaceId: this.#one("eni"),
      "SecurityGroupId.1": this.#one("group"),
    });
  }

  #rule(): string {
    const port = String(this.#upTo(200));
    const peer: Record<string, string> =
      this.#random() < 0.5
        ? { "IpPermissions.1.Groups.1.GroupId": this.#one("group") }
        : { "IpPermissions.1.IpRanges.1.CidrIp": "10.0.0.0/8" };
    return this.#call(
      "AuthorizeSecurityGroupIngress",
      {
        GroupId: this.#one("group"),
        "IpPermissions.1.IpProtocol": "tcp",
        "IpPermissions.1.FromPort": port,
        "IpPermissions.1.ToPort": port,
        ...peer,
      },
      "rule securityGroupRuleId",
    );
  }

  #revoke(): string {
    return this.#call("RevokeSecurityGroupIngress", {
      GroupId: this.#one("group"),
      "SecurityGroupRuleId.1": this.#one("rule"),
    });
  }
}

describe.each([1, 2, 3])("a careless controller on a faulty cloud, SEED=%i", (seed) => {
  it("never breaks an invariant of the account", async () => {
    const clock = new StillClock();
    const random = seededRandom(seed);
    await using emulator = await startEmulator({
      account,
      clock,
      random: seededRandom(seed + 100),
      stateScale: 1,
      detachedVisibleMs: 500,
      lagScale: 1,
      faultSeed: seed,
    });
    const { front } = emulator;
    front.addFault({ kind: "error", probability: 0.05 });
    front.addFault({ kind: "duplicate", probability: 0.05 });
    const controller = new Careless(emulator, random);
    const outcomes = new Map<string, number>();
    for (let step = 1; step <= STEPS; step++) {
      const outcome = controller.step();
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      clock.advance(random() < 0.1 ? 30_000 : 100);
      if (step % 3000 === 0) vanishTrunk(emulator);
      if (step % CHECK_EVERY === 0) expect(brokenInvariants(front.dump())).toEqual([]);
    }
    // The walk must have got somewhere: what matters was done, not only refused.
    for (const action of [
      "AssociateTrunkInterface",
      "AttachNetworkInterface",
      "DisassociateTrunkInterface",
      "TerminateInstances",
      "AssignPrivateIpAddresses",
      "RevokeSecurityGroupIngress",
    ]) {
      expect(outcomes.get(`${action} ok`) ?? 0, action).toBeGreaterThan(10);
    }
  });
});

function vanishTrunk(emulator: Emulator): void {
  const { NetworkInterfaces } = emulator.front.dump() as {
    NetworkInterfaces: { InterfaceType: string; NetworkInterfaceId: string }[];
  };
  const trunk = NetworkInterfaces.find((eni) => eni.InterfaceType === "trunk");
  if (trunk !== undefined) {
    emulator.front.addFault({ kind: "vanish", eniId: trunk.NetworkInterfaceId });
  }
}
