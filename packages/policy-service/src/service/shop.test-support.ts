import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TrunklineError } from "@trunkline/core";
import { type Cloud, type Cluster, readEc2Describe } from "@trunkline/core/inputs";
import { systemClock } from "@trunkline/process";
import { PolicyServiceDefinition } from "@trunkline/proto/policy";
import { connect, listen, serve } from "@trunkline/rpc";
import { parse } from "yaml";
import type { CloudWatch } from "../cloud/watch-cloud.ts";
import { assemble, parseFile } from "../manifests/assemble.ts";
import { createWorldStore, type WorldStore } from "../world/world-store.ts";
import { createPolicyApi } from "./policy-api.ts";

const shop = join(import.meta.dirname, "../../../../examples/shop");
const readText = (file: string) => readFileSync(join(shop, file), "utf8");

// Pods and policies of the kinds that the example does not have.
const odd = `
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: host}
spec: {nodeName: n1, hostNetwork: true}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: done}
status: {phase: Succeeded}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: homeless}
spec: {serviceAccountName: nobody}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: early, labels: {role: early}}
spec: {nodeName: n1}
---
apiVersion: vpcresources.k8s.aws/v1beta1
kind: SecurityGroupPolicy
metadata: {namespace: shop, name: early}
spec: {podSelector: {matchLabels: {role: early}}, securityGroups: {groupIds: [sg-none]}}
---
apiVersion: vpcresources.k8s.aws/v1beta1
kind: SecurityGroupPolicy
metadata: {namespace: shop, name: lost}
spec: {securityGroups: {groupIds: [sg-app]}}
---
apiVersion: v1
kind: Service
metadata: {namespace: shop, name: web}
spec: {selector: {role: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;

/** The Kubernetes side of the shop example, and some pods of other kinds. */
function readShop(): Cluster {
  const files = ["cluster", "pods", "policies"].map((name) => `kubernetes/${name}.yaml`);
  const parsed = files.map((file) => parseFile(file, readText(file)));
  return assemble([...parsed, parseFile("odd.yaml", odd)]).cluster;
}

/** The example's account, which is written in the shapes of EC2's answers. */
export function readAccount(): Cloud {
  const { cloud } = readEc2Describe([parse(readText("cloud.yaml"))]);
  const instanceIds = cloud.interfaces.flatMap(({ instanceId }) => instanceId ?? []);
  return {
    ...cloud,
    // One name for one instance, one for two.
    instances: instanceIds.flatMap((instanceId, index) => [
      { instanceId, name: `worker-${index + 1}` },
      { instanceId, name: "twin" },
    ]),
  };
}

/** EC2 as a test wants it: the network is the one thing these tests do without. */
interface StagedCloud {
  /** What EC2 has when it is read because a call named something new. */
  next?: Cloud;
  failure?: string;
  refreshCount: number;
}

/** Serves the calls on a real socket over a world of the shop. */
export async function serveShop() {
  const stage: StagedCloud = { refreshCount: 0 };
  let store: WorldStore = createWorldStore({ mode: "strict", externalSnat: false });
  const cloud: CloudWatch = {
    status: () => ({ readAtMs: systemClock.nowMs() - 90_000, failure: stage.failure }),
    settled: () => Promise.resolve(),
    refresh: async () => {
      stage.refreshCount += 1;
      if (stage.next !== undefined) store.setCloud(stage.next);
    },
    close: () => Promise.resolve(),
  };
  const api = createPolicyApi({
    store: { view: () => store.view() },
    cloud,
    clock: systemClock,
  });
  const log = { debug: () => {}, error: () => {} };
  const services = [serve(PolicyServiceDefinition, api)];
  const server = await listen({ address: "127.0.0.1:0", log, services });
  const connection = connect({ address: server.address, name: "policy-service" });
  return {
    stage,
    client: connection.client(PolicyServiceDefinition),
    /** Starts over: revision 1 without EC2, revision 2 with it. */
    reset(isCloudRead = true): void {
      Object.assign(stage, { next: undefined, failure: undefined, refreshCount: 0 });
      store = createWorldStore({ mode: "strict", externalSnat: false });
      store.setCluster(readShop());
      if (isCloudRead) store.setCloud(readAccount());
    },
    async close(): Promise<void> {
      connection.close();
      await server.close();
    },
  };
}

/** The endpoint of a pod of the shop. */
export const podEnd = (name: string, podEniId = "") => ({
  key: { $case: "pod" as const, value: { namespace: "shop", name } },
  podEniId,
});

/** The endpoint of a Name tag or node. */
export const namedEnd = (value: string) => ({ key: { $case: "name" as const, value } });

/** The endpoint of an address. */
export const addressEnd = (value: string) => ({ key: { $case: "address" as const, value } });

/** A flow to the port of the shop's database. */
export const toDb = (source: object) => ({
  source,
  destination: namedEnd("db1"),
  protocol: "tcp",
  port: 5432,
});

/** The typed error that a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<TrunklineError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TrunklineError) return error;
  throw new Error(`not refused: ${String(error)}`);
}
