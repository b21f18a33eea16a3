import type { Pod } from "../../world/cluster.ts";
import { manifestPodUid } from "./pod-uid.ts";
import type { Owner } from "./read-pod.ts";
import { WORKLOAD_KINDS, type Workload } from "./read-workload.ts";

/** A pod with the object that made it. */
export interface OwnedPod {
  readonly pod: Pod;
  readonly owner: Owner | undefined;
}

/** Owners above owners: Pod, Job, CronJob. A chain that is longer goes in a circle. */
const OWNERS_MAX = 4;

/**
 * One pod for each workload none of whose pods is known, as it will be when it starts: on no node,
 * without address or interface. It has the name of its workload, or "deployment/api" where a pod or
 * another workload of the namespace has that name.
 *
 * A workload that another one made is left to that one, and a Job that is done makes no pods.
 */
export function workloadPods(
  workloads: readonly Workload[],
  pods: readonly OwnedPod[],
): readonly Pod[] {
  const known = new Map(workloads.map((one) => [keyOf(one.kind, one), one]));
  const alive = new Set<Workload>();
  for (const { pod, owner } of pods) {
    if (pod.phase === "Succeeded" || pod.phase === "Failed") continue;
    for (const one of ownersOf(owner, pod, known)) alive.add(one);
  }
  const taken = new Set(pods.map(({ pod }) => `${pod.namespace}/${pod.name}`));
  return inOrder(workloads).flatMap((workload) => {
    const { namespace, name, kind, owner, template, isFinished } = workload;
    const isMadeByOther =
      owner !== undefined && known.has(keyOf(owner.kind, { namespace, ...owner }));
    if (alive.has(workload) || isMadeByOther || isFinished) return [];
    const podName = taken.has(`${namespace}/${name}`) ? `${kind.toLowerCase()}/${name}` : name;
    taken.add(`${namespace}/${name}`);
    const uid = manifestPodUid(namespace, podName);
    return { namespace, name: podName, uid, ...template, addresses: [] };
  });
}

type Known = ReadonlyMap<string, Workload>;

function ownersOf(first: Owner | undefined, pod: Pod, known: Known): readonly Workload[] {
  const { namespace } = pod;
  const found: Workload[] = [];
  let owner = first;
  for (let depth = 0; owner !== undefined && depth < OWNERS_MAX; depth += 1) {
    const workload: Workload | undefined = known.get(
      keyOf(owner.kind, { namespace, name: owner.name }),
    );
    if (workload !== undefined) found.push(workload);
    owner = workload?.owner ?? impliedOwner(owner, pod);
  }
  return found;
}

// Dumps often leave out what stands between: the ReplicaSet of a Deployment, the Job of a CronJob.
function impliedOwner({ kind, name }: Owner, { labels }: Pod): Owner | undefined {
  const hash = Object.hasOwn(labels, "pod-template-hash") ? labels["pod-template-hash"] : undefined;
  if (kind === "ReplicaSet" && hash !== undefined && name.endsWith(`-${hash}`)) {
    return { kind: "Deployment", name: name.slice(0, -hash.length - 1) };
  }
  // A CronJob appends the minute that its job was due.
  const isOfCronJob = kind === "Job" && /-\d+$/.test(name);
  return isOfCronJob ? { kind: "CronJob", name: name.replace(/-\d+$/, "") } : undefined;
}

function keyOf(kind: string, { namespace, name }: { namespace: string; name: string }): string {
  return `${kind} ${namespace}/${name}`;
}

// Whoever comes first gets the short name, so the order must not be that of the input.
function inOrder(workloads: readonly Workload[]): readonly Workload[] {
  const ranks = new Map<string, number>(WORKLOAD_KINDS.map((kind, rank) => [kind, rank]));
  return [...workloads].sort((a, b) => (ranks.get(a.kind) ?? 0) - (ranks.get(b.kind) ?? 0));
}
