import type { EC2Client } from "@aws-sdk/client-ec2";
import { type Clock, type Settings, TrunklineError } from "@trunkline/core";
import type { Cloud } from "@trunkline/core/inputs";
import type { Log, ProcessContext, ProcessSpec, Running } from "@trunkline/process";
import { PolicyServiceDefinition } from "@trunkline/proto/policy";
import { listen, type RpcServer, serve } from "@trunkline/rpc";
import { createEc2Client } from "./cloud/ec2-client.ts";
import { readCloud } from "./cloud/read-cloud.ts";
import { createPrefixListReader } from "./cloud/read-prefix-lists.ts";
import { type CloudWatch, watchCloud } from "./cloud/watch-cloud.ts";
import { configSchema, type PolicyConfig } from "./config.ts";
import type { Manifests } from "./manifests/assemble.ts";
import { brokenManifests } from "./manifests/problem.ts";
import { createFolderReader, type FolderReader } from "./manifests/read-folder.ts";
import { createManifestReporter, type ManifestReporter } from "./manifests/report-manifests.ts";
import { type FolderWatch, watchFolder } from "./manifests/watch-folder.ts";
import { createPolicyApi } from "./service/policy-api.ts";
import { createGroupReporter, type GroupReporter } from "./world/report-groups.ts";
import { createWorldStore, type WorldStore } from "./world/world-store.ts";

/** Longest the start waits for EC2; after that the service is up and Evaluate says NOT_READY. */
const FIRST_READING_MS_MAX = 5_000;

/** A policy-service that is up. */
export interface PolicyService extends Running {
  /** Where it listens, with the real port. */
  readonly address: string;
}

/**
 * Starts policy-service in this process: reads the manifests, reads EC2 once if it answers, listens.
 *
 * Throws INVALID_ARGUMENT with every problem when the manifests are broken or no region is known,
 * NOT_READY when the address cannot be listened on. An EC2 that does not answer is not an error.
 */
export async function startPolicy(
  config: PolicyConfig,
  context: ProcessContext,
): Promise<PolicyService> {
  const { clock, log } = context;
  const store = createWorldStore(settingsOf(config));
  const reader = createFolderReader(config.manifests, clock);
  const reporters = { manifests: createManifestReporter(log), groups: createGroupReporter(log) };
  await takeFirst(config.manifests, { reader, store, reporters });
  const client = await createEc2Client({ region: config.region, endpoint: config.ec2Endpoint });
  const cloud = startCloud(config, { client, store, reporters, context });
  const folder = startFolder(config, { reader, store, reporters, clock, log });
  const parts = { client, cloud, folder };
  try {
    await firstReading(cloud, clock);
    const server = await listen({
      address: config.listen,
      log,
      services: [serve(PolicyServiceDefinition, createPolicyApi({ store, cloud, clock }))],
    });
    const { address } = server;
    return { address, ready: `grpc=${address}`, close: () => close(server, parts) };
  } catch (error) {
    await closeParts(parts);
    throw error;
  }
}

/** policy-service as a process. */
export const policyProcess: ProcessSpec<typeof configSchema> = {
  name: "policy-service",
  summary: "says which groups a pod gets, who can talk to whom and why",
  schema: configSchema,
  start: startPolicy,
};

interface Parts {
  readonly client: EC2Client;
  readonly cloud: CloudWatch;
  readonly folder: FolderWatch;
}

async function close(server: RpcServer, parts: Parts): Promise<void> {
  await server.close();
  await closeParts(parts);
}

async function closeParts({ client, cloud, folder }: Parts): Promise<void> {
  await Promise.all([cloud.close(), folder.close()]);
  client.destroy();
}

interface Reporters {
  readonly manifests: ManifestReporter;
  readonly groups: GroupReporter;
}

interface ManifestParts {
  readonly reader: FolderReader;
  readonly store: WorldStore;
  readonly reporters: Reporters;
}

async function takeFirst(folder: string, parts: ManifestParts): Promise<void> {
  const manifests = await parts.reader.read();
  if (manifests === undefined) {
    const message = `manifests in ${folder} keep changing; they were never left alone for a moment`;
    throw new TrunklineError("NOT_READY", message);
  }
  if (manifests.problems.length > 0) throw brokenManifests(folder, manifests.problems);
  take(manifests, parts);
}

function take(manifests: Manifests, { store, reporters }: ManifestParts): void {
  const revisionOf = () => store.view().index.world.revision;
  if (manifests.problems.length > 0) {
    reporters.manifests.refused(manifests, revisionOf());
    return;
  }
  const isChanged = store.setCluster(manifests.cluster);
  reporters.manifests.taken(manifests, { revision: revisionOf(), isChanged });
  reporters.groups.look(store.view());
}

function startFolder(
  { pollMs }: PolicyConfig,
  parts: ManifestParts & { readonly clock: Clock; readonly log: Log },
): FolderWatch {
  const { reader, clock, log } = parts;
  return watchFolder({
    reader,
    pollMs,
    clock,
    onManifests: (manifests) => take(manifests, parts),
    onFailure: (error) => log.error({ err: error }, "manifests cannot be looked at"),
  });
}

interface CloudParts {
  readonly client: EC2Client;
  readonly store: WorldStore;
  readonly reporters: Reporters;
  readonly context: ProcessContext;
}

function startCloud(config: PolicyConfig, parts: CloudParts): CloudWatch {
  const { client, store, reporters, context } = parts;
  const source = { client, vpcId: config.vpcId, prefixLists: createPrefixListReader(client) };
  const { log } = context;
  return watchCloud({
    ...context,
    read: (abort) => readCloud(source, abort),
    intervalMs: config.cloudRefreshSec * 1000,
    onCloud: (cloud) => {
      if (!store.setCloud(cloud)) return;
      logCloud(log, cloud, store);
      reporters.groups.look(store.view());
    },
  });
}

function logCloud(log: Log, cloud: Cloud, store: WorldStore): void {
  const counts = {
    vpcs: cloud.vpcs.length,
    subnets: cloud.subnets.length,
    groups: cloud.groups.length,
    interfaces: cloud.interfaces.length,
  };
  log.info({ revision: store.view().index.world.revision, ...counts }, "EC2 has changed");
}

async function firstReading(cloud: CloudWatch, clock: Clock): Promise<void> {
  const done = new AbortController();
  const limit = clock.sleep(FIRST_READING_MS_MAX, done.signal);
  // The sleep fails only by being cut short.
  await Promise.race([cloud.settled(), limit.catch(() => undefined)]);
  done.abort();
}

function settingsOf({ mode, externalSnat, clusterName, clusterGroupId }: PolicyConfig): Settings {
  return {
    mode,
    externalSnat,
    ...(clusterName === undefined ? {} : { clusterName }),
    ...(clusterGroupId === undefined ? {} : { clusterGroupId }),
  };
}
