import { fileURLToPath } from "node:url";

/** How Node is to be started for one of our executables. */
export interface NodeProgram {
  /** The Node that runs this process. */
  readonly command: string;
  readonly args: readonly string[];
}

/** What is known of the running Node. */
export type NodeHost = Pick<NodeJS.Process, "execPath" | "execArgv">;

/** Indexes of the packages that can be started: their executables are beside them. */
const INDEXES = {
  "ec2-emulator": () => import.meta.resolve("@trunkline/ec2-emulator"),
  "policy-service": () => import.meta.resolve("@trunkline/policy-service"),
  "ipam-service": () => import.meta.resolve("@trunkline/ipam-service"),
  "node-daemon": () => import.meta.resolve("@trunkline/node-daemon"),
} as const;

/** A package that can be started. */
export type ServicePackage = keyof typeof INDEXES;

// Runs before the service: ends it when whoever holds its standard input is gone, even by SIGKILL.
const LIFELINE = `data:text/javascript,${encodeURIComponent(
  'process.stdin.on("end", () => process.kill(process.pid, "SIGTERM")).resume().unref()',
)}`;

/**
 * Program of a service: `main` beside the package's index, built or source as this process is. It ends
 * when its standard input closes.
 */
export function serviceProgram(name: ServicePackage, host: NodeHost): NodeProgram {
  const { command, args } = program(name, "main", host);
  return { command, args: ["--import", LIFELINE, ...args] };
}

/** Program of the CNI plugin. */
export function pluginProgram(host: NodeHost): NodeProgram {
  return program("node-daemon", "cni/main", host);
}

function program(name: ServicePackage, path: string, host: NodeHost): NodeProgram {
  const index = INDEXES[name]();
  const extension = index.slice(index.lastIndexOf("."));
  const file = fileURLToPath(new URL(`${path}${extension}`, index));
  return { command: host.execPath, args: [...loaderOptions(host.execArgv), file] };
}

// Sources need the same condition and loader in every process; a debugger port must not be repeated.
function loaderOptions(execArgv: readonly string[]): string[] {
  return execArgv.flatMap((option, index) => {
    if (/^--(conditions|import)=/.test(option)) return [option];
    const value = execArgv[index + 1];
    return /^--(conditions|import)$/.test(option) && value !== undefined ? [option, value] : [];
  });
}
