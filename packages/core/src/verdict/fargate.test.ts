import { describe, expect, it } from "vitest";
import {
  addEni,
  addPod,
  type Edit,
  edited,
  podParts,
  rules,
  settings,
} from "../world/edits.test-support.ts";
import { fixtureF, flow, groupId, networkInterface, pod } from "../world/fixture-f.test-support.ts";
import { all } from "../world/service-edits.test-support.ts";
import { explain } from "./evaluate.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

const label = { "eks.amazonaws.com/fargate-profile": "default" };
const onFargate = (name: string, role = name) =>
  addPod(
    pod(`shop/${name}`, {
      nodeName: `fargate-${name}`,
      labels: { ...label, role },
      phase: "Pending",
    }),
  );
const cluster = settings({ clusterGroupId: "sg-0cluster" });
const base = all(cluster, onFargate("job"), onFargate("app", "api"));
const dbFromCluster = rules("sg-db", "in tcp/5432 from sg-cluster");

verdictTable(
  "a pod on Fargate",
  {},
  [
    ["R63: the cluster group by default", "shop/job", "db1", "tcp/5432", "ALLOW", dbFromCluster],
    [
      "R63: not the node's",
      "shop/job",
      "db1",
      "tcp/5432",
      "DENY",
      rules("sg-db", "in tcp/5432 from sg-node"),
    ],
    ["R61: groups of its policy", "shop/app", "db1", "tcp/5432", "ALLOW"],
    ["R61: in place of the cluster group", "shop/app", "db1", "tcp/5432", "DENY", dbFromCluster],
    [
      "its own groups alone in standard mode",
      "shop/app",
      "db1",
      "tcp/5432",
      "ALLOW",
      settings({ mode: "standard", clusterGroupId: "sg-0cluster" }),
      rules("sg-node"),
    ],
    [
      "R62: a group that does not exist",
      "shop/app",
      "db1",
      "tcp/5432",
      "UNKNOWN",
      (world) => ({
        ...world,
        policies: world.policies.map((one) => ({ ...one, groupIds: ["sg-none"] })),
      }),
      rules("sg-db", "in all from 0.0.0.0/0"),
    ],
    [
      "R63: the cluster group is not known",
      "shop/job",
      "db1",
      "tcp/5432",
      "UNKNOWN",
      settings({}),
      (world) => ({ ...world, settings: { mode: "strict", externalSnat: false } }),
      rules("sg-db", "in all from 0.0.0.0/0"),
    ],
    [
      "R71: the groups that it was started with",
      "shop/app",
      "db1",
      "tcp/5432",
      "ALLOW",
      podParts("shop/app", { fargateGroupIds: ["sg-0cluster"] }),
      dbFromCluster,
    ],
    [
      "the interface that it has",
      "shop/app",
      "db1",
      "tcp/5432",
      "ALLOW",
      podParts("shop/app", { addresses: ["10.0.1.90"] }),
      addEni(networkInterface("eni-f", "10.0.1.90", ["sg-cluster"])),
      dbFromCluster,
    ],
    ["nothing local: NodeLocal DNSCache", "shop/job", "169.254.20.10", "udp/53", "UNSUPPORTED"],
    ["instance metadata is never filtered", "shop/job", "169.254.169.254", "tcp/80", "ALLOW"],
    [
      "R67: to CoreDNS",
      "shop/job",
      "kube-system/coredns",
      "udp/53",
      "ALLOW",
      rules("sg-node", "in udp/53 from sg-cluster"),
    ],
    [
      "another pod of its own group",
      "shop/job",
      "shop/job-2",
      "tcp/80",
      "ALLOW",
      onFargate("job-2"),
    ],
  ],
  base,
);

describe("the explanation of a pod on Fargate", () => {
  const explained = (source: string, ...edits: readonly Edit[]) =>
    explain(edited(fixtureF(), base, ...edits), flow(source, "db1", "tcp/5432"));

  it("says Fargate default (R63)", () => {
    expect(explained("shop/job").steps[0].text).toBe("[sg-cluster] from Fargate default");
  });

  it("says which policy (R61)", () => {
    expect(explained("shop/app").steps[0].text).toBe("[sg-app] from SecurityGroupPolicy shop/api");
  });

  it("says that a running pod keeps what it was started with (R71)", () => {
    const { notes } = explained(
      "shop/app",
      podParts("shop/app", { fargateGroupIds: [groupId("sg-mon")] }),
    );
    expect(notes[0]).toBe(
      "drift: SecurityGroupPolicy shop/api gives shop/app [sg-app]; annotation " +
        "fargate.amazonaws.com/pod-sg has [sg-mon], which decides until it is deleted and made anew",
    );
  });

  it("says that network policies are not enforced there", () => {
    const closed: Edit = (world) => ({
      ...world,
      networkPolicies: [{ namespace: "shop", name: "none", spec: { podSelector: {} } }],
    });
    const { notes } = explained("shop/app", closed);
    expect(notes).toContain("network policies are not enforced on Fargate, where shop/app runs");
  });
});
