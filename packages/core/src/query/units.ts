import type { Pod } from "../world/cluster.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { Party } from "./party.ts";

/** What one row and one column of a matrix stand for. */
export type MatrixLevel = "pod" | "workload" | "namespace" | "class";

/** Pods that share a row and a column. */
export interface Unit {
  /** "shop/api"; for a class its first pod and how many more there are. */
  readonly name: string;
  readonly parties: readonly Party[];
}

/** Groups pods by level, in the order of names. */
export function unitsOf(
  parties: readonly Party[],
  level: MatrixLevel,
  index: WorldIndex,
): readonly Unit[] {
  const members = new Map<string, Party[]>();
  for (const party of parties) {
    const key = keyAt(level, party, index);
    const own = members.get(key);
    if (own === undefined) members.set(key, [party]);
    else own.push(party);
  }
  const units = [...members].map(([key, own]) => ({
    name: level === "class" ? className(own) : key,
    parties: own,
  }));
  return units.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function keyAt(level: MatrixLevel, party: Party, index: WorldIndex): string {
  const pod = index.pods.get(party.name);
  switch (level) {
    case "pod":
      return party.name;
    case "class":
      return String(party.classId);
    case "namespace":
      return pod?.namespace ?? party.name;
    case "workload":
      return pod === undefined ? party.name : workloadOf(pod);
  }
}

function className(parties: readonly Party[]): string {
  const [first] = parties;
  return parties.length === 1 ? first.name : `${first.name} +${parties.length - 1}`;
}

/**
 * The workload of a pod, "namespace/name", read from its name and the labels that controllers set.
 *
 * Source: Kubernetes "Well-Known Labels": pod-template-hash (Deployment), controller-revision-hash
 * (StatefulSet, DaemonSet), batch.kubernetes.io/job-name.
 */
export function workloadOf({ namespace, name, labels }: Pod): string {
  const label = (key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  const job = label("batch.kubernetes.io/job-name") ?? label("job-name");
  if (job !== undefined) return `${namespace}/${job}`;
  const hash = label("pod-template-hash");
  const end = hash === undefined ? -1 : name.lastIndexOf(`-${hash}-`);
  if (end > 0) return `${namespace}/${name.slice(0, end)}`;
  if (label("controller-revision-hash") === undefined) return `${namespace}/${name}`;
  return `${namespace}/${name.replace(/-[^-]+$/, "")}`;
}
