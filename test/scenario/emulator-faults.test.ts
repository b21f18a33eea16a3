import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { expect, it } from "vitest";
import { type Child, start } from "../support/child.ts";
import { makePlace, type Place, runCommand } from "./demo-process.ts";

const TEST_MS_MAX = 60_000;

/** An emulator on a free port; what it loads is a file. */
function startEmulator(account?: string): Promise<Child> {
  return start("ec2-emulator", {
    env: {
      TRUNKLINE_EC2_EMULATOR_LISTEN: "127.0.0.1:0",
      ...(account !== undefined && { TRUNKLINE_EC2_EMULATOR_ACCOUNT: account }),
    },
  });
}

const urlOf = (emulator: Child) => `http://${emulator.ready["http"]}`;

/** An SDK client that asks once, so that a refusal is seen as it came. */
function clientOf(emulator: Child): EC2Client {
  return new EC2Client({
    endpoint: urlOf(emulator),
    region: "us-west-2",
    maxAttempts: 1,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
}

/** EC2 promises no order: lists are compared as sets. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => JSON.stringify(unordered(one))).sort();
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, one]) => [name, unordered(one)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Runs `trunkline emulator …`, which must succeed, and returns the document it prints. */
async function ask(place: Place, emulator: Child, ...args: string[]): Promise<unknown> {
  const ec2 = urlOf(emulator);
  const ended = await runCommand(place, "emulator", ...args, "--ec2", ec2, "--json");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(ended.stdout);
}

it(
  "a fault ordered by the command refuses calls until it is taken back",
  async () => {
    using place = makePlace();
    await using emulator = await startEmulator();
    const ec2 = clientOf(emulator);
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const tag = () =>
      ec2.send(new CreateTagsCommand({ Resources: [Vpc?.VpcId ?? ""], Tags: [{ Key: "team" }] }));

    const order = ["fault", "add", "deny", "--action", "CreateTags"];
    expect(await ask(place, emulator, ...order)).toEqual({ id: "fault-1" });
    await expect(tag()).rejects.toMatchObject({ name: "UnauthorizedOperation" });
    expect(await ask(place, emulator, "fault", "list")).toEqual({
      faults: [
        {
          id: "fault-1",
          fault: { kind: "deny", actions: ["CreateTags"], probability: 1 },
          sinceMs: expect.any(Number),
          hits: 1,
        },
      ],
    });

    expect(await ask(place, emulator, "fault", "remove", "fault-1")).toEqual({
      removed: ["fault-1"],
    });
    await tag();
    expect(
      await ask(place, emulator, "audit", "--action", "CreateTags", "--limit", "2"),
    ).toMatchObject({ entries: [{ status: 403, code: "UnauthorizedOperation" }, { status: 200 }] });

    for (const kind of ["dropResponse", "error"]) await ask(place, emulator, "fault", "add", kind);
    expect(await ask(place, emulator, "fault", "remove", "--all")).toEqual({
      removed: ["fault-2", "fault-3"],
    });
    await tag();
  },
  TEST_MS_MAX,
);

it(
  "what the emulator refuses is said in its own words, with the way on",
  async () => {
    using place = makePlace();
    await using emulator = await startEmulator();
    const ec2 = urlOf(emulator);
    const unknown = await runCommand(place, "emulator", "fault", "add", "rain", "--ec2", ec2);
    expect(unknown.code).toBe(64);
    expect(unknown.stdout).toBe("");
    const [what = "", advice, ...rest] = unknown.stderr.trimEnd().split("\n");
    for (const text of ["dropResponse", "quota", 'received "rain"']) expect(what).toContain(text);
    expect(advice).toContain("docs/ec2-emulator.md");
    expect(rest).toEqual([]);

    const gone = await runCommand(place, "emulator", "fault", "remove", "fault-9", "--ec2", ec2);
    expect(gone).toMatchObject({
      code: 66,
      stderr:
        "trunkline: there is no fault fault-9\nlist what there is: trunkline emulator fault list\n",
    });
  },
  TEST_MS_MAX,
);

it(
  "a dumped account is the one that a second emulator loads",
  async () => {
    using place = makePlace();
    const file = join(place.path, "account.json");
    await using first = await startEmulator();
    const { Vpc } = await clientOf(first).send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const named = { GroupName: "app", Description: "of the test", VpcId: Vpc?.VpcId ?? "" };
    const { GroupId } = await clientOf(first).send(new CreateSecurityGroupCommand(named));
    expect(await ask(place, first, "dump", "--out", file)).toMatchObject({
      file,
      counts: { Vpcs: 1, SecurityGroups: 2 },
    });

    await using second = await startEmulator(file);
    const groups = await clientOf(second).send(
      new DescribeSecurityGroupsCommand({ GroupIds: [GroupId ?? ""] }),
    );
    expect(groups.SecurityGroups).toMatchObject([named]);
    const reloaded = await ask(place, second, "dump");
    expect(unordered(reloaded)).toEqual(unordered(JSON.parse(readFileSync(file, "utf8"))));
  },
  TEST_MS_MAX,
);
