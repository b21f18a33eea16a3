import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type FieldProblem, invalid, TrunklineError } from "@trunkline/core";
import * as v from "valibot";
import { parse, parseAllDocuments } from "yaml";

/** A pod of the example that is to be started. */
export interface ExamplePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly nodeName: string;
}

/** A node of the example that gets a node daemon. */
export interface ExampleNode {
  readonly name: string;
  readonly instanceId: string;
}

/** What a run must end with. */
export type Expected = v.InferOutput<typeof expectedSchema>;

/** An example on disk. */
export interface Example {
  /** Account file of the emulator. */
  readonly cloudFile: string;
  /** Folder of Kubernetes objects. */
  readonly manifests: string;
  readonly nodes: readonly ExampleNode[];
  readonly pods: readonly ExamplePod[];
  readonly expected: Expected;
}

const verdict = v.picklist(["ALLOW", "DENY", "UNKNOWN", "UNSUPPORTED"]);

const expectedSchema = v.strictObject({
  pods: v.array(
    v.strictObject({
      pod: v.string(),
      node: v.string(),
      kind: v.picklist(["branch", "ordinary"]),
      groups: v.array(v.string()),
      mode: v.optional(v.picklist(["strict", "standard"])),
    }),
  ),
  show: v.string(),
  flows: v.pipe(
    v.array(
      v.strictObject({
        source: v.string(),
        destination: v.string(),
        verdict,
        rules: v.optional(v.array(v.string())),
        missingRule: v.optional(v.string()),
      }),
    ),
    v.minLength(1),
  ),
});

const objectSchema = v.object({
  kind: v.string(),
  metadata: v.object({
    name: v.string(),
    namespace: v.optional(v.string(), "default"),
    uid: v.optional(v.string()),
  }),
  spec: v.optional(
    v.object({ nodeName: v.optional(v.string()), providerID: v.optional(v.string()) }),
  ),
});

/**
 * Reads `cloud.yaml`, `kubernetes/` and `expected.yaml` of a folder, as far as starting pods needs it;
 * the services read the same files for what they say about groups. Throws INVALID_ARGUMENT with all
 * problems.
 */
export function readExample(folder: string): Example {
  const problems: FieldProblem[] = [];
  const manifests = join(folder, "kubernetes");
  const objects = readObjects(manifests, problems);
  const expected = v.safeParse(expectedSchema, parse(readText(join(folder, "expected.yaml"))));
  for (const issue of expected.issues ?? []) {
    problems.push({ field: `expected.yaml ${v.getDotPath(issue)}`, description: issue.message });
  }
  if (problems.length > 0 || !expected.success) throw invalid(`example ${folder}:`, problems);
  return {
    cloudFile: join(folder, "cloud.yaml"),
    manifests,
    nodes: objects.filter(({ kind }) => kind === "Node").map(nodeOf),
    pods: objects.filter(({ kind }) => kind === "Pod").map(podOf),
    expected: expected.output,
  };
}

type KubernetesObject = v.InferOutput<typeof objectSchema>;

function readObjects(folder: string, problems: FieldProblem[]): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  for (const file of listYaml(folder)) {
    for (const document of parseAllDocuments(readText(join(folder, file)))) {
      const result = v.safeParse(objectSchema, document.toJS());
      if (result.success) objects.push(result.output);
      for (const issue of result.issues ?? []) {
        problems.push({ field: `${file} ${v.getDotPath(issue)}`, description: issue.message });
      }
    }
  }
  return objects;
}

function nodeOf({ metadata, spec }: KubernetesObject): ExampleNode {
  const instanceId = spec?.providerID?.split("/").at(-1) ?? "";
  return { name: metadata.name, instanceId };
}

function podOf({ metadata, spec }: KubernetesObject): ExamplePod {
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid ?? "",
    nodeName: spec?.nodeName ?? "",
  };
}

function listYaml(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".yaml"))
      .sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(path: string, cause: unknown): TrunklineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TrunklineError("NOT_FOUND", `cannot read ${path}: ${reason}`, {
    facts: { advice: "name the folder of an example, such as examples/shop" },
    cause,
  });
}
