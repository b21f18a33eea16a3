import { describe, expect, it } from "vitest";
import {
  type Edit,
  edited,
  eniParts,
  notStarted,
  podParts,
  rules,
  settings,
} from "../world/edits.test-support.ts";
import { fixtureF, flow } from "../world/fixture-f.test-support.ts";
import type { NetworkPolicy } from "../world/network-policy.ts";
import type { Settings } from "../world/settings.ts";
import { evaluate, explain } from "./evaluate.ts";
import type { EvaluateOptions } from "./explanation.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

function policies(...networkPolicies: readonly NetworkPolicy[]): Edit {
  return (world) => ({ ...world, networkPolicies });
}

function policy(name: string, role: string, spec: Partial<NetworkPolicy["spec"]>): NetworkPolicy {
  return { namespace: "shop", name, spec: { podSelector: { matchLabels: { role } }, ...spec } };
}

const engine = (networkPolicyEngine: Settings["networkPolicyEngine"]) =>
  settings({ networkPolicyEngine: networkPolicyEngine ?? "other" });
const standard = settings({ mode: "standard" });
const closedWeb = policies(policy("deny", "web", { policyTypes: ["Ingress", "Egress"] }));
const closedApi = policies(policy("deny", "api", { policyTypes: ["Egress"] }));
const database = { ipBlock: { cidr: "10.0.1.50/32" } };
const openApi = policies(
  policy("deny", "api", { policyTypes: ["Egress"] }),
  policy("db", "api", {
    policyTypes: ["Egress"],
    egress: [{ to: [database], ports: [{ port: 5432 }] }],
  }),
);
const metadata = { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } };
const noMetadata = policies(
  policy("imds", "web", { policyTypes: ["Egress"], egress: [{ to: [metadata] }] }),
);

verdictTable("groups and network policies together (R39)", {}, [
  ["no policy list: groups alone", "shop/api", "db1", "tcp/5432", "ALLOW"],
  ["an empty list says nothing", "shop/api", "db1", "tcp/5432", "ALLOW", policies()],
  ["both allow", "shop/api", "db1", "tcp/5432", "ALLOW", standard, openApi],
  ["groups allow, policy denies", "shop/api", "db1", "tcp/5432", "DENY", standard, closedApi],
  ["policy allows, groups deny", "shop/api", "db1", "tcp/5433", "DENY", standard, openApi],
  ["policy of another pod", "shop/web", "shop/web-2", "tcp/80", "ALLOW", closedApi],
  ["the destination's policy counts", "shop/web-2", "shop/web", "tcp/80", "DENY", closedWeb],
  [
    "pods of one node, where no group is asked",
    "kube-system/coredns",
    "shop/web-2",
    "tcp/80",
    "DENY",
    policies(policy("deny", "web-2", {})),
  ],
  [
    "18 replies are not asked: egress of the destination is closed",
    "shop/web-2",
    "shop/web",
    "tcp/80",
    "ALLOW",
    policies(policy("deny", "web", { policyTypes: ["Egress"] })),
  ],
  ["15 the node of the pod", "n1", "shop/web", "tcp/80", "ALLOW", closedWeb],
  ["15 another node", "n2", "shop/web", "tcp/80", "DENY", closedWeb],
  [
    "14 an agent on the host network of the node",
    "kube-system/agent",
    "shop/web",
    "tcp/80",
    "ALLOW",
    closedWeb,
  ],
  ["16 a pod to itself", "shop/web", "shop/web", "tcp/80", "ALLOW", closedWeb],
  [
    "19 a pod that has ended is no peer",
    "shop/web",
    "shop/web-2",
    "tcp/80",
    "DENY",
    podParts("shop/web-2", { phase: "Succeeded" }),
    policies(),
  ],
  ["13 no common family", "shop/web", "2001:db8::9", "tcp/80", "DENY", policies()],
  [
    "metadata, which groups never filter",
    "shop/web",
    "169.254.169.254",
    "tcp/80",
    "DENY",
    noMetadata,
  ],
  ["metadata of another pod", "shop/web-2", "169.254.169.254", "tcp/80", "ALLOW", noMetadata],
  ["an outside address", "shop/web", "198.51.100.10", "tcp/443", "ALLOW", noMetadata],
  [
    "a pod without an address may be in a block or not",
    "shop/web",
    "shop/peer",
    "tcp/80",
    "UNKNOWN",
    rules("sg-peer", "in all from 0.0.0.0/0"),
    notStarted("shop/peer"),
    policies(policy("one", "web", { policyTypes: ["Egress"], egress: [{ to: [database] }] })),
  ],
  [
    "an unknown path is closed all the same",
    "shop/api",
    "db1",
    "tcp/5432",
    "DENY",
    (world) => ({ ...world, groups: [] }),
    closedApi,
  ],
  [
    "47 no engine: policies are not asked",
    "shop/api",
    "db1",
    "tcp/5432",
    "ALLOW",
    closedApi,
    engine("none"),
  ],
  [
    "39 Calico does not enforce them in strict mode",
    "shop/api",
    "db1",
    "tcp/5432",
    "ALLOW",
    closedApi,
    engine("calico"),
  ],
  [
    "39 but in standard mode",
    "shop/api",
    "db1",
    "tcp/5432",
    "DENY",
    standard,
    closedApi,
    engine("calico"),
  ],
]);

