import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemText } from "../input-problem.ts";
import { KNOWN_KINDS } from "./known-kinds.ts";
import { listObjects, OBJECTS_MAX } from "./list-objects.ts";
import { manifestPodUid } from "./pod-uid.ts";
import { readManifests } from "./read-manifests.ts";

type Parts = Readonly<Record<string, unknown>>;

const namespace = "shop";
const pod = (name: string, metadata: Parts = {}, rest: Parts = {}) => {
  return { apiVersion: "v1", kind: "Pod", metadata: { namespace, name, ...metadata }, ...rest };
};
const template = {
  metadata: { labels: { app: "api" } },
  spec: {
    serviceAccountName: "orders",
    containers: [{ ports: [{ name: "web", containerPort: 80 }] }],
  },
};
const apps = (kind: string, name: string, metadata: Parts = {}, spec: Parts = { template }) => {
  return { apiVersion: "apps/v1", kind, metadata: { namespace, name, ...metadata }, spec };
};
const owned = (kind: string, name: string) => {
  return { ownerReferences: [{ apiVersion: "apps/v1", kind, name, uid: "u", controller: true }] };
};
const batch = (kind: string, name: string, spec: Parts, rest: Parts = {}) => {
  return { apiVersion: "batch/v1", kind, metadata: { namespace, name }, spec, ...rest };
};

function podNames(...documents: readonly unknown[]): readonly string[] {
  const { cluster, problems } = readManifests(documents);
  expect(problems).toEqual([]);
  return cluster.pods.map(({ name }) => name);
}

describe("a workload", () => {
  it("stands for a pod on no node, with all that its template says", () => {
    const { cluster } = readManifests([apps("Deployment", "api")]);
    expect(cluster.pods).toEqual([
      {
        namespace,
        name: "api",
        uid: manifestPodUid(namespace, "api"),
        labels: { app: "api" },
        serviceAccount: "orders",
        hostNetwork: false,
        addresses: [],
        ports: [{ name: "web", protocol: "TCP", port: 80 }],
      },
    ]);
    expect(cluster.namespaces.map(({ name }) => name)).toEqual(["shop"]);
  });

  it.each(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])("may be a %s", (kind) => {
    expect(podNames(apps(kind, "api"))).toEqual(["api"]);
  });

  it("may be a ReplicationController, a Job or a CronJob", () => {
    const controller = { ...apps("ReplicationController", "rc"), apiVersion: "v1" };
    const cron = batch("CronJob", "cron", { jobTemplate: { spec: { template } } });
    const job = batch("Job", "job", { template });
    const { cluster, problems } = readManifests([controller, cron, job]);
    expect(problems).toEqual([]);
    expect(cluster.pods.map(({ name, labels }) => [name, labels["job-name"]])).toEqual([
      ["cron", undefined],
      ["job", "job"],
      ["rc", undefined],
    ]);
  });

  it("stands for nothing where a pod of it is there, whether or not its middle is", () => {
    const deployment = apps("Deployment", "api");
    const set = apps("ReplicaSet", "api-7c9f", owned("Deployment", "api"));
    const labels = { app: "api", "pod-template-hash": "7c9f" };
    const one = pod("api-7c9f-x", { labels, ...owned("ReplicaSet", "api-7c9f") });
    expect(podNames(deployment, set, one)).toEqual(["api-7c9f-x"]);
    expect(podNames(deployment, one)).toEqual(["api-7c9f-x"]);
    expect(podNames(deployment, set)).toEqual(["api"]);
    const other = apps("StatefulSet", "db");
    expect(podNames(deployment, other, one)).toEqual(["api-7c9f-x", "db"]);
  });

  it("stands for its next pod when those that are there have ended, unless it is done", () => {
    const cron = batch("CronJob", "c", { jobTemplate: { spec: { template } } });
    const job = batch("Job", "c-29", { template });
    const ended = pod("c-29-x", owned("Job", "c-29"), { status: { phase: "Succeeded" } });
    const running = pod("c-29-x", owned("Job", "c-29"), { status: { phase: "Running" } });
    const done = { ...job, status: { conditions: [{ type: "Complete", status: "True" }] } };
    expect(podNames(cron, ended)).toEqual(["c", "c-29-x"]);
    expect(podNames(cron, running)).toEqual(["c-29-x"]);
    expect(podNames(job, ended)).toEqual(["c-29", "c-29-x"]);
    expect(podNames(done, ended)).toEqual(["c-29-x"]);
  });

  it("is told from what has the same name, in any order", () => {
    const all = [apps("StatefulSet", "api"), apps("Deployment", "api")];
    expect(podNames(...all)).toEqual(["api", "statefulset/api"]);
    expect(podNames(...all.reverse())).toEqual(["api", "statefulset/api"]);
    expect(podNames(...all, pod("api"))).toEqual(["api", "deployment/api", "statefulset/api"]);
  });

  it("of another project is passed over; of an old version of ours it is a problem", () => {
    const volcano = { ...batch("Job", "j", {}), apiVersion: "batch.volcano.sh/v1alpha1" };
    expect([...readManifests([volcano]).ignoredKinds]).toEqual([["Job of batch.volcano.sh", 1]]);
    const old = { ...apps("Deployment", "api"), apiVersion: "extensions/v1beta1" };
    expect(readManifests([old]).problems.map(problemText)).toEqual([
      'Deployment shop/api: apiVersion: unknown: "extensions/v1beta1"; this kind is read as apps/v1',
    ]);
  });

  it("without a template is a problem", () => {
    expect(readManifests([apps("Deployment", "api", {}, {})]).problems.map(problemText)).toEqual([
      "Deployment shop/api: spec.template: missing",
    ]);
  });
});

