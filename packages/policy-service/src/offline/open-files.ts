import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type Clock,
  type FieldProblem,
  invalid,
  TrunklineError,
  type WorldIndex,
} from "@trunkline/core";
import { type Cloud, problemText, readEc2Describe } from "@trunkline/core/inputs";
import { parse } from "yaml";
import type { CloudWatch } from "../cloud/watch-cloud.ts";
import { assemble, type Manifests } from "../manifests/assemble.ts";
import { brokenManifests } from "../manifests/problem.ts";
import { createFolderReader } from "../manifests/read-folder.ts";
import { createPolicyApi, type PolicyAnswers } from "../service/policy-api.ts";
import { createWorldStore } from "../world/world-store.ts";

/** Files that stand in for a cluster and an account. */
export interface PolicyFiles {
  /** Folder of manifests, or of what `kubectl get -o json` prints; undefined for no cluster. */
  readonly manifests: string | undefined;
  /** Files of what `aws ec2 describe-… --output json` prints, or of an emulator's dump. */
  readonly cloud: readonly string[];
}

/** The answers of policy-service over files, without a service. */
export interface OpenedFiles {
  readonly answers: PolicyAnswers;
  /** The world that the answers are about. */
  readonly index: WorldIndex;
  /** What the files do not say and makes verdicts UNKNOWN, one sentence each. */
  readonly notes: readonly string[];
}

/** Largest file of EC2's answers, bytes: 100,000 interfaces take about 100 MB. */
const CLOUD_BYTES_MAX = 512 * 1024 * 1024;
/** Most problems of such files that one error tells. */
const PROBLEMS_MAX = 200;

/**
 * Reads files once and answers from them as policy-service does from the same cluster and account.
 *
 * Throws INVALID_ARGUMENT with every problem of all files. Without files of EC2's answers, calls
 * that need the account throw NOT_READY and say so.
 */
export async function openPolicyFiles(files: PolicyFiles, clock: Clock): Promise<OpenedFiles> {
  const manifests = await readManifestFolder(files.manifests, clock);
  const { cloud, notes, problems } = await readCloudFiles(files.cloud);
  const all = [...manifestProblems(files.manifests, manifests), ...problems];
  if (all.length > 0) throw invalid("the files are wrong:", all);
  const store = createWorldStore({ mode: "strict", externalSnat: false });
  store.setCluster(manifests.cluster);
  if (cloud !== undefined) store.setCloud(cloud);
  const watch = stillCloud(cloud === undefined ? undefined : clock.nowMs());
  return {
    answers: createPolicyApi({ store, cloud: watch, clock }),
    index: store.view().index,
    notes,
  };
}

async function readManifestFolder(folder: string | undefined, clock: Clock): Promise<Manifests> {
  if (folder === undefined) return assemble([]);
  const manifests = await createFolderReader(folder, clock).read();
  if (manifests !== undefined) return manifests;
  const message = `manifests in ${folder} keep changing; they were never left alone for a moment`;
  throw new TrunklineError("NOT_READY", message);
}

function manifestProblems(
  folder: string | undefined,
  { problems }: Manifests,
): readonly FieldProblem[] {
  if (folder === undefined || problems.length === 0) return [];
  return brokenManifests(folder, problems).problems.map(({ field, description }) => ({
    field: join(folder, field),
    description,
  }));
}

interface CloudFiles {
  readonly cloud: Cloud | undefined;
  readonly notes: readonly string[];
  readonly problems: readonly FieldProblem[];
}

async function readCloudFiles(paths: readonly string[]): Promise<CloudFiles> {
  if (paths.length === 0) return { cloud: undefined, notes: [], problems: [] };
  const problems: FieldProblem[] = [];
  const documents: unknown[] = [];
  for (const path of paths) {
    try {
      documents.push(await readDocument(path));
    } catch (error) {
      const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
      problems.push({ field: path, description: `cannot be read: ${reason}` });
    }
  }
  if (problems.length > 0) return { cloud: undefined, notes: [], problems };
  const reading = readEc2Describe(documents);
  for (const problem of reading.problems.slice(0, PROBLEMS_MAX)) {
    const description = problemText(problem);
    problems.push({ field: paths[problem.document] ?? "", description });
  }
  return { cloud: reading.cloud, notes: reading.notes, problems };
}

async function readDocument(path: string): Promise<unknown> {
  const { size } = await stat(path);
  if (size > CLOUD_BYTES_MAX) throw new Error(`larger than ${CLOUD_BYTES_MAX} bytes`);
  const text = await readFile(path, "utf8");
  return path.endsWith(".json") ? JSON.parse(text) : parse(text, { maxAliasCount: 1000 });
}

/** An account that is read once or not at all. */
function stillCloud(readAtMs: number | undefined): CloudWatch {
  const done = () => Promise.resolve();
  const failure =
    readAtMs === undefined ? "no file of what `aws ec2 describe-…` prints was named" : undefined;
  return { status: () => ({ readAtMs, failure }), settled: done, refresh: done, close: done };
}