verdictTable(
  "network policies as AWS enforces them",
  { networkPolicyModel: "aws", networkPolicyEnforcing: "strict" },
  [
    [
      "strict enforcing closes what no policy selects",
      "shop/web",
      "shop/web-2",
      "tcp/80",
      "DENY",
      closedApi,
    ],
    [
      "and opens a direction that the policy does not list",
      "shop/web",
      "shop/edge",
      "tcp/80",
      "ALLOW",
      policies(policy("a", "web", {}), policy("b", "edge", { policyTypes: ["Egress"] })),
    ],
  ],
);

describe("an explanation with network policies", () => {
  const explained = (
    [source, destination, traffic]: readonly [string, string, string],
    edits: readonly Edit[],
    options: EvaluateOptions = {},
  ) => explain(edited(fixtureF(), ...edits), flow(source, destination, traffic), options);

  it("appends a step per pod, after those of groups", () => {
    const { steps, verdict } = explained(["shop/api", "db1", "tcp/5432"], [standard, openApi]);
    expect(verdict).toBe("ALLOW");
    const last = steps.at(-1);
    expect(last).toMatchObject({
      title: "NetworkPolicy shop/db egress",
      outcome: "OK",
      text: "NetworkPolicy shop/db spec.egress[0].to[0]",
      policies: [
        {
          kind: "NetworkPolicy",
          namespace: "shop",
          name: "db",
          at: "spec.egress[0].to[0]",
          effect: "Allow",
        },
      ],
    });
    expect(last?.number).toBe(steps.length);
  });

  it("of a refusal names the policy that isolates, on both layers at once", () => {
    const { steps } = explained(["shop/api", "db1", "tcp/5433"], [closedApi, engine("aws")]);
    const blocked = steps.filter(({ outcome }) => outcome === "BLOCKED");
    expect(blocked.map(({ title, text }) => `${title}: ${text}`)).toEqual([
      "sg-app egress: needs tcp/5433 to sg-db: no rule",
      "sg-db ingress: needs tcp/5433 from sg-app: no rule",
      "NetworkPolicy shop/deny egress: isolates shop/api; no rule covers tcp/5433 to db1",
    ]);
  });

  it("warns of policies on a branch in strict mode (R39)", () => {
    const strict = explained(["shop/api", "db1", "tcp/5432"], [openApi, engine("aws")]);
    expect(strict.notes.join()).toContain("strict mode, where not every engine enforces");
    const inStandard = explained(
      ["shop/api", "db1", "tcp/5432"],
      [standard, openApi, engine("aws")],
    );
    expect(inStandard.notes.join()).not.toContain("not every engine");
    const calico = explained(["shop/api", "db1", "tcp/5432"], [openApi, engine("calico")]);
    expect(calico.notes.join()).toContain("Calico enforces no network policy for shop/api");
  });

  it("says that nothing enforces policies, or that it assumes an engine (R47)", () => {
    const none = explained(["shop/web", "shop/web-2", "tcp/80"], [closedWeb, engine("none")]);
    expect(none.notes.join()).toContain("no engine enforces them");
    const unknown = explained(["shop/web", "shop/web-2", "tcp/80"], [closedWeb]);
    expect(unknown.notes.join()).toContain("assumes an engine that enforces network policies");
    const aws = explained(["shop/web", "shop/web-2", "tcp/80"], [closedWeb, engine("aws")]);
    expect(aws.notes.join()).not.toContain("engine");
  });

  it("names the verdict of the other model where it differs", () => {
    const named = policies(policy("named", "web", { ingress: [{ ports: [{ port: "http" }] }] }));
    const http = podParts("shop/web", { ports: [{ name: "http", protocol: "TCP", port: 80 }] });
    const explanation = explained(["shop/web-2", "shop/web", "tcp/80"], [named, http]);
    expect(explanation).toMatchObject({
      verdict: "ALLOW",
      networkPolicyModel: "spec",
      otherNetworkPolicyVerdict: "DENY",
    });
    expect(explanation.notes.at(-1)).toBe("network-policy-divergence: the aws model says DENY");
  });

  it("says what the specification leaves open", () => {
    const block = { ipBlock: { cidr: "10.0.1.122/32" } };
    const byBlock = policies(policy("block", "web", { ingress: [{ from: [block] }] }));
    const { notes } = explained(["shop/web-2", "shop/web", "tcp/80"], [byBlock]);
    expect(notes).toContain(
      "undefined by the specification: whether an ipBlock covers the address of pod shop/web-2; " +
        "taken as allowed, could be denied",
    );
  });

  it("says that a namespace is taken to have its name alone", () => {
    const { notes } = explained(["kube-system/coredns", "shop/web", "tcp/80"], [closedWeb]);
    expect(notes).toContain(
      "namespace kube-system is not in the world: taken to have its name label only",
    );
  });

  it("is what it was in a world without policies", () => {
    const explanation = explained(["shop/api", "db1", "tcp/5432"], []);
    expect(explanation).not.toHaveProperty("networkPolicyModel");
    expect(explanation.steps.every((step) => step.policies === undefined)).toBe(true);
  });

  it("of a pod that has ended asks nobody", () => {
    const ended = podParts("shop/web", { phase: "Failed" });
    expect(explained(["shop/web", "shop/web-2", "tcp/80"], [closedWeb, ended]).steps).toHaveLength(
      1,
    );
  });

  it.each([
    ["a selector does not cover", { podSelector: {} }, "DENY"],
    ["a block of everything covers", { ipBlock: { cidr: "0.0.0.0/0" } }, "ALLOW"],
    ["any other block may cover", { ipBlock: { cidr: "203.0.113.0/24" } }, "UNKNOWN"],
  ])("of a pod behind a NAT gateway judges an address: %s it", (_fact, from, verdict) => {
    const atPeer = policies(policy("peer", "peer", { ingress: [{ from: [from] }] }));
    const edits = [
      eniParts("eni-peer", { publicAddress: "203.0.113.50", subnetId: "subnet-pub-a" }),
      rules("sg-peer", "in all from 0.0.0.0/0"),
      rules("sg-node", "out all to 0.0.0.0/0"),
      atPeer,
    ];
    expect(explained(["shop/web", "203.0.113.50", "tcp/80"], edits).verdict).toBe(verdict);
  });

  it("of a source outside judges the address that it comes with", () => {
    const outside = { ipBlock: { cidr: "203.0.113.13/32" } };
    const byBlock = policies(policy("edge", "edge", { ingress: [{ from: [outside] }] }));
    const open = rules("sg-node", "in all from 0.0.0.0/0", "out all to 0.0.0.0/0");
    const world = edited(fixtureF(), open, byBlock);
    expect(evaluate(world, flow("198.51.100.10", "shop/edge", "tcp/80"))).toBe("DENY");
    expect(evaluate(world, flow("203.0.113.13", "shop/edge", "tcp/80"))).toBe("ALLOW");
  });
});
