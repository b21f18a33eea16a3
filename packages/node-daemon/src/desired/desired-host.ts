import type { Mode } from "@trunkline/core";
import { RULE_PRIORITY } from "./desired-pod.ts";
import type { KernelObject, Rule, Sysctl } from "./kernel-object.ts";

/** What the node-wide objects depend on. */
export interface HostMode {
  /** Strict as soon as new pods are strict, and for as long as one strict pod is left. */
  readonly mode: Mode;
  readonly trunkLink: string;
  readonly trunkMtu: number;
  /** The link that carries the node's own address, if it is known. */
  readonly primaryLink: string | undefined;
}

/** Objects of the whole node. */
export interface HostObjects {
  readonly present: readonly KernelObject[];
  /** To be removed, and only after all of `present` is there. */
  readonly absent: readonly KernelObject[];
}

/** Settings as they were before this project changed them: key below /proc/sys → value. */
export type PreviousSysctls = Readonly<Record<string, string>>;

/**
 * Objects of the node as a whole.
 *
 * In strict mode the `local` table is asked after the branch rules, otherwise a pod's packet to its
 * own node would not pass the VPC; and early demultiplexing is off, otherwise the answer to a TCP
 * probe of the kubelet takes a short cut. In standard mode both are as the kernel has them.
 * Source: VPC CNI network.go SetupHostNetwork; aws-vpc-cni-init main.go.
 */
export function desiredHost(host: HostMode, previous: PreviousSysctls): HostObjects {
  const early = localRule(0);
  const late = localRule(RULE_PRIORITY.local);
  const isStrict = host.mode === "strict";
  const wanted = wantedSysctls(host);
  const present: readonly KernelObject[] = [
    { kind: "uplink", space: "host", name: host.trunkLink, mtu: host.trunkMtu },
    isStrict ? late : early,
    ...wanted,
    ...restored(previous, wanted),
  ];
  return { present, absent: [isStrict ? early : late] };
}

function wantedSysctls(host: HostMode): readonly Sysctl[] {
  const forward = setting("net/ipv4/ip_forward", "1");
  // Loose: the answer of a pod in standard mode may come in on another link than it left by.
  const loose =
    host.primaryLink === undefined
      ? []
      : [setting(`net/ipv4/conf/${host.primaryLink}/rp_filter`, "2")];
  const demux = host.mode === "strict" ? [setting("net/ipv4/tcp_early_demux", "0")] : [];
  return [forward, ...loose, ...demux];
}

function restored(previous: PreviousSysctls, wanted: readonly Sysctl[]): readonly Sysctl[] {
  const keys = new Set(wanted.map((sysctl) => sysctl.key));
  return Object.entries(previous)
    .filter(([key]) => !keys.has(key))
    .map(([key, value]) => setting(key, value));
}

function setting(key: string, value: string): Sysctl {
  return { kind: "sysctl", space: "host", key, value };
}

function localRule(priority: number): Rule {
  return { kind: "rule", space: "host", family: 4, priority, table: "local" };
}
