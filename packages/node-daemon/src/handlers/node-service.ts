import { invalid, type Mode, TrunklineError } from "@trunkline/core";
import type {
  CniRequest as CniRequestMessage,
  CollectRequest,
  GetPodRequest,
  ListPodsRequest,
  NodeServiceImplementation,
} from "@trunkline/proto/node";
import { addAttachment } from "../attachments/add.ts";
import { checkAttachment } from "../attachments/check.ts";
import type { Gate } from "../attachments/gate.ts";
import type { NodeContext } from "../attachments/node-context.ts";
import { removeAttachment } from "../attachments/remove.ts";
import type { TrunkWatch } from "../attachments/trunk.ts";
import { driftOf } from "../attachments/wire.ts";
import { type CniRequest, type CniVerb, checkRequest } from "../cni/request.ts";
import { resultJson } from "../cni/result.ts";
import { CNI_CODE } from "../cni/versions.ts";
import type { AttachmentRecord } from "../journal/record.ts";
import { pageOf } from "./paging.ts";
import { toKernelObject, toPod } from "./pod-message.ts";

/** What the service answers from. */
export interface NodeServiceOptions {
  readonly context: NodeContext;
  readonly trunk: TrunkWatch;
  readonly nodeName: string;
  readonly mode: Mode;
  readonly mtu: number;
  /** Limits of work under way: allocations may wait long, removals must not wait for them. */
  readonly gates: { readonly add: Gate; readonly remove: Gate };
  /** Aborted when the daemon stops. */
  readonly stopping: AbortSignal;
}

/** NodeService as the contract says; see node.proto. */
export function nodeService(options: NodeServiceOptions): NodeServiceImplementation {
  const { context, gates } = options;
  return {
    add: async ({ cni }, call) => {
      const request = readRequest("ADD", cni);
      const signal = AbortSignal.any([call.signal, options.stopping]);
      const record = await gates.add.run(() => addAttachment(context, request, signal));
      const { cniVersion } = request.config;
      const result = Buffer.from(resultJson(record, { cniVersion, mtu: options.mtu }));
      return { result, pod: toPod(record) };
    },
    delete: async ({ cni }) => {
      const { key } = readRequest("DEL", cni);
      return { deleted: await gates.remove.run(() => removeAttachment(context, key)) };
    },
    check: async ({ cni }) => {
      await checkAttachment(context, readRequest("CHECK", cni));
      return {};
    },
    collect: (request) => gates.remove.run(() => collect(context, request)),
    status: async () => status(options),
    listPods: async (request) => listPods(context, request),
    getPod: (request) => getPod(context, request),
  };
}

function readRequest(verb: CniVerb, cni: CniRequestMessage | undefined): CniRequest {
  const { containerId = "", netns = "", ifName = "", args = "", config } = cni ?? {};
  const text = Buffer.from(config ?? new Uint8Array()).toString("utf8");
  return checkRequest(verb, { containerId, netns, ifName, args }, text);
}

async function collect(context: NodeContext, { network, valid }: CollectRequest) {
  if (network === "") {
    throw new TrunklineError("INVALID_ARGUMENT", "network is missing", {
      problems: [{ field: "network", description: "is missing" }],
    });
  }
  const isValid = (record: AttachmentRecord) =>
    valid.some((a) => a.containerId === record.containerId && a.ifName === record.ifName);
  const stale = context.journal.all().filter((r) => r.network === network && !isValid(r));
  const failures: string[] = [];
  const deleted: { containerId: string; ifName: string }[] = [];
  for (const { network, containerId, ifName } of stale) {
    // CNI asks to go on with the rest and to report all failures together.
    await removeAttachment(context, { network, containerId, ifName }).then(
      () => deleted.push({ containerId, ifName }),
      (error: unknown) => failures.push(`${containerId}/${ifName}: ${String(error)}`),
    );
  }
  if (failures.length === 0) return { deleted };
  throw new TrunklineError("DATAPLANE_FAILED", `not all could be deleted: ${failures.join("; ")}`);
}

function status({ context, trunk, nodeName, mode }: NodeServiceOptions) {
  const state = trunk.state();
  if (state.kind === "waiting") {
    throw new TrunklineError("NOT_READY", `node ${nodeName} cannot take pods: ${state.reason}`, {
      facts: { cniCode: String(CNI_CODE.notAvailable) },
    });
  }
  const { trunkEniId, branchLimit } = state;
  const podCount = context.journal.all().length;
  return { nodeName, datapath: context.datapath.kind, mode, trunkEniId, branchLimit, podCount };
}

function listPods({ journal }: NodeContext, { pageSize, pageToken }: ListPodsRequest) {
  const { items, nextPageToken } = pageOf(journal.all(), { pageSize, pageToken });
  return { pods: items.map(toPod), nextPageToken };
}

async function getPod(context: NodeContext, { namespace, name }: GetPodRequest) {
  const problems = Object.entries({ namespace, name })
    .filter(([, value]) => value === "")
    .map(([field]) => ({ field, description: "is missing" }));
  if (problems.length > 0) throw invalid("request is wrong:", problems);
  const records = context.journal
    .all()
    .filter(({ pod }) => pod.namespace === namespace && pod.name === name);
  const record = records.findLast((r) => r.state !== "deleting") ?? records.at(-1);
  if (record === undefined) {
    throw new TrunklineError("NOT_FOUND", `pod ${namespace}/${name} is not on this node`);
  }
  return {
    pod: toPod(record),
    desired: record.objects.map(toKernelObject),
    drift: [...(await driftOf(context, record))],
  };
}
