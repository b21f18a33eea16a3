import { type Mode, TrunklineError } from "@trunkline/core";
import type { Node } from "@trunkline/proto/ipam";
import type { HostFacts } from "../desired/desired-pod.ts";
import type { IpamCalls } from "./allocation.ts";
import { applyHost, type HostLinks } from "./host.ts";
import type { NodeContext } from "./node-context.ts";

/** What the node knows of its trunk. */
export type TrunkState =
  | { readonly kind: "waiting"; readonly reason: string }
  | {
      readonly kind: "ready";
      readonly trunkEniId: string;
      readonly branchLimit: number;
      readonly links: HostLinks;
    };

/** How the node is set up. */
export interface TrunkOptions {
  readonly ipam: Pick<IpamCalls, "ensureTrunk">;
  readonly nodeName: string;
  readonly instanceId: string;
  readonly mode: Mode;
  readonly mtu: number;
  /** Name of the trunk's link; found by its MAC address when undefined. */
  readonly trunkLink: string | undefined;
}

/** The trunk of the node, obtained in the background. */
export interface TrunkWatch {
  state(): TrunkState;
  /** Facts for wiring; throws NOT_READY with the reason until the trunk is there. */
  host(): HostFacts;
  /** Starts asking for the trunk, again and again until it is there. */
  start(context: NodeContext, onReady: () => void): void;
  /** Puts the node's own objects back to standard mode when the last strict pod of it is gone. */
  strictPodGone(context: NodeContext): Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS_FIRST = 200;
const RETRY_MS_MAX = 5_000;
const CALL_MS_MAX = 10_000;

/** Makes the watch; nothing happens before `start`. */
export function trunkWatch(options: TrunkOptions): TrunkWatch {
  const { signal, abort } = stopper();
  let state: TrunkState = { kind: "waiting", reason: "the trunk was not asked for yet" };
  let ended = Promise.resolve();

  async function loop(context: NodeContext): Promise<boolean> {
    for (let waitMs = RETRY_MS_FIRST; ; waitMs = Math.min(RETRY_MS_MAX, waitMs * 2)) {
      try {
        state = await ensure(options, context, signal);
        context.log.info({ ...state }, "trunk is there");
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        state = { kind: "waiting", reason: error instanceof Error ? error.message : String(error) };
        logFailure(context, error, waitMs);
        // Rejects only when the loop is to end, which the next line sees.
        await context.clock.sleep(waitMs, signal).catch(() => undefined);
        if (signal.aborted) return false;
      }
    }
  }

  return {
    state: () => state,
    host: () => {
      if (state.kind === "ready") return hostFacts(state.links);
      throw new TrunklineError("NOT_READY", `node has no trunk yet: ${state.reason}`);
    },
    start: (context, onReady) => {
      ended = loop(context).then((isReady) => {
        if (isReady) onReady();
      });
    },
    strictPodGone: async (context) => {
      if (options.mode === "strict" || state.kind === "waiting") return;
      await applyHost(context, options.mode, state.links);
    },
    close: () => {
      abort();
      return ended;
    },
  };
}

function stopper(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  const reason = new TrunklineError("NOT_READY", "the node daemon is stopping");
  return { signal: controller.signal, abort: () => controller.abort(reason) };
}

// Not our own error: a bug, so that the stack is wanted.
function logFailure({ log }: NodeContext, error: unknown, waitMs: number): void {
  if (error instanceof TrunklineError) log.warn({ reason: error.message, waitMs }, "no trunk yet");
  else log.error({ err: error, waitMs }, "no trunk yet");
}

function hostFacts({ trunkLink, mtu }: HostLinks): HostFacts {
  return { trunkLink, mtu };
}

async function ensure(
  options: TrunkOptions,
  context: NodeContext,
  signal: AbortSignal,
): Promise<TrunkState> {
  const { ipam, nodeName, instanceId, mode } = options;
  const limits = { deadlineMs: CALL_MS_MAX, signal };
  const { node, capacity } = await ipam.ensureTrunk({ nodeName, instanceId }, limits);
  if (node === undefined) throw new Error("EnsureTrunk answered without a node");
  const links = await findLinks(options, context, node);
  await applyHost(context, mode, links);
  return {
    kind: "ready",
    trunkEniId: node.trunk?.eniId ?? "",
    branchLimit: capacity?.branchLimit ?? 0,
    links,
  };
}

async function findLinks(
  { trunkLink, mtu }: TrunkOptions,
  { datapath }: NodeContext,
  node: Node,
): Promise<HostLinks> {
  const { trunk } = node;
  if (trunk === undefined) throw new Error("EnsureTrunk answered with a node without trunk");
  const mac = trunk.macAddress;
  const found = trunkLink ?? (await datapath.findLink({ mac, deviceIndex: trunk.deviceIndex }));
  if (found === undefined) {
    throw new TrunklineError(
      "NOT_READY",
      `no link of the node has the MAC address ${mac} of trunk ${trunk.eniId}`,
    );
  }
  const primaryLink = await datapath.findLink({ mac: node.primaryMacAddress, deviceIndex: 0 });
  return { trunkLink: found, primaryLink, mtu };
}
