import { describe, expect, it } from "vitest";
import {
  addEni,
  type Edit,
  edited,
  eniParts,
  rules,
  settings,
} from "../world/edits.test-support.ts";
import { fixtureF, flow, networkInterface } from "../world/fixture-f.test-support.ts";
import { all, loadBalanced, nodePort } from "../world/service-edits.test-support.ts";
import { explain } from "./evaluate.ts";
import type { EvaluateOptions } from "./explanation.ts";

const entry = all(
  rules("sg-db", "out all to 0.0.0.0/0"),
  rules("sg-node", "in tcp/30080 from sg-db", "in all from sg-node", "out all to 0.0.0.0/0"),
);

function explained(
  ends: readonly [string, string, string],
  edits: readonly Edit[],
  options: EvaluateOptions = {},
) {
  return explain(edited(fixtureF(), ...edits), flow(...ends), options);
}

describe("the way of a connection to a node port (R37)", () => {
  const ends = ["db1", "n1", "tcp/30080"] as const;
  const fromNode = rules("sg-app", "in tcp/8080 from sg-node");

  it("with policy Local has one node hop, and the pod sees the client", () => {
    const local = nodePort("shop/api", { externalTrafficPolicy: "Local" });
    const found = explained(ends, [
      entry,
      local,
      settings({ mode: "standard" }),
      rules("sg-app", "in tcp/8080 from sg-db"),
    ]);
    expect(found.verdict).toBe("ALLOW");
    expect(found.way.nodes).toEqual(["n1"]);
    expect(found.way.translations.map(({ replaces }) => replaces)).toEqual(["destination"]);
    expect(found.notes).toContain(
      "externalTrafficPolicy Local: 1 node hop (n1), shop/api sees db1",
    );
  });

  it("with policy Cluster has up to two, and the pod sees the node", () => {
    const far = explained(["db1", "n2", "tcp/30080"], [entry, nodePort("shop/api"), fromNode]);
    expect(far.verdict).toBe("ALLOW");
    expect(far.way.nodes).toEqual(["n2", "n1"]);
    expect(far.notes).toContain(
      "externalTrafficPolicy Cluster: 2 node hops (n2, n1), shop/api sees node n2",
    );
    const near = explained(ends, [entry, nodePort("shop/api"), fromNode]);
    expect(near.way.nodes).toEqual(["n1"]);
    expect(near.way.translations).toEqual([
      {
        replaces: "destination",
        by: "kube-proxy on node n1",
        from: "node n1:30080",
        to: "10.0.1.101:8080",
      },
      { replaces: "source", by: "kube-proxy on node n1", from: "db1", to: "node n1" },
    ]);
  });

  it("names every interface that is asked, with the port and the peer that it sees", () => {
    const { steps } = explained(ends, [entry, nodePort("shop/api"), fromNode]);
    const asked = steps.flatMap((step) => step.asked ?? []);
    expect(asked.map((one) => [one.holder, one.direction, one.traffic, one.peer])).toEqual([
      ["db1", "egress", "tcp/30080", "node n1"],
      ["node n1", "ingress", "tcp/30080", "db1"],
      ["node n1", "egress", "tcp/8080", "shop/api"],
      ["shop/api", "ingress", "tcp/8080", "node n1"],
    ]);
  });

  it("to a strict branch with policy Local is not carried, and says why (R36)", () => {
    const local = nodePort("shop/api", { externalTrafficPolicy: "Local" });
    const { verdict, steps } = explained(ends, [entry, local]);
    expect(verdict).toBe("UNSUPPORTED");
    expect(steps.at(-2)?.text).toBe(
      "shop/api is a branch in strict mode, whose replies leave by its own interface: " +
        "externalTrafficPolicy Local is not carried",
    );
  });

  it("in standard mode shows where the models part", () => {
    const edits = [entry, nodePort("shop/api"), settings({ mode: "standard" }), rules("sg-app")];
    const found = explained(ends, edits);
    expect(found).toMatchObject({ verdict: "DENY", otherModelVerdict: "ALLOW" });
  });
});

describe("the way from a load balancer", () => {
  const balancer = all(
    addEni(networkInterface("eni-lb", "10.0.1.60", ["sg-lb"], { description: "ELB net/lb-1/1" })),
    rules("sg-lb", "out all to 0.0.0.0/0"),
    rules("sg-app", "in tcp/8080 from sg-lb"),
    loadBalanced("shop/api", { targetType: "ip" }),
  );

  it("names the group that its controller edits: the only one (R50)", () => {
    const found = explained(["svc:shop/api", "shop/api", "tcp/8080"], [balancer]);
    expect(found.verdict).toBe("ALLOW");
    expect(found.notes).toContain("the load balancer controller edits sg-app of shop/api");
  });

  it("names the tagged one of several (R50)", () => {
    const found = explained(
      ["svc:shop/api", "shop/api", "tcp/8080"],
      [
        balancer,
        settings({ clusterName: "shop" }),
        eniParts("eni-api", { groupIds: ["sg-0app", "sg-0mon"] }),
        (world) => ({
          ...world,
          groups: world.groups.map((group) => {
            const tags: Record<string, string> = {};
            if (group.name === "sg-mon") tags["kubernetes.io/cluster/shop"] = "owned";
            return { ...group, tags };
          }),
        }),
      ],
    );
    expect(found.notes).toContain("the load balancer controller edits sg-mon of shop/api");
  });

  it("says that it replaces the client's address", () => {
    const found = explained(
      ["198.51.100.7", "svc:shop/api", "tcp/80"],
      [balancer, rules("sg-lb", "in tcp/80 from 0.0.0.0/0", "out all to 0.0.0.0/0")],
    );
    expect(found.way.translations).toEqual([
      {
        replaces: "destination",
        by: "load balancer of Service shop/api",
        from: "load balancer of Service shop/api",
        to: "10.0.1.101:8080",
      },
      {
        replaces: "source",
        by: "load balancer of Service shop/api",
        from: "198.51.100.7",
        to: "load balancer of Service shop/api",
      },
    ]);
  });
});

describe("the way out of the VPC", () => {
  it("names the translations of node and NAT gateway", () => {
    const { way } = explained(["shop/web", "198.51.100.10", "tcp/443"], []);
    expect(way.translations).toEqual([
      { replaces: "source", by: "node n1", from: "10.0.1.111", to: "10.0.1.11" },
      {
        replaces: "source",
        by: "the NAT gateway",
        from: "10.0.1.11",
        to: "the NAT gateway's address",
      },
    ]);
  });
});
