import { TrunklineError } from "../errors/trunkline-error.ts";
import { tryParseAddress } from "../net/address.ts";
import { isFargate } from "../paths/fargate-end.ts";
import { holderIn } from "../paths/holders.ts";
import { isBranch, primaryOf } from "../paths/node-interfaces.ts";
import { resolvePod } from "../policies/resolve-pod.ts";
import { asIndex } from "../verdict/evaluate.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { Pod } from "../world/cluster.ts";
import type { Mode } from "../world/settings.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";

/**
 * How a pod's interface stands to its policies.
 *
 * `protected`: a branch with exactly the groups that policies say. `drift`: a branch with others,
 * or one that no policy asks for. `unprotected`: policies select it, but it runs without a branch.
 * `waiting`: policies select it and it has no interface yet. `ordinary`: no policy selects it and
 * it has no branch. `unknown`: its service account or its branch is not in the world.
 */
export type DriftState = "protected" | "drift" | "unprotected" | "waiting" | "ordinary" | "unknown";

/** What one pod should have beside what it has. */
export interface DriftRow {
  /** "namespace/name". */
  readonly pod: string;
  readonly namespace: string;
  readonly uid: string;
  readonly state: DriftState;
  /** Groups that its policies say, empty when none selects it. */
  readonly policyGroupIds: readonly string[];
  /** Groups of the interface that carries it, empty when that is not known. */
  readonly interfaceGroupIds: readonly string[];
  /** Policies that select it. */
  readonly policies: readonly string[];
  readonly eniId?: string;
  /** Mode it was started with, when that is recorded. */
  readonly modeThen?: Mode;
  /** Mode that it would be started with now. */
  readonly modeNow: Mode;
  /** True when a restart would change its mode. */
  readonly isModeStale: boolean;
  /** What is wrong and what mends it, one sentence each; empty when nothing is. */
  readonly remarks: readonly string[];
}

/** Compares what policies say with what interfaces have, for every pod that has not ended. */
export function drift(world: World | WorldIndex): readonly DriftRow[] {
  const index = asIndex(world);
  return [...index.pods.values()]
    .filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed")
    .map((pod) => rowOf(pod, index))
    .sort((a, b) => (a.pod < b.pod ? -1 : 1));
}

interface Wanted {
  readonly groupIds: readonly string[];
  readonly policies: readonly string[];
  /** Why it is not known. */
  readonly because?: string;
}

function rowOf(pod: Pod, index: WorldIndex): DriftRow {
  const wanted = wantedOf(pod, index);
  const eni = interfaceOf(pod, index);
  const state = stateOf(pod, wanted, eni);
  const modeNow = index.world.settings.mode;
  const isBranched = pod.branchEniId !== undefined || (eni !== undefined && isBranch(eni));
  const isModeStale = isBranched && pod.mode !== undefined && pod.mode !== modeNow;
  const name = `${pod.namespace}/${pod.name}`;
  const modeRemark = `${name} runs in ${pod.mode} mode until it is restarted; the cluster says ${modeNow}`;
  return {
    pod: name,
    namespace: pod.namespace,
    uid: pod.uid,
    state,
    policyGroupIds: wanted.groupIds,
    interfaceGroupIds: groupsNow(pod, eni) ?? [],
    policies: wanted.policies,
    ...(eni === undefined ? {} : { eniId: eni.eniId }),
    ...(pod.mode === undefined ? {} : { modeThen: pod.mode }),
    modeNow,
    isModeStale,
    remarks: [...remarksOn(pod, state, wanted, eni), ...(isModeStale ? [modeRemark] : [])],
  };
}

function wantedOf(pod: Pod, index: WorldIndex): Wanted {
  const serviceAccount = index.serviceAccounts.get(`${pod.namespace}/${pod.serviceAccount}`);
  try {
    const { groupIds, policies } = resolvePod(pod, serviceAccount, index.policies);
    const { clusterGroupId } = index.world.settings;
    const isDefault = isFargate(pod) && policies.length === 0 && clusterGroupId !== undefined;
    return { groupIds: isDefault ? [clusterGroupId] : groupIds, policies };
  } catch (error) {
    // A missing service account is an answer of this question, not a failure to answer.
    if (!(error instanceof TrunklineError) || error.code !== "NOT_FOUND") throw error;
    return { groupIds: [], policies: [], because: error.message };
  }
}

function interfaceOf(pod: Pod, index: WorldIndex): NetworkInterface | undefined {
  if (pod.branchEniId !== undefined) return index.interfaces.get(pod.branchEniId);
  const vpcId = pod.nodeName === undefined ? undefined : primaryOf(pod.nodeName, index).vpcId;
  const [first] = pod.addresses;
  const address = first === undefined ? undefined : tryParseAddress(first);
  return address && holderIn(vpcId, address, index);
}

// A pod on Fargate records its groups itself; its interface says more where it is known.
function groupsNow(pod: Pod, eni: NetworkInterface | undefined): readonly string[] | undefined {
  return eni?.groupIds ?? pod.fargateGroupIds;
}

function fargateState(now: readonly string[] | undefined, wanted: Wanted): DriftState {
  const isOrdinary = wanted.policies.length === 0;
  if (now === undefined) return isOrdinary ? "ordinary" : "waiting";
  // Without policies only the cluster security group can be told from others.
  if (isOrdinary && wanted.groupIds.length === 0) return "ordinary";
  if (!isSameSet(wanted.groupIds, now)) return "drift";
  return isOrdinary ? "ordinary" : "protected";
}

function stateOf(pod: Pod, wanted: Wanted, eni: NetworkInterface | undefined): DriftState {
  if (pod.hostNetwork) return "ordinary";
  if (wanted.because !== undefined) return "unknown";
  if (isFargate(pod)) return fargateState(groupsNow(pod, eni), wanted);
  if (pod.branchEniId !== undefined && eni === undefined) return "unknown";
  const hasBranch = eni !== undefined && isBranch(eni);
  if (wanted.policies.length === 0) return hasBranch ? "drift" : "ordinary";
  if (hasBranch) return isSameSet(wanted.groupIds, eni.groupIds) ? "protected" : "drift";
  const isStarted = pod.phase === "Running" || pod.addresses.length > 0;
  return isStarted ? "unprotected" : "waiting";
}

function remarksOn(
  pod: Pod,
  state: DriftState,
  wanted: Wanted,
  eni: NetworkInterface | undefined,
): readonly string[] {
  const name = `${pod.namespace}/${pod.name}`;
  const groups = `[${wanted.groupIds.join(", ")}]`;
  const now = `has [${(groupsNow(pod, eni) ?? []).join(", ")}]`;
  const has = eni === undefined ? now : `${eni.eniId} ${now}`;
  switch (state) {
    case "protected":
    case "ordinary":
    case "waiting":
      return [];
    case "drift":
      if (isFargate(pod)) {
        return [`${name} should have ${groups} and ${now}: delete it, so that it is made anew`];
      }
      return [
        `policies give ${name} ${groups}, its interface ${has}: restart it, or set the groups`,
      ];
    case "unprotected":
      return [`policies give ${name} ${groups}, but it runs without a branch: restart it`];
    case "unknown":
      return [wanted.because ?? `the branch of ${name} is not in the world`];
  }
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const [left, right] = [new Set(a), new Set(b)];
  return left.size === right.size && a.every((one) => right.has(one));
}
