import { describe, expect, it } from "vitest";
import { acl, addEni, type Edit, edited, eniParts, rules } from "../world/edits.test-support.ts";
import { fixtureF, flow, networkInterface } from "../world/fixture-f.test-support.ts";
import { explain } from "./evaluate.ts";
import type { EvaluateOptions } from "./explanation.ts";

const apart = eniParts("eni-db1", { subnetId: "subnet-iso-a", addresses: ["10.0.2.50"] });
const open = ["in 100 allow all from 0.0.0.0/0", "out 100 allow all to 0.0.0.0/0"] as const;
const openElsewhere = acl("default", [], ...open);
const iso = (...texts: readonly string[]) => acl("iso", ["iso-a"], ...texts);
const priv = (...texts: readonly string[]) => acl("priv", ["priv-a"], ...texts);
const toDb = ["shop/api", "db1", "tcp/5432"] as const;
const web = rules("sg-app", "out tcp/443 to 0.0.0.0/0");
const out = ["shop/api", "198.51.100.10", "tcp/443"] as const;

function explained(edits: readonly Edit[], options: EvaluateOptions = {}) {
  return explain(edited(fixtureF(), ...edits), flow(...toDb), options);
}

describe("an explanation", () => {
  it("names the entry that lets packets through, and both directions of either subnet", () => {
    const { steps } = explained([apart, priv(...open), iso(...open)]);
    const asked = steps.filter(({ entries }) => entries !== undefined);
    expect(asked.map(({ title, outcome, text }) => [title, outcome, text])).toEqual([
      ["network ACL acl-priv egress", "OK", "100 allow all to 0.0.0.0/0"],
      ["network ACL acl-iso ingress", "OK", "100 allow all from 0.0.0.0/0"],
      ["network ACL acl-iso egress of replies", "OK", "100 allow all to 0.0.0.0/0"],
      ["network ACL acl-priv ingress of replies", "OK", "100 allow all from 0.0.0.0/0"],
    ]);
  });

  it("names the entry that refuses, and what it refuses", () => {
    const { steps } = explained([apart, iso("in 100 allow all from 0.0.0.0/0"), openElsewhere]);
    const refusal = steps.find(({ outcome }) => outcome === "BLOCKED");
    expect(refusal).toMatchObject({
      title: "network ACL acl-iso egress of replies",
      text: "refuses tcp/32768-60999 to 10.0.1.101/32: * deny all to 0.0.0.0/0",
      entries: [{ networkAclId: "acl-iso", text: "* deny all to 0.0.0.0/0" }],
    });
  });

  it("says when ACLs were not read and packets cross subnets", () => {
    const note = "network ACLs were not read: they are not asked";
    expect(explained([apart]).notes).toContain(note);
    expect(explained([]).notes).not.toContain(note);
  });

  it("says when the subnet of a NAT gateway is not known, and asks its ACL when it is", () => {
    const note = "the interface of nat-1 is not in the world: the network ACL of its subnet";
    const without = edited(fixtureF(), web, priv(...open));
    expect(explain(without, flow(...out)).notes.join()).toContain(note);
    const gateway = networkInterface("eni-nat", "10.0.101.9", [], {
      subnetId: "subnet-pub-a",
      interfaceType: "nat_gateway",
      description: "Interface for NAT Gateway nat-1",
    });
    const pub = acl(
      "pub",
      ["pub-a"],
      "in 7 allow all from 0.0.0.0/0",
      "out 7 allow all to 0.0.0.0/0",
    );
    const { notes, steps } = explain(edited(without, addEni(gateway), pub), flow(...out));
    expect(notes.join()).not.toContain("network ACL");
    expect(steps.filter(({ entries }) => entries !== undefined).map(({ title }) => title)).toEqual([
      "network ACL acl-priv egress",
      "network ACL acl-pub ingress",
      "network ACL acl-pub egress",
      "network ACL acl-pub ingress of replies",
      "network ACL acl-pub egress of replies",
      "network ACL acl-priv ingress of replies",
    ]);
  });

  it("refuses ephemeral ports that are none, with every problem", () => {
    const ephemeralPorts = { fromPort: Number.NaN, toPort: 70_000 };
    expect(() => explained([apart], { ephemeralPorts })).toThrow(
      /fromPort: NaN is not in 0..65535\n.*toPort: 70000/,
    );
    const turned = { fromPort: 5, toPort: 4 };
    expect(() => explained([apart], { ephemeralPorts: turned })).toThrow("5 to 4 is no range");
  });
});
