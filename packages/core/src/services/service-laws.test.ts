import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate, explain } from "../verdict/evaluate.ts";
import type { Endpoint, Flow, Verdict } from "../verdict/explanation.ts";
import { arbitraryFlow, arbitraryWorld } from "../world/arbitrary-world.test-support.ts";
import { addSlice, all, nodePort } from "../world/service-edits.test-support.ts";
import type { Model } from "../world/settings.ts";
import type { World } from "../world/world.ts";

// Small worlds with one Service of tcp/80, node port 30080, in front of some of the pods.

const model = fc.constantFrom<Model>("documented", "datapath");
const pods = fc.subarray(["p1", "p2", "p3", "p4", "plain-n1", "plain-n2"], { minLength: 1 });
const insider = arbitraryFlow.map(({ source }) => source).filter(isOfCluster);
const runs = { numRuns: 150 };

function isOfCluster(endpoint: Endpoint): boolean {
  return endpoint.kind === "pod" || (endpoint.kind === "name" && endpoint.name !== "db1");
}

function withService(world: World, names: readonly string[]): World {
  const ports = [
    { name: "http", protocol: "TCP", port: 8000, targetPort: 80, nodePort: 30080 },
  ] as const;
  const slice = { ports: [{ name: "http", protocol: "TCP", port: 80 }] } as const;
  return all(nodePort("shop/web", { ports }), addSlice("shop/web", names, slice))(world);
}

const toService = (source: Endpoint): Flow => ({
  source,
  destination: { kind: "service", namespace: "shop", name: "web" },
  protocol: 6,
  port: 8000,
});
const toPod = (source: Endpoint, name: string): Flow => ({
  source,
  destination: { kind: "pod", namespace: "shop", name },
  protocol: 6,
  port: 80,
});

describe("a Service with one backend", () => {
  it("is the direct flow to the backend after DNAT", () => {
    fc.assert(
      fc.property(arbitraryWorld, insider, pods, model, (world, source, [name], which) => {
        const options = { model: which };
        const direct = explain(world, toPod(source, name), options);
        const served = explain(withService(world, [name]), toService(source), options);
        expect(served.verdict).toBe(direct.verdict);
        expect(served.service?.backends[0].steps).toEqual(direct.steps);
      }),
      runs,
    );
  });

  it("is the same by cluster address and by the name of its port", () => {
    fc.assert(
      fc.property(arbitraryWorld, insider, pods, (world, source, [name]) => {
        const served = withService(world, [name]);
        const flow = toService(source);
        const verdict = evaluate(served, flow);
        const address = { kind: "address", address: "172.20.0.10" } as const;
        expect(evaluate(served, { ...flow, destination: address })).toBe(verdict);
        const named = { ...flow.destination, portName: "http" } as Endpoint;
        expect(evaluate(served, { ...flow, destination: named, port: 0 })).toBe(verdict);
      }),
      runs,
    );
  });
});

describe("a Service with several backends", () => {
  it("is open when all of them are, closed when none is, and unknown between", () => {
    fc.assert(
      fc.property(arbitraryWorld, insider, pods, model, (world, source, names, which) => {
        const options = { model: which };
        const each = names.map((name) => evaluate(world, toPod(source, name), options));
        const [first] = each;
        const isOne = each.every((verdict) => verdict === first);
        const expected: Verdict = isOne ? first : "UNKNOWN";
        expect(evaluate(withService(world, names), toService(source), options)).toBe(expected);
      }),
      runs,
    );
  });

  it("does not depend on their order", () => {
    fc.assert(
      fc.property(arbitraryWorld, insider, pods, (world, source, names) => {
        const turned = [...names].reverse();
        const flow = toService(source);
        expect(explain(withService(world, turned), flow)).toEqual(
          explain(withService(world, names), flow),
        );
      }),
      runs,
    );
  });
});

describe("a node port", () => {
  const toNode = (source: Endpoint, port = 30080): Flow => {
    return { source, destination: { kind: "name", name: "n1" }, protocol: 6, port };
  };
  const outsider = fc.constant<Endpoint>({ kind: "name", name: "db1" });

  it("is never open where the node refuses the port", () => {
    fc.assert(
      fc.property(arbitraryWorld, outsider, pods, model, (world, source, names, which) => {
        const options = { model: which };
        fc.pre(evaluate(world, toNode(source), options) === "DENY");
        expect(evaluate(withService(world, names), toNode(source), options)).not.toBe("ALLOW");
      }),
      runs,
    );
  });

  it("is the direct flow on every other port", () => {
    fc.assert(
      fc.property(arbitraryWorld, outsider, pods, (world, source, names) => {
        const flow = toNode(source, 80);
        expect(explain(withService(world, names), flow)).toEqual(explain(world, flow));
      }),
      runs,
    );
  });

  it("hands on what the node may send to a strict branch", () => {
    fc.assert(
      fc.property(arbitraryWorld, outsider, pods, (world, source, [name]) => {
        const options = { mode: "strict" } as const;
        const first = evaluate(world, toNode(source), options);
        const second = evaluate(world, toPod({ kind: "name", name: "n1" }, name), options);
        const isOpen = first === "ALLOW" && second === "ALLOW";
        const found = evaluate(withService(world, [name]), toNode(source), options);
        expect(found).toBe(isOpen ? "ALLOW" : "DENY");
      }),
      runs,
    );
  });
});
