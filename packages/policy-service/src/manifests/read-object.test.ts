import { type Cluster, manifestPodUid } from "@trunkline/core/inputs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assemble, parseFile } from "./assemble.ts";
import { ineffectivePolicies } from "./report-manifests.ts";

function cluster(...objects: object[]): Cluster {
  const text = objects.map((object) => JSON.stringify(object)).join("\n---\n");
  const { cluster: read, problems } = assemble([parseFile("a.yaml", text)]);
  expect(problems).toEqual([]);
  return read;
}

const pod = (rest: object = {}, metadata: object = {}) => {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "api", ...metadata }, ...rest };
};
const policy = (spec: object) => ({
  apiVersion: "vpcresources.k8s.aws/v1beta1",
  kind: "SecurityGroupPolicy",
  metadata: { name: "api" },
  spec,
});

describe("a pod", () => {
  it("that says little gets what Kubernetes would give it", () => {
    expect(cluster(pod()).pods).toEqual([
      {
        namespace: "default",
        name: "api",
        uid: manifestPodUid("default", "api"),
        labels: {},
        serviceAccount: "default",
        hostNetwork: false,
        addresses: [],
      },
    ]);
  });

  it("that says all keeps it", () => {
    const annotation = JSON.stringify([{ eniId: "eni-1", vlanID: 3 }, { eniId: "eni-2" }]);
    const metadata = {
      namespace: "shop",
      uid: "u-1",
      labels: { constructor: "x" },
      annotations: { "vpc.amazonaws.com/pod-eni": annotation },
    };
    const spec = { serviceAccountName: "orders", nodeName: "n1", hostNetwork: true };
    const status = { phase: "Running", podIPs: [{ ip: "10.0.0.1" }, { ip: "2001:db8::1" }] };
    expect(cluster(pod({ spec, status }, metadata)).pods).toEqual([
      {
        namespace: "shop",
        name: "api",
        uid: "u-1",
        labels: { constructor: "x" },
        serviceAccount: "orders",
        nodeName: "n1",
        hostNetwork: true,
        phase: "Running",
        addresses: ["10.0.0.1", "2001:db8::1"],
        branchEniId: "eni-1",
      },
    ]);
  });

  it.each(["vlanId", "vlanID"])("may spell its VLAN %s", (key) => {
    const annotations = { "vpc.amazonaws.com/pod-eni": `[{"eniId":"eni-1","${key}":1}]` };
    expect(cluster(pod({}, { annotations })).pods[0]?.branchEniId).toBe("eni-1");
  });

  it("has the same made-up uid wherever it is asked", () => {
    expect(manifestPodUid("shop", "api")).toBe(manifestPodUid("shop", "api"));
    expect(manifestPodUid("shop", "api")).not.toBe(manifestPodUid("shop", "web"));
    const uuid5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(manifestPodUid("shop", "api")).toMatch(uuid5);
  });
});

describe("a node", () => {
  it.each([
    ["aws:///us-west-2a/i-0abc", { instanceId: "i-0abc" }],
    ["aws:///us-west-2a/fargate-ip-10-0-0-1", {}],
  ])("with providerID %s has the instance %j", (providerID, expected) => {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n" }, spec: { providerID } };
    expect(cluster(node).nodes).toEqual([{ name: "n", labels: {}, ...expected }]);
  });
});

describe("a namespace", () => {
  it("carries its name as a label, whatever it says itself", () => {
    const labels = { a: "b", "kubernetes.io/metadata.name": "lie" };
    const shop = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels } };
    expect(cluster(shop).namespaces).toEqual([
      { name: "shop", labels: { a: "b", "kubernetes.io/metadata.name": "shop" } },
    ]);
  });

  it("that nobody wrote exists with what Kubernetes gives every namespace", () => {
    const { namespaces, serviceAccounts } = cluster(pod({}, { namespace: "shop" }));
    expect(namespaces).toEqual([
      { name: "shop", labels: { "kubernetes.io/metadata.name": "shop" } },
    ]);
    expect(serviceAccounts).toEqual([{ namespace: "shop", name: "default", labels: {} }]);
  });
});

describe("a policy", () => {
  it("tells an absent selector, a null one and an empty one apart as Kubernetes does", () => {
    const securityGroups = { groupIds: ["sg-1"] };
    const spec = { podSelector: {}, serviceAccountSelector: null, securityGroups };
    expect(cluster(policy(spec)).policies).toEqual([
      { namespace: "default", name: "api", podSelector: {}, groupIds: ["sg-1"] },
    ]);
  });

  it.each<[string, object, string]>([
    ["no selector", { securityGroups: { groupIds: ["sg-1"] } }, "spec"],
    ["no groups", { podSelector: {} }, "spec.securityGroups.groupIds"],
    [
      "an empty list of groups",
      { podSelector: {}, securityGroups: { groupIds: [] } },
      "spec.securityGroups.groupIds",
    ],
    [
      "an operator that does not exist",
      {
        podSelector: { matchExpressions: [{ key: "a", operator: "Is" }] },
        securityGroups: { groupIds: ["sg-1"] },
      },
      "spec.podSelector.matchExpressions[0].operator",
    ],
  ])("with %s is taken, and warned of", (_what, spec, path) => {
    const text = JSON.stringify(policy(spec));
    const manifests = assemble([parseFile("a.yaml", text)]);
    expect(manifests.problems).toEqual([]);
    expect(ineffectivePolicies(manifests.cluster.policies, manifests.places)).toMatchObject([
      { file: "a.yaml", line: 1, subject: "SecurityGroupPolicy default/api", path },
    ]);
  });
});

describe("any content at all", () => {
  const kinds = ["Pod", "Node", "Namespace", "ServiceAccount", "SecurityGroupPolicy", "PodList"];
  const apiVersion = fc.constantFrom("v1", "vpcresources.k8s.aws/v1beta1");
  const anything = fc.jsonValue({ maxDepth: 4 });
  const mapping = (keys: readonly string[]) =>
    fc.record(Object.fromEntries(keys.map((key) => [key, anything])), { requiredKeys: [] });
  const spec = fc.oneof(anything, mapping(["podSelector", "securityGroups", "nodeName"]));
  const metadata = fc.oneof(
    anything,
    fc.record({ name: fc.constant("x"), labels: anything, annotations: anything }),
  );
  const object = fc.record(
    {
      apiVersion,
      kind: fc.constantFrom(...kinds),
      metadata,
      spec,
      status: anything,
      items: anything,
    },
    { requiredKeys: ["apiVersion", "kind"] },
  );

  it("becomes objects or problems with a line, and never an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          object.map((o) => JSON.stringify(o)),
          fc.string(),
        ),
        (text) => {
          const { objects, problems } = parseFile("a.yaml", text);
          const lineCount = text.split("\n").length;
          for (const { line } of [...problems, ...objects.map(({ place }) => place())]) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(lineCount);
          }
          for (const { description } of problems) expect(description).not.toBe("");
        },
      ),
      { numRuns: 300 },
    );
  });
});
