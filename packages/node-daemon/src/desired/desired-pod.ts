import type { Mode } from "@trunkline/core";
import type { KernelObject, Rule, Sysctl } from "./kernel-object.ts";
import { branchTable, derivedMac, hostVethName, ownerAlias, vlanName } from "./names.ts";

/** Next hop of every pod: it exists only as a neighbour entry. Source: VPC CNI driver.go. */
export const POD_GATEWAY = "169.254.1.1";

/** Priorities of routing rules. Source: VPC CNI networkutils/network.go. */
export const RULE_PRIORITY = { branch: 10, local: 20, toPod: 512, fromPod: 1536 } as const;

/** An interface of its own, reached through the trunk. */
export interface BranchAttachment {
  readonly kind: "branch";
  readonly mode: Mode;
  readonly eniId: string;
  /** MAC address of the branch interface. */
  readonly mac: string;
  readonly ipv4: string;
  readonly subnetCidr: string;
  /** The VPC router of the branch's subnet. */
  readonly gateway: string;
  readonly vlanId: number;
  readonly groupIds: readonly string[];
}

/** A secondary address of the node's primary interface. */
export interface OrdinaryAttachment {
  readonly kind: "ordinary";
  readonly eniId: string;
  readonly ipv4: string;
  readonly subnetCidr: string;
  readonly gateway: string;
  readonly groupIds: readonly string[];
}

/** How a pod is attached to the network. */
export type PodAttachment = BranchAttachment | OrdinaryAttachment;

/** A pod to be wired. */
export interface PodWiring {
  /** See `attachmentId`. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  /** Name of the link in the pod: CNI_IFNAME. */
  readonly ifName: string;
  readonly attachment: PodAttachment;
}

/** What the node is like. */
export interface HostFacts {
  /** Name of the trunk's link; needed for branches only. */
  readonly trunkLink: string | undefined;
  /** Largest packet of a pod's link, bytes. */
  readonly mtu: number;
}

/** Name of the pod's link in the host namespace. */
export function hostVethOf(pod: PodWiring): string {
  const mode = pod.attachment.kind === "branch" ? pod.attachment.mode : undefined;
  return hostVethName(pod.namespace, pod.name, mode);
}

/** MAC address of the host end of the pod's link. */
export function hostMacOf(id: string): string {
  return derivedMac(`host ${id}`);
}

/** MAC address of the pod's own link. */
export function podMacOf(id: string): string {
  return derivedMac(`pod ${id}`);
}

/**
 * Every kernel object of a pod, in the order in which they can be made.
 *
 * Branch pods in strict mode are routed by the link a packet comes in on, so that all their packets
 * pass the VPC; in standard mode by address, so that node and pod talk directly. Ordinary pods are
 * reached through the main table and leave by it.
 * Source: VPC CNI driver.go, SetupBranchENIPodNetwork and SetupPodNetwork.
 */
export function desired(pod: PodWiring, host: HostFacts): readonly KernelObject[] {
  const links = [...vethObjects(pod, host), ...podObjects(pod)];
  const { attachment } = pod;
  switch (attachment.kind) {
    case "branch":
      return [...links, ...branchObjects(pod, attachment, host)];
    case "ordinary":
      return [...links, ...mainTableObjects(hostVethOf(pod), attachment.ipv4)];
  }
}

function vethObjects(pod: PodWiring, host: HostFacts): readonly KernelObject[] {
  const name = hostVethOf(pod);
  const mac = hostMacOf(pod.id);
  const peerMac = podMacOf(pod.id);
  const { mtu } = host;
  const alias = ownerAlias(pod.id);
  return [
    { kind: "veth", space: "host", name, mac, mtu, peer: pod.ifName, peerMac, alias },
    { kind: "peer", space: "pod", name: pod.ifName, mac: peerMac, mtu },
    ...linkSysctls(name),
  ];
}

function podObjects(pod: PodWiring): readonly KernelObject[] {
  const dev = pod.ifName;
  const route = { kind: "route", space: "pod", family: 4, table: "main", dev } as const;
  const mac = hostMacOf(pod.id);
  return [
    { ...route, to: POD_GATEWAY, scope: "link" },
    { ...route, to: "default", via: POD_GATEWAY, scope: "global" },
    { kind: "address", space: "pod", dev, address: `${pod.attachment.ipv4}/32` },
    { kind: "neighbour", space: "pod", dev, address: POD_GATEWAY, mac },
  ];
}

function branchObjects(
  pod: PodWiring,
  branch: BranchAttachment,
  host: HostFacts,
): readonly KernelObject[] {
  if (host.trunkLink === undefined) throw new Error("a branch pod on a node without a trunk link");
  const dev = vlanName(branch.vlanId);
  const table = branchTable(branch.vlanId);
  const alias = ownerAlias(pod.id);
  const route = { kind: "route", space: "host", family: 4, table, dev } as const;
  return [
    {
      kind: "vlan",
      space: "host",
      name: dev,
      parent: host.trunkLink,
      vlanId: branch.vlanId,
      mac: branch.mac,
      alias,
    },
    ...linkSysctls(dev),
    { ...route, to: branch.gateway, scope: "link" },
    { ...route, to: "default", via: branch.gateway, scope: "global" },
    ...modeObjects(hostVethOf(pod), branch),
  ];
}

function modeObjects(veth: string, branch: BranchAttachment): readonly KernelObject[] {
  const table = branchTable(branch.vlanId);
  switch (branch.mode) {
    case "strict": {
      const rule = { kind: "rule", space: "host", family: 4, table } as const;
      return [
        {
          kind: "route",
          space: "host",
          family: 4,
          table,
          to: branch.ipv4,
          dev: veth,
          scope: "link",
        },
        { ...rule, priority: RULE_PRIORITY.branch, iif: vlanName(branch.vlanId) },
        { ...rule, priority: RULE_PRIORITY.branch, iif: veth },
      ];
    }
    case "standard":
      return [...mainTableObjects(veth, branch.ipv4), fromPodRule(branch.ipv4, table)];
  }
}

function mainTableObjects(veth: string, ipv4: string): readonly KernelObject[] {
  const common = { space: "host", family: 4, table: "main", to: ipv4 } as const;
  return [
    { ...common, kind: "route", dev: veth, scope: "link" },
    { ...common, kind: "rule", priority: RULE_PRIORITY.toPod },
  ];
}

function fromPodRule(ipv4: string, table: number): Rule {
  return {
    kind: "rule",
    space: "host",
    family: 4,
    priority: RULE_PRIORITY.fromPod,
    from: ipv4,
    table,
  };
}

// A router must not take routes from a pod's advertisements. Source: VPC CNI driver.go, setupVeth.
function linkSysctls(dev: string): readonly Sysctl[] {
  return [
    ["accept_ra", "0"],
    ["accept_redirects", "1"],
    ["forwarding", "0"],
  ].map(([name, value]) => ({
    kind: "sysctl",
    space: "host",
    key: `net/ipv6/conf/${dev}/${name}`,
    value: String(value),
    dev,
  }));
}
