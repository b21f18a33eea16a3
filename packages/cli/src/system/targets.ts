import { TrunklineError } from "@trunkline/core";
import { checkAddress } from "@trunkline/rpc";
import type { RunningSystem } from "./system-file.ts";

/** Addresses as options or environment name them; undefined or empty where they do not. */
export interface NamedTargets {
  readonly policy: string | undefined;
  readonly ipam: string | undefined;
  readonly nodes: readonly string[];
}

/** Addresses of the services that a command may ask. */
export interface Targets {
  /** Throws INVALID_ARGUMENT with the ways to name one when none is known. */
  policy(): string;
  readonly ipam: string | undefined;
  readonly nodes: readonly string[];
  /** Where the EC2 API of a running demo answers; undefined for a system that the user named. */
  readonly ec2: string | undefined;
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
  const named = {
    policy: options.policy ?? env["TRUNKLINE_POLICY"],
    ipam: options.ipam ?? env["TRUNKLINE_IPAM"],
    nodes: options.nodes.length > 0 ? options.nodes : listOf(env["TRUNKLINE_NODES"]),
  };
  const isNamed = Boolean(named.policy || named.ipam || named.nodes.length > 0);
  const system = isNamed ? undefined : runningSystem();
  const { policy, ipam, nodes } = system ?? named;
  for (const address of [policy, ipam, ...nodes]) if (address) checkAddress(address);
  if (nodes.length > NODES_MAX) {
    const message = `${nodes.length} node daemons are named, ${NODES_MAX} are allowed`;
    throw new TrunklineError("INVALID_ARGUMENT", message);
  }
  return {
    policy: () => policy || noTarget("policy-service", "--policy ADDRESS or TRUNKLINE_POLICY"),
    ipam: ipam || undefined,
    nodes,
    ec2: system?.ec2,
  };
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