describe("the DaemonSet of the VPC CNI", () => {
  const cni = (env: readonly Parts[]) => {
    const metadata = { namespace: "kube-system", name: "aws-node" };
    const spec = { template: { spec: { hostNetwork: true, containers: [{ env }] } } };
    return { apiVersion: "apps/v1", kind: "DaemonSet", metadata, spec };
  };

  it("says which mode the cluster is in and who translates addresses", () => {
    const env = [
      { name: "POD_SECURITY_GROUP_ENFORCING_MODE", value: "standard" },
      { name: "AWS_VPC_K8S_CNI_EXTERNALSNAT", value: "true" },
      { name: "MY_NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    ];
    const { settings } = readManifests([cni(env)]);
    expect(settings).toEqual({ mode: "standard", externalSnat: true });
    expect(readManifests([cni([])]).settings).toEqual({});
    expect(readManifests([apps("DaemonSet", "aws-node")]).settings).toEqual({});
  });
});

describe("documents", () => {
  it("may be lists, and empty", () => {
    const items = [{ metadata: { name: "n1" } }, { metadata: { name: "N2" } }];
    const nodes = { apiVersion: "v1", kind: "NodeList", items };
    const { cluster, problems } = readManifests([null, { kind: "List", items: [nodes] }]);
    expect(cluster.nodes).toEqual([{ name: "n1", labels: {} }]);
    expect(problems).toEqual([
      {
        document: 1,
        subject: "Node N2",
        field: "items[0].items[1].metadata.name",
        path: ["items", 0, "items", 1, "metadata", "name"],
        description: 'must be a DNS subdomain, found "N2"',
      },
    ]);
  });

  it("that are wrong spoil no other", () => {
    const wrong = [7, {}, pod("B"), pod("a", {}, { spec: [] })];
    const { cluster, problems } = readManifests([...wrong, pod("b"), pod("b")]);
    expect(cluster.pods.map(({ name }) => name)).toEqual(["b"]);
    expect(problems.map((one) => `${one.document} ${problemText(one)}`)).toEqual([
      "0 must be a Kubernetes object, found 7",
      "1 object default/?: kind: missing",
      "1 object default/?: apiVersion: missing",
      '2 Pod shop/B: metadata.name: must be a DNS subdomain, found "B"',
      "3 Pod shop/a: spec: must be a mapping, found []",
      "5 Pod shop/b: is written twice, first in document 4",
    ]);
  });

  it("that hold themselves, go without end or are too many come to an end", () => {
    const circle: { kind: string; items: unknown[] } = { kind: "List", items: [] };
    circle.items = Array.from({ length: 4 }, () => circle);
    expect(readManifests([circle]).ignoredKinds).toEqual(new Map([["List", 4 ** 5]]));
    const many = {
      kind: "List",
      items: Array.from({ length: OBJECTS_MAX + 9 }, () => circle.items),
    };
    expect(listObjects(many)).toHaveLength(OBJECTS_MAX + 1);
    const self: Record<string, unknown> = {};
    self["self"] = self;
    const long = Array.from({ length: 10_001 }, () => ({}));
    const { problems } = readManifests([
      pod("a", { labels: { a: self, b: 1n } }),
      pod("b", {}, { spec: { containers: long } }),
    ]);
    expect(problems.map(problemText)).toEqual([
      "Pod shop/a: metadata.labels.a: must be text, found something that is no JSON",
      "Pod shop/a: metadata.labels.b: must be text, found 1; put it in quotes",
      "Pod shop/b: spec.containers: has 10001 entries, at most 10000 are read",
    ]);
  });

  it("of any content become objects or problems, and never an exception", () => {
    const anything = fc.jsonValue({ maxDepth: 5 });
    const keys = ["template", "jobTemplate", "containers", "podSelector", "nodeName", "ingress"];
    const mapping = fc.record(Object.fromEntries(keys.map((key) => [key, anything])), {
      requiredKeys: [],
    });
    const meta = fc.record(
      {
        name: fc.constant("x"),
        labels: anything,
        annotations: anything,
        ownerReferences: anything,
      },
      { requiredKeys: ["name"] },
    );
    const kinds = Object.entries(KNOWN_KINDS).map(([kind, { apiVersion }]) => ({
      kind,
      apiVersion,
    }));
    const object = fc
      .tuple(
        fc.constantFrom(...kinds),
        fc.record(
          {
            metadata: fc.oneof(meta, anything),
            spec: fc.oneof(mapping, anything),
            status: anything,
          },
          { requiredKeys: [] },
        ),
      )
      .map(([kind, rest]) => ({ ...kind, ...rest }));
    fc.assert(
      fc.property(fc.array(fc.oneof(object, anything), { maxLength: 4 }), (documents) => {
        for (const problem of readManifests(documents).problems) {
          expect(problem.description).not.toBe("");
          expect(problem.document).toBeLessThan(documents.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
