import { describe, expect, it } from "vitest";
import { evaluate, explain } from "../verdict/evaluate.ts";
import { type Edit, edited, podParts, rules, settings } from "../world/edits.test-support.ts";
import { fixtureF, flow } from "../world/fixture-f.test-support.ts";
import { addIngress, addService, addSlice, nodePort } from "../world/service-edits.test-support.ts";
import { compareWorlds } from "./compare-worlds.ts";
import { confirmExplanation } from "./confirm.ts";
import type { WorldEdit } from "./edit.ts";
import { overlay } from "./overlay.ts";
import { portsBetween } from "./port-reach.ts";
import { whatCan } from "./what-can.ts";
import { whoCan } from "./who-can.ts";
import { whyNot } from "./why-not/why-not.ts";

const service = (name: string) => ({ kind: "service", namespace: "shop", name }) as const;
const pod = (name: string) => ({ kind: "pod", namespace: "shop", name }) as const;
const world = (...edits: readonly Edit[]) => edited(fixtureF(), ...edits);
const web = addService("shop/web");
const both = [
  addService("shop/web", { selector: { tier: "front" } }),
  podParts("shop/web", { labels: { tier: "front" } }),
  podParts("shop/peer", { labels: { tier: "front" } }),
] as const;

describe("why-not of a flow to a Service", () => {
  it("mends the way behind the translation, on the pod's port", () => {
    const asked = flow("shop/api", "svc:shop/web", "tcp/80");
    const before = world(web, rules("sg-node", "in tcp/8080 from sg-app"));
    const { verdict, remedies } = whyNot(before, asked);
    expect(verdict).toBe("DENY");
    const found = remedies.find(({ actions }) => {
      return actions.some(({ text }) => {
        return text === "add tcp/8080 to sg-node as egress rule of sg-app";
      });
    });
    expect(evaluate(overlay(before, found?.edits ?? []), asked)).toBe("ALLOW");
  });

  it("mends the way to the backend that is closed", () => {
    const before = world(...both, rules("sg-node", "in all from sg-node", "out all to 0.0.0.0/0"));
    const asked = flow("n2", "svc:shop/web", "tcp/80");
    const { verdict, remedies } = whyNot(before, asked);
    expect(verdict).toBe("UNKNOWN");
    expect(remedies.length).toBeGreaterThan(0);
    for (const { edits } of remedies) {
      expect(evaluate(overlay(before, edits), asked)).toBe("ALLOW");
    }
  });

  it("runs a strict backend of policy Local in standard mode", () => {
    const before = world(
      nodePort("shop/api", { externalTrafficPolicy: "Local" }),
      rules("sg-db", "out all to 0.0.0.0/0"),
      rules("sg-node", "in all from 0.0.0.0/0"),
      rules("sg-app", "in tcp/8080 from sg-db"),
    );
    const { verdict, remedies } = whyNot(before, flow("db1", "n1", "tcp/30080"));
    expect(verdict).toBe("UNSUPPORTED");
    expect(remedies[0].actions[0].text).toMatch(/^run shop\/api in standard mode/);
  });

  it("offers nothing where the Services were not read", () => {
    expect(whyNot(world(), flow("n1", "svc:shop/web", "tcp/80"))).toMatchObject({
      verdict: "UNKNOWN",
      remedies: [],
    });
  });
});

describe("who-can of a Service", () => {
  const asked = { destination: service("web"), protocol: 6, port: 80 };

  it("lists those who reach all its backends", () => {
    const { sources, destination } = whoCan(world(web), asked);
    expect(destination).toBe("Service shop/web");
    const allowed = sources.filter(({ verdict }) => verdict === "ALLOW");
    expect(allowed.flatMap(({ pods }) => pods).sort()).toEqual([
      "kube-system/agent",
      "kube-system/coredns",
      "shop/edge",
      "shop/web",
      "shop/web-2",
    ]);
  });

  it("says of everybody what is said of each alone", () => {
    const local = addService("shop/web", { internalTrafficPolicy: "Local" });
    for (const edits of [[web], [local], [...both], [web, settings({ mode: "standard" })]]) {
      const asking = world(...edits);
      const { sources } = whoCan(asking, asked);
      for (const { namespace, name } of asking.pods) {
        const source = { kind: "pod", namespace, name } as const;
        const verdict = evaluate(asking, { ...asked, source });
        const found = sources.find(({ pods }) => pods.includes(`${namespace}/${name}`));
        const isOut = verdict === "DENY" || verdict === "UNSUPPORTED";
        expect([name, found?.verdict]).toEqual([name, isOut ? undefined : verdict]);
      }
    }
  });
});

describe("what-can of a pod", () => {
  it("lists the Services it reaches, on their own ports", () => {
    const { destinations } = whatCan(world(web), pod("web-2"));
    const found = destinations.find(({ services }) => services.includes("shop/web"));
    expect(found?.ports.map(({ text }) => text)).toEqual(["tcp/80"]);
  });

  it("tells node ports from the other ports of a node", () => {
    const before = world(
      nodePort("shop/web", { externalTrafficPolicy: "Local" }),
      rules("sg-node", "in all from sg-node", "out all to 0.0.0.0/0"),
    );
    const ports = portsBetween(before, {
      source: pod("web-2"),
      destination: { kind: "name", name: "n3" },
    });
    const isCovered = (port: number) =>
      ports.some((one) => one.protocol === 6 && one.fromPort <= port && port <= one.toPort);
    expect([30079, 30080, 30081].map(isCovered)).toEqual([true, false, true]);
  });
});

describe("edits of Services", () => {
  const parts = [
    web,
    addSlice("shop/web", ["10.0.1.111"]),
    addIngress("shop/web"),
    (before: ReturnType<typeof world>) => ({
      ...before,
      eniConfigs: [{ name: "a", subnetId: "subnet-pod-a", groupIds: [] }],
    }),
  ];

  it("turn one world into another and back", () => {
    const [before, after] = [world(), world(...parts)];
    const edits = compareWorlds(before, after);
    expect(edits.map(({ action, kind }) => `${action} ${kind}`)).toEqual([
      "add service",
      "add endpointSlice",
      "add ingress",
      "add eniConfig",
    ]);
    expect({ ...overlay(before, edits), revision: 1 }).toEqual(after);
    const back = compareWorlds(after, before);
    expect(compareWorlds(overlay(after, back), before)).toEqual([]);
  });

  it("change what a flow to one says", () => {
    const before = world(web);
    const asked = flow("shop/web-2", "svc:shop/web", "tcp/80");
    expect(evaluate(before, asked)).toBe("ALLOW");
    const remove: WorldEdit = { action: "remove", kind: "pod", key: "shop/web" };
    expect(evaluate(overlay(before, [remove]), asked)).toBe("DENY");
  });
});

describe("an explanation of a flow to a Service", () => {
  it("stands up to a second look", () => {
    const before = world(web);
    for (const source of ["shop/web-2", "shop/api"]) {
      const asked = flow(source, "svc:shop/web", "tcp/80");
      const confirmed = confirmExplanation(before, asked, explain(before, asked));
      expect(confirmed.isConfirmed).toBe(true);
      expect(confirmed.checks.length).toBeGreaterThan(1);
    }
  });
});
