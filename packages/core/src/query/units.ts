import type { Pod } from "../world/cluster.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** What one row and one column of a matrix stand for. */
export type MatrixLevel = "pod" | "workload" | "namespace" | "class";

/** Pods that share a row and a column. */
export interface Unit {
  /** "shop/api"; for a class its first pod and how many more there are. */
  readonly name: string;
  /** Positions of its pods. */
  readonly members: readonly number[];
}

/** What pods are grouped by. */
export interface Grouping {
  readonly index: WorldIndex;
  /** "namespace/name" by pod, sorted. */
  readonly names: readonly string[];
  /** The class of a pod; asked at level "class" alone. */
  readonly classOf: (pod: number) => number;
}

/** Groups pods by level, in the order of names. */
export function unitsOf(level: MatrixLevel, grouping: Grouping): readonly Unit[] {
  const { names } = grouping;
  if (level === "pod") return names.map((name, pod) => ({ name, members: [pod] }));
  const units = new Map<string, number[]>();
  for (const pod of names.keys()) {
    const key = keyAt(level, pod, grouping);
    const own = units.get(key);
    if (own === undefined) units.set(key, [pod]);
    else own.push(pod);
  }
  return [...units]
    .map(([key, members]) => ({
      name: level === "class" ? className(members, names) : key,
      members,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function keyAt(
  level: Exclude<MatrixLevel, "pod">,
  at: number,
  { index, names, classOf }: Grouping,
): string {
  const pod = index.pods.get(names[at]);
  switch (level) {
    case "class":
      return String(classOf(at));
    case "namespace":
      return pod?.namespace ?? names[at];
    case "workload":
      return pod === undefined ? names[at] : workloadOf(pod);
  }
}

function className([first, ...others]: readonly number[], names: readonly string[]): string {
  return others.length === 0 ? names[first] : `${names[first]} +${others.length}`;
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
