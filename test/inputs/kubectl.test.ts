import { spawnSync } from "node:child_process";
import { readManifests } from "@trunkline/core/inputs";
import { describe, expect, it } from "vitest";

/** What kubectl prints for an object that it makes without asking a cluster. */
function printed(command: string): unknown {
  const args = [...command.split(" "), "--dry-run=client", "-o", "json"];
  const { status, stdout, stderr } = spawnSync("kubectl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`kubectl ${command}: ${stderr}`);
  return JSON.parse(stdout);
}

const isHere = spawnSync("kubectl", ["version", "--client"]).status === 0;

describe.skipIf(!isHere)("what kubectl prints (skipped where there is no kubectl)", () => {
  it("is read without a problem, kind by kind", () => {
    const documents = [
      "create namespace shop",
      "create serviceaccount orders -n shop",
      "create deployment api --image=a --port=80 -n shop",
      "create job once --image=a -n shop",
      "create cronjob nightly --image=a --schedule=0_0_*_*_* -n shop",
      "create configmap plain -n shop",
    ].map((command) => printed(command));
    const { cluster, problems, ignoredKinds } = readManifests(documents);
    expect(problems).toEqual([]);
    expect(cluster.pods.map(({ name, labels }) => [name, labels])).toEqual([
      ["api", { app: "api" }],
      ["nightly", {}],
      ["once", { "batch.kubernetes.io/job-name": "once", "job-name": "once" }],
    ]);
    expect(cluster.serviceAccounts.map(({ name }) => name)).toEqual(["default", "orders"]);
    expect([...ignoredKinds]).toEqual([["ConfigMap", 1]]);
  });
});
