import { describe, expect, it } from "vitest";
import { cnp, labels, np } from "../network-policies/cluster.test-support.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import { compileReach } from "./compile-reach.ts";
import { openCluster } from "./open-cluster.test-support.ts";
import type { PortQuestion } from "./questions.ts";
import { openReach } from "./reach-image.ts";
import { bindReach } from "./reach-kernels.ts";

const tcp = (port: number): PortQuestion => ({ protocol: 6, port });

describe("compiled reachability of pods that look alike", () => {
  const http = (port: number) => [{ name: "http", protocol: "TCP", port }] as const;
  const egress = [{ to: [{ podSelector: labels("app", "api") }], ports: [{ port: "http" }] }];
  const world = openCluster([np("named", { policyTypes: ["Egress"], egress })]);
  const [api] = world.pods.filter(({ name }) => name === "api");
  const { ports: _, ...unread } = api;
  const twins = [
    { ...api, name: "api-80", ports: http(80) },
    { ...api, name: "api-81", ports: http(81) },
    { ...unread, name: "api-unread" },
  ];
  const others = world.pods.filter(({ name }) => name !== "api");

  it.each([
    ["api-80", "ALLOW"],
    ["api-81", "DENY"],
    ["api-unread", "UNKNOWN"],
  ])("asks %s for its own port of a name: %s", (name, verdict) => {
    const compiled = compileReach(
      { ...world, pods: [...others, ...twins] },
      { questions: [tcp(80)] },
    );
    const { allowed, possible } = bindReach(openReach(compiled.buffer));
    const [from, to] = ["shop/web", `shop/${name}`].map((one) => compiled.podNames.indexOf(one));
    const words = [allowed(from, to), possible(from, to)];
    expect(words).toEqual(verdict === "ALLOW" ? [1, 1] : [0, Number(verdict === "UNKNOWN")]);
  });

  it("tells nodes apart by the labels that a policy names", () => {
    const out = (nodes: object) => ({ action: "Deny", to: [{ nodes }] }) as const;
    const policy = cnp("nodes", { egress: [out(labels("zone", "a"))] });
    const hosts = ["n1", "n2"].map((nodeName) => {
      return { ...world.pods[0], name: `host-${nodeName}`, nodeName, hostNetwork: true };
    });
    const open = openCluster([policy]);
    const [, , db] = open.pods;
    const compiled = compileReach({ ...open, pods: [db, ...hosts] }, { questions: [tcp(80)] });
    const { allowed } = bindReach(openReach(compiled.buffer));
    const to = (name: string) => compiled.podNames.indexOf(`shop/${name}`);
    expect([allowed(0, to("host-n1")), allowed(0, to("host-n2"))]).toEqual([0, 1]);
  });

  it("tells rules of groups apart by where their ports end", () => {
    const range = (fromPort: number, toPort: number) => ({ protocol: 6, fromPort, toPort });
    const peer = { kind: "cidr", cidr: "0.0.0.0/0" } as const;
    const rules = [
      { ruleId: "sgr-1", isEgress: true, ...range(80, 90), peer },
      { ruleId: "sgr-2", isEgress: false, ...range(80, 80), peer },
    ];
    const groups = fixtureF().groups.map((group) => ({ ...group, rules }));
    const compiled = compileReach({ ...fixtureF(), groups }, { questions: [tcp(80), tcp(85)] });
    const { allowed } = bindReach(openReach(compiled.buffer));
    const [from, to] = ["shop/web", "shop/api"].map((name) => compiled.podNames.indexOf(name));
    expect(allowed(from, to)).toBe(1);
  });

  it("leaves a pod of another VPC to the evaluator, however open its groups are", () => {
    const { interfaces, pods, ...rest } = fixtureF();
    const { groups } = world;
    const away = interfaces.map((eni) => {
      const isHeld = pods.some(({ branchEniId }) => branchEniId === eni.eniId);
      return isHeld ? { ...eni, vpcId: "vpc-other" } : eni;
    });
    const wordsWith = (others: typeof interfaces) => {
      const asked = { ...rest, pods, groups, interfaces: others };
      const compiled = compileReach(asked, { questions: [tcp(80)] });
      const { allowed, possible } = bindReach(openReach(compiled.buffer));
      const [from, to] = ["shop/web", "shop/api"].map((name) => compiled.podNames.indexOf(name));
      return [allowed(from, to), possible(from, to)];
    };
    expect([wordsWith(interfaces), wordsWith(away)]).toEqual([
      [1, 1],
      [0, 1],
    ]);
  });
});
