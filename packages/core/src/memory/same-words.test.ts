import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cluster, cnp } from "../network-policies/cluster.test-support.ts";
import { explain } from "../verdict/evaluate.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import { addEni, addPod, edited, rules } from "../world/edits.test-support.ts";
import { fixtureF, flow, networkInterface, pod } from "../world/fixture-f.test-support.ts";
import type { World } from "../world/world.ts";
import { rememberingIndex } from "./memory.ts";
import {
  arbitraryQuestions,
  arbitraryServiceQuestions,
  firstDifference,
} from "./same-words.test-support.ts";

/** Fixture F with a second pod of the api. */
function twoPods(): World {
  const parts = { nodeName: "n2", addresses: ["10.0.1.103"], branchEniId: "eni-api-2" };
  const branch = { interfaceType: "branch", trunkEniId: "eni-trunk-n1" };
  return edited(
    fixtureF(),
    addPod(pod("shop/api-2", { ...parts, labels: { role: "api" } })),
    addEni(networkInterface("eni-api-2", "10.0.1.103", ["sg-app"], branch)),
  );
}

describe("an explanation that is written once", () => {
  it("says of every pair what a plain index says, word for word", () => {
    const differences = fc.property(arbitraryQuestions(40), (questions) => {
      expect(firstDifference(questions)).toBeUndefined();
    });
    fc.assert(differences, { seed: 21, numRuns: 40 });
  }, 60_000);

  it("says of every pod and Service what a plain index says", () => {
    const differences = fc.property(arbitraryServiceQuestions, (questions) => {
      expect(firstDifference(questions)).toBeUndefined();
    });
    fc.assert(differences, { seed: 22, numRuns: 12 });
  }, 60_000);

  it("names the ends that are asked for, and their interfaces and addresses", () => {
    const index = rememberingIndex(twoPods());
    const [first, second] = ["shop/api", "shop/api-2"].map((name) => {
      return JSON.stringify(explain(index, flow(name, "8.8.8.8", "tcp/443")));
    });
    const renamed = first
      .replaceAll("shop/api", "shop/api-2")
      .replaceAll("eni-api", "eni-api-2")
      .replaceAll("10.0.1.101", "10.0.1.103")
      // Where groups come from is no name of the pod.
      .replaceAll("SecurityGroupPolicy shop/api-2", "SecurityGroupPolicy shop/api");
    expect(second).toBe(renamed);
    expect(second).toContain("no source NAT at the node: the VPC sees shop/api-2 (10.0.1.103)");
  });

  it("shares what names nobody, and makes the rest for each pair", () => {
    const index = rememberingIndex(twoPods());
    const [first, second] = ["shop/api", "shop/api-2"].map((name) => {
      return explain(index, flow(name, "db1", "tcp/5432")).steps;
    });
    expect(second[1].rules).toBe(first[1].rules);
    expect(second[1].asked).toEqual({
      ...first[1].asked,
      holder: "shop/api-2",
      eniId: "eni-api-2",
    });
  });

  it("tells pods and nodes apart whose names have one hash", () => {
    const ends = ["an", "c0", "beside-an"];
    const pods = ends.map((end, at) => {
      const nodeName = end === "c0" ? "n-c0" : "n-an";
      const place = { nodeName, addresses: [`10.0.1.20${at}`] };
      return pod(`shop/${end}`, { ...place, branchEniId: `eni-${end}`, mode: "standard" });
    });
    const branches = ends.map((end, at) => networkInterface(`eni-${end}`, `10.0.1.20${at}`, []));
    const parts = edited(fixtureF(), ...pods.map(addPod), ...branches.map(addEni));
    const nodes = ["n-an", "n-c0"].map((name) => ({ name, labels: {} }));
    const world = { ...parts, nodes: [...parts.nodes, ...nodes] };
    const index = rememberingIndex(world);
    for (const name of ["shop/beside-an", "shop/c0"]) {
      const asked = flow("shop/an", name, "tcp/80");
      expect(explain(index, asked)).toEqual(explain(world, asked));
    }
  });

  it("tells addresses apart by their subnets where only a note depends on them", () => {
    const parts: Partial<NetworkInterface> = { subnetId: "subnet-iso-a", tags: { Name: "iso" } };
    const iso = networkInterface("eni-iso", "10.0.2.50", ["sg-iso"], parts);
    const world = edited(fixtureF(), addEni(iso), rules("sg-iso", "out all to 0.0.0.0/0"));
    const index = rememberingIndex(world);
    const [inside, across] = ["10.0.2.9", "10.0.3.9"].map((address) => {
      return explain(index, flow("iso", address, "tcp/443")).notes;
    });
    expect(inside).toEqual([]);
    expect(across).toEqual(["network ACLs were not read: they are not asked"]);
  });

  it("knows nodes by what policies select them by", () => {
    const outTo = (zone: string) => ({ nodes: { matchLabels: { zone } } });
    const egress = [
      { action: "Deny", to: [outTo("a")] },
      { action: "Accept", to: [outTo("b")] },
    ] as const;
    const world = cluster([cnp("by-zone", { egress })]);
    const index = rememberingIndex(world);
    for (const node of ["n1", "n2", "n1"]) {
      const asked = flow("ops/tool", node, "tcp/443");
      expect(explain(index, asked)).toEqual(explain(world, asked));
    }
  });

  it("is not made of a world whose texts hold the characters of marks", () => {
    const hostile = "sg-\ue002s0\ue003";
    const world = fixtureF();
    const groups = world.groups.map((one) => {
      return one.name === "sg-app" ? { ...one, name: hostile } : one;
    });
    const index = rememberingIndex({ ...world, groups });
    const { steps } = explain(index, flow("shop/api", "db1", "tcp/5432"));
    expect(steps[0].text).toBe(`[${hostile}] from SecurityGroupPolicy shop/api`);
  });

  it("is made anew for a world that was edited", () => {
    const before = rememberingIndex(twoPods());
    const after = rememberingIndex(rules("sg-db", "in tcp/5432 from sg-node")(twoPods()));
    const asked = flow("shop/api-2", "db1", "tcp/5432");
    expect([before, after].map((index) => explain(index, asked).verdict)).toEqual([
      "ALLOW",
      "DENY",
    ]);
  });
});
