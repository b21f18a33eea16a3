import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TrunklineError } from "../errors/trunkline-error.ts";
import { overlay } from "../query/overlay.ts";
import { acl, aclEntry, edited } from "../world/edits.test-support.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import type { NetworkAcl } from "../world/network-acl.ts";
import { indexWorld } from "../world/world-index.ts";
import { readAcls } from "./read-acls.ts";

const whole: NetworkAcl = {
  networkAclId: "acl-1",
  vpcId: "vpc-f",
  subnetIds: ["subnet-priv-a"],
  isDefault: false,
  entries: [aclEntry("in 200 deny all from 0.0.0.0/0"), aclEntry("in 100 allow tcp/1 from ::/0")],
};

function problemsOf(acls: unknown): readonly string[] {
  try {
    readAcls(acls as readonly NetworkAcl[]);
    return [];
  } catch (error) {
    if (!(error instanceof TrunklineError)) throw error;
    expect(error.code).toBe("INVALID_ARGUMENT");
    return error.problems.map(({ field, description }) => `${field}: ${description}`);
  }
}

const entry = (parts: object) => [{ ...whole, entries: [{ ...whole.entries[1], ...parts }] }];
const place = "networkAcls[0].entries[0]";

describe("a network ACL", () => {
  it("has its entries in the order of their numbers, each direction apart", () => {
    const [{ ingress, egress }] = readAcls([whole]);
    expect(ingress.map((one) => one.entry.ruleNumber)).toEqual([100, 200]);
    expect(egress).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ["no list", 7, "networkAcls: must be a list, found 7"],
    ["null", [null], "networkAcls[0]: is missing"],
    ["rule number 0", entry({ ruleNumber: 0 }), `${place}.ruleNumber: must be a whole number`],
    ["rule number NaN", entry({ ruleNumber: Number.NaN }), `${place}.ruleNumber: must be`],
    ["rule number 1.5", entry({ ruleNumber: 1.5 }), `${place}.ruleNumber: must be`],
    ["rule number 40000", entry({ ruleNumber: 40_000 }), `${place}.ruleNumber: must be`],
    ["port NaN", entry({ fromPort: Number.NaN }), `${place}.fromPort: must be a whole number`],
    ["port 65536", entry({ toPort: 65_536 }), `${place}.toPort: must be a whole number of -1..`],
    ["ports turned round", entry({ fromPort: 9 }), `${place}.toPort: 9 to 1 is no range of ports`],
    ["half of all ports", entry({ fromPort: -1 }), `${place}.toPort: -1 to 1 is no range`],
    ["ICMP type 256", entry({ protocol: 1, fromPort: 256 }), `${place}.fromPort: must be`],
    ["a code of all types", entry({ protocol: 1, fromPort: -1 }), `${place}.toPort: all types`],
    ["protocol 256", entry({ protocol: 256 }), `${place}.protocol: must be a whole number`],
    ["an action of its own", entry({ action: "drop" }), `${place}.action: must be one of allow`],
    ["no CIDR", entry({ cidr: "10.0.0.0" }), `${place}.cidr: must be a CIDR, found "10.0.0.0"`],
    ["an absent CIDR", entry({ cidr: undefined }), `${place}.cidr: is missing`],
    ["an absent direction", entry({ isEgress: undefined }), `${place}.isEgress: must be true or`],
    ["a misspelt key", entry({ cidrBlock: "::/0" }), `${place}.cidrBlock: no such key`],
    ["absent entries", [{ ...whole, entries: undefined }], "networkAcls[0].entries: is missing"],
    ["absent subnets", [{ ...whole, subnetIds: null }], "networkAcls[0].subnetIds: is missing"],
    [
      "a number used twice",
      [{ ...whole, entries: [...whole.entries, whole.entries[0]] }],
      "networkAcls[0].entries: ingress 200 is there twice",
    ],
    [
      "a subnet of two ACLs",
      [whole, { ...whole, networkAclId: "acl-2" }],
      "networkAcls: subnet-priv-a is one of acl-2 and of acl-1",
    ],
    [
      "too many entries",
      [{ ...whole, entries: Array.from({ length: 401 }, () => whole.entries[0]) }],
      "networkAcls[0].entries: has 401 entries, at most 400 are allowed",
    ],
  ])("with %s is refused", (_fact, acls, problem) => {
    expect(problemsOf(acls).join("\n")).toContain(problem);
  });

  it("is refused with all its problems at once", () => {
    const acls = [...entry({ ruleNumber: 0, toPort: -7 }), { ...whole, vpcId: 4 }];
    expect(problemsOf(acls).map((one) => one.split(":")[0])).toEqual([
      `${place}.ruleNumber`,
      `${place}.toPort`,
      "networkAcls[1].vpcId",
    ]);
  });

  it("of garbage throws nothing but the typed error", () => {
    const keys = [...Object.keys(whole), ...Object.keys(whole.entries[0]), "__proto__"];
    const garbage = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "medium" },
        fc.constantFrom(null, undefined, 0, -1, 6, 1.5, Number.NaN, 1e9, "", "::/0", "allow", true),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie("tree"), { maxKeys: 6 }),
      ),
    })).tree;
    fc.assert(
      fc.property(garbage, (tree) => {
        problemsOf([tree]);
        problemsOf([{ ...whole, entries: [tree] }]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("an overlay", () => {
  const world = edited(fixtureF(), acl("one", ["priv-a"], "in 100 allow all from 0.0.0.0/0"));
  const added = aclEntry("in 90 deny tcp/22 from 0.0.0.0/0");

  it("adds, changes and removes entries and ACLs by their keys", () => {
    const next = overlay(world, [
      { action: "add", kind: "aclEntry", object: { networkAclId: "acl-one", entry: added } },
      { action: "remove", kind: "aclEntry", key: "acl-one/ingress/100" },
      { action: "add", kind: "networkAcl", object: { ...whole, subnetIds: [] } },
    ]);
    const [one, two] = next.networkAcls ?? [];
    expect(one.entries.map(({ ruleNumber }) => ruleNumber)).toEqual([32767, 32767, 90]);
    expect(two.networkAclId).toBe("acl-1");
    expect(overlay(next, [{ action: "remove", kind: "networkAcl", key: "acl-1" }])).toMatchObject({
      networkAcls: [{ networkAclId: "acl-one" }],
    });
  });

  it("reads and forgets all ACLs", () => {
    const forget = { action: "change", kind: "networkAcls", object: undefined } as const;
    const without = overlay(world, [forget]);
    expect("networkAcls" in without).toBe(false);
    const read = { action: "change", kind: "networkAcls", object: [whole] } as const;
    expect(overlay(without, [read]).networkAcls).toEqual([whole]);
  });

  it("refuses entries of ACLs that are not there or were not read", () => {
    const object = { networkAclId: "acl-9", entry: added };
    const add = { action: "add", kind: "aclEntry", object } as const;
    expect(() => overlay(world, [add])).toThrow("network ACL acl-9 does not exist");
    expect(() => overlay(fixtureF(), [add])).toThrow("network ACLs were not read");
  });

  it("with an entry that is none is refused when it is asked", () => {
    const entryOfNone = { ...added, ruleNumber: -1 };
    const object = { networkAclId: "acl-one", entry: entryOfNone };
    const bad = overlay(world, [{ action: "add", kind: "aclEntry", object }]);
    expect(() => indexWorld(bad)).toThrow("entries[3].ruleNumber: must be a whole number");
  });
});
