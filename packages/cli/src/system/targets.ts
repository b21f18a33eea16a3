import { TrunklineError } from "@trunkline/core";
import type { PolicyFiles } from "@trunkline/policy-service";
import { checkAddress } from "@trunkline/rpc";
import type { PolicySource } from "./clients.ts";
import type { RunningSystem } from "./system-file.ts";

/** Addresses as options or environment name them; undefined or empty where they do not. */
export interface NamedTargets {
  readonly policy: string | undefined;
  readonly ipam: string | undefined;
  readonly nodes: readonly string[];
  /** Folder of manifests that stands in for a cluster. */
  readonly manifests: string | undefined;
  /** Files of EC2's answers that stand in for an account. */
  readonly cloud: readonly string[];
  /** URL of an EC2 API, as the option names it; AWS_ENDPOINT_URL is read beside it. */
  readonly ec2: string | undefined;
}

/** Addresses of the services that a command may ask. */
export interface Targets {
  /** Throws INVALID_ARGUMENT with the ways to name one when none is known. */
  policy(): PolicySource;
  /** Files that stand in for every service, when they were named. */
  readonly files: PolicyFiles | undefined;
  readonly ipam: string | undefined;
  readonly nodes: readonly string[];
  /**
   * Where the EC2 API answers if the option names it or a demo is running. AWS_ENDPOINT_URL is left
   * out: the AWS CLI goes there by itself.
   */
  readonly ec2: string | undefined;
  /** URL of the emulator. Throws INVALID_ARGUMENT when none is known or it is no URL. */
  emulator(): string;
}

/** Node daemons that one command asks at most. */
const NODES_MAX = 1000;

/**
 * Options win over the environment, which wins over a system that `demo --keep` left up. Naming any
 * service turns the last one off: answers of two systems must not be mixed.
 */
export function chooseTargets(
  options: NamedTargets,
  env: Readonly<Record<string, string | undefined>>,
  runningSystem: () => RunningSystem | undefined,
): Targets {
  const { ec2 } = options;
  const files = filesOf(options);
  const named = {
    policy: options.policy ?? env["TRUNKLINE_POLICY"],
    ipam: options.ipam ?? env["TRUNKLINE_IPAM"],
    nodes: options.nodes.length > 0 ? options.nodes : listOf(env["TRUNKLINE_NODES"]),
  };
  const isNamed = Boolean(named.policy || named.ipam || ec2 || named.nodes.length > 0);
  const system = isNamed || files !== undefined ? undefined : runningSystem();
  const { policy, ipam, nodes } = files === undefined ? (system ?? named) : NO_SERVICES;
  for (const address of [policy, ipam, ...nodes]) if (address) checkAddress(address);
  if (nodes.length > NODES_MAX) {
    const message = `${nodes.length} node daemons are named, ${NODES_MAX} are allowed`;
    throw new TrunklineError("INVALID_ARGUMENT", message);
  }
  return {
    policy: () => {
      if (files !== undefined) return { kind: "files", files };
      const ways = "--policy ADDRESS or TRUNKLINE_POLICY, or files: --manifests DIR --cloud FILE";
      return { kind: "service", address: policy || noTarget("policy-service", ways) };
    },
    files,
    ipam: ipam || undefined,
    nodes,
    ec2: ec2 ?? system?.ec2,
    emulator: () => {
      const url = ec2 || env["AWS_ENDPOINT_URL"] || system?.ec2;
      return checkUrl(url ?? noTarget("EC2 emulator", "--ec2 URL or AWS_ENDPOINT_URL"));
    },
  };
}

const NO_SERVICES = { policy: undefined, ipam: undefined, nodes: [] };

// Options of both kinds in one command are a mistake; variables of the environment may stay set.
function filesOf({ manifests, cloud, policy, ipam, nodes }: NamedTargets): PolicyFiles | undefined {
  if (manifests === undefined && cloud.length === 0) return undefined;
  if (policy === undefined && ipam === undefined && nodes.length === 0) return { manifests, cloud };
  throw new TrunklineError("INVALID_ARGUMENT", "files and services are named in one command", {
    facts: { advice: "leave out --policy, --ipam and --node, or --manifests and --cloud" },
  });
}

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (url !== undefined && isHttp && url.username === "" && url.password === "") return url.origin;
  throw new TrunklineError("INVALID_ARGUMENT", `"${text}" is not the URL of an EC2 API`, {
    facts: { advice: "write it as http://127.0.0.1:8600" },
  });
}

/** Throws the error of a command that knows nobody to ask. */
export function noTarget(name: string, ways: string): never {
  throw new TrunklineError("INVALID_ARGUMENT", `no ${name} is named and no demo is running`, {
    facts: { advice: `use ${ways}, or start one with: trunkline demo --keep` },
  });
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
}
