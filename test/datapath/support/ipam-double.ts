// The network double: a tiny allocation service on a real socket that keeps to its contract.
import { type ErrorCode, TrunklineError } from "@trunkline/core";
import {
  type Address,
  type Branch,
  BranchState,
  IpamServiceDefinition,
} from "@trunkline/proto/ipam";
import { listen, type RpcServer, serve } from "@trunkline/rpc";

const QUIET = { debug: () => {}, error: () => {} };

export const TRUNK_MAC = "02:00:00:00:01:01";
export const PRIMARY_MAC = "02:00:00:00:01:00";

export interface IpamDouble extends AsyncDisposable {
  readonly address: string;
  /** Branches and addresses that are given out, by pod uid. */
  readonly held: Map<string, Branch | Address>;
  /** Branches of certain pods, "namespace/name"; others get the lowest free one. */
  readonly preset: Map<string, Branch>;
  /** Pods, "namespace/name", that no policy selects. */
  readonly ordinary: Set<string>;
  /** Set to make the next calls fail: method name → error and how often. */
  readonly failures: Map<string, { code: ErrorCode; message: string; times: number }>;
  /** Every call, in order: "allocateBranch uid-1". */
  readonly calls: string[];
  /** Called inside AllocateBranch, before the answer. */
  onAllocate: ((podUid: string) => Promise<void>) | undefined;
  /** Called inside ReleaseBranch, before the effect. */
  onRelease: (() => Promise<void>) | undefined;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Starts the double. VLAN ids and addresses are given out lowest first and reused at once. */
export async function startIpamDouble(listenOn = "127.0.0.1:0"): Promise<IpamDouble> {
  const held = new Map<string, Branch | Address>();
  const failures: IpamDouble["failures"] = new Map();
  const calls: string[] = [];
  const ordinary = new Set<string>();
  const preset = new Map<string, Branch>();
  let server: RpcServer | undefined;
  let address = listenOn;

  function enter(method: string, subject: string): void {
    calls.push(`${method} ${subject}`);
    const failure = failures.get(method);
    if (failure === undefined || failure.times === 0) return;
    failure.times -= 1;
    throw new TrunklineError(failure.code, failure.message);
  }

  function lowest(): number {
    const used = new Set([...held.values()].map((item) => Number(item.ipv4Address.split(".")[3])));
    let number = 10;
    while (used.has(number)) number += 1;
    return number;
  }

  const services = [
    serve(IpamServiceDefinition, {
      ensureTrunk: async ({ nodeName, instanceId }) => {
        enter("ensureTrunk", nodeName);
        return {
          node: nodeMessage(nodeName, instanceId),
          capacity: { ...NO_CAPACITY, branchLimit: 9 },
        };
      },
      allocateBranch: async ({ pod, nodeName }) => {
        enter("allocateBranch", pod?.uid ?? "");
        if (pod === undefined) throw new Error("no pod");
        await double.onAllocate?.(pod.uid);
        if (ordinary.has(`${pod.namespace}/${pod.name}`)) {
          const value = { reason: "no policy selects the pod", groupIds: ["sg-node"] };
          return { attachment: { $case: "ordinary" as const, value } };
        }
        const found = held.get(pod.uid) ?? preset.get(`${pod.namespace}/${pod.name}`);
        const branch = (found as Branch | undefined) ?? branchFor(lowest(), nodeName);
        held.set(pod.uid, branch);
        return { attachment: { $case: "branch" as const, value: branch } };
      },
      allocateAddress: async ({ pod }) => {
        enter("allocateAddress", pod?.uid ?? "");
        const found = held.get(pod?.uid ?? "") as Address | undefined;
        const given = found ?? addressFor(lowest());
        held.set(pod?.uid ?? "", given);
        return { address: given };
      },
      releaseBranch: async ({ podUid }) => {
        enter("releaseBranch", podUid);
        await double.onRelease?.();
        return { released: held.delete(podUid) };
      },
      releaseAddress: async ({ podUid }) => {
        enter("releaseAddress", podUid);
        return { released: held.delete(podUid) };
      },
    }),
  ];

  const double: IpamDouble = {
    get address() {
      return address;
    },
    held,
    ordinary,
    preset,
    failures,
    calls,
    onAllocate: undefined,
    onRelease: undefined,
    start: async () => {
      server = await listen({ address, services, log: QUIET });
      address = server.address;
    },
    stop: async () => {
      await server?.close(0);
    },
    [Symbol.asyncDispose]: () => double.stop(),
  };
  await double.start();
  return double;
}

/** The branch with a number: VLAN id less nine, so that the first is VLAN 1; last byte of address. */
export function branchFor(number: number, nodeName: string): Branch {
  const hex = number.toString(16).padStart(2, "0");
  return {
    eniId: `eni-${number}`,
    macAddress: `00:00:5e:00:53:${hex}`,
    ipv4Address: `192.168.120.${number}`,
    subnetCidr: "192.168.120.0/24",
    gateway: "192.168.120.1",
    vlanId: number - 9,
    associationId: `trunk-assoc-${number}`,
    trunkEniId: "eni-trunk",
    nodeName,
    groupIds: ["sg-app"],
    state: BranchState.BRANCH_STATE_ALLOCATED,
    policies: ["shop/api"],
    stateTimeMs: 0n,
    reusableTimeMs: 0n,
    subnetId: "subnet-1",
    pod: undefined,
  };
}

function addressFor(number: number): Address {
  return {
    ipv4Address: `192.168.120.${number}`,
    eniId: "eni-primary",
    macAddress: PRIMARY_MAC,
    deviceIndex: 0,
    subnetCidr: "192.168.120.0/24",
    gateway: "192.168.120.1",
    groupIds: ["sg-node"],
    pod: undefined,
  };
}

function nodeMessage(name: string, instanceId: string) {
  return {
    name,
    instanceId,
    instanceType: "m5.large",
    trunk: {
      eniId: "eni-trunk",
      macAddress: TRUNK_MAC,
      deviceIndex: 1,
      subnetId: "subnet-1",
      subnetCidr: "192.168.120.0/24",
    },
    primaryEniId: "eni-primary",
    primaryMacAddress: PRIMARY_MAC,
    primaryIpv4Address: "192.168.120.5",
    groupIds: ["sg-node"],
    vpcCidrs: ["192.168.0.0/16"],
  };
}

const NO_CAPACITY = {
  branchLimit: 0,
  allocatedCount: 0,
  quarantinedCount: 0,
  heldCount: 0,
  changingCount: 0,
  allocatableCount: 0,
  eniLimit: 3,
  ipv4PerEni: 10,
};
