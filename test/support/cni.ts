import { resolve } from "node:path";
import { type Ended, ROOT, run } from "./child.ts";
import { type PodSpec, podRef } from "./world.ts";

/** The plugin, built. */
const PLUGIN = resolve(ROOT, "packages/node-daemon/dist/cni/main.js");

/** One execution of the plugin, as a container runtime does it. */
export interface CniCall {
  readonly command: string;
  /** Path of the daemon's socket. */
  readonly socket: string;
  readonly pod: PodSpec;
  /** Default: made from the pod's name. */
  readonly containerId?: string;
  /** Default: a path made from the pod's name. */
  readonly netns?: string;
  /** Variables set instead; undefined leaves one out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Standard input instead of a good configuration. */
  readonly stdin?: string;
  /** Keys added to the configuration. */
  readonly config?: object;
}

/** A CNI error document. Source: CNI specification 1.1, section "Error". */
export interface CniError {
  readonly cniVersion: string;
  readonly code: number;
  readonly msg: string;
  readonly details?: string;
}

/** How an execution ended, with the document that it printed. */
export interface CniOutcome extends Ended {
  readonly document: unknown;
}

/** Executes the plugin. */
export async function cni(call: CniCall): Promise<CniOutcome> {
  const ended = await run(process.execPath, {
    args: [PLUGIN],
    env: environmentOf(call),
    stdin: call.stdin ?? JSON.stringify(networkConfig(call)),
  });
  return { ...ended, document: parse(ended.stdout) };
}

/** Executes the plugin and returns its error document; throws when it succeeds. */
export async function cniFailure(call: CniCall): Promise<CniError & { readonly text: string }> {
  const { code, document, stdout, stderr } = await cni(call);
  const error = document as CniError | undefined;
  if (code === 0 || typeof error?.code !== "number") {
    throw new Error(`no CNI error but exit code ${code}: ${stdout}${stderr}`);
  }
  return { ...error, text: `${stdout}${stderr}` };
}

/** The network configuration. */
function networkConfig({ socket, config }: CniCall): object {
  return { cniVersion: "1.0.0", name: "pods", type: "trunkline", socket, ...config };
}

/** The request as the node daemon's RPC takes it. */
export function cniRequest(call: CniCall) {
  const env = environmentOf(call);
  return {
    containerId: env.CNI_CONTAINERID ?? "",
    netns: env.CNI_NETNS ?? "",
    ifName: env.CNI_IFNAME ?? "",
    args: env.CNI_ARGS ?? "",
    path: env.CNI_PATH ?? "",
    config: Buffer.from(call.stdin ?? JSON.stringify(networkConfig(call))),
  };
}

// As containerd sets it. Source: CNI specification 1.1, section "Parameters".
function environmentOf(call: CniCall): Record<string, string> {
  const { namespace, name, uid } = podRef(call.pod);
  const containerId = call.containerId ?? `sandbox-${name}`;
  const env: Record<string, string | undefined> = {
    CNI_COMMAND: call.command,
    CNI_CONTAINERID: containerId,
    CNI_NETNS: call.netns ?? `/var/run/netns/${name}`,
    CNI_IFNAME: "eth0",
    CNI_PATH: "/opt/cni/bin",
    CNI_ARGS: [
      "IgnoreUnknown=1",
      `K8S_POD_NAMESPACE=${namespace}`,
      `K8S_POD_NAME=${name}`,
      `K8S_POD_INFRA_CONTAINER_ID=${containerId}`,
      `K8S_POD_UID=${uid}`,
    ].join(";"),
    ...call.env,
  };
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function parse(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
