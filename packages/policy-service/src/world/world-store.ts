import { isDeepStrictEqual } from "node:util";
import { indexWorld, type Settings, type WorldIndex } from "@trunkline/core";
import { type Cloud, type Cluster, type NamedInstance, worldOf } from "@trunkline/core/inputs";

/** One revision of what is known. Never changes; a new one takes its place. */
export interface View {
  /** The world, ready for questions. Its EC2 side is empty while `isCloudRead` is false. */
  readonly index: WorldIndex;
  /** Ids of the instances with a Name tag, by that tag. */
  readonly instancesByName: ReadonlyMap<string, readonly string[]>;
  /** Verdicts need the EC2 side; which groups a pod gets does not. */
  readonly isCloudRead: boolean;
}

/** Holds the newest view. */
export interface WorldStore {
  /** Throws a plain Error before the first cluster was set. */
  view(): View;
  /** Returns whether anything changed; equal content keeps the revision. */
  setCluster(cluster: Cluster): boolean;
  /** The same for the EC2 side. */
  setCloud(cloud: Cloud): boolean;
}

/** Makes a store that has nothing yet. */
export function createWorldStore(settings: Settings): WorldStore {
  let cluster: Cluster | undefined;
  let cloud: Cloud | undefined;
  let current: View | undefined;
  let revision = 0;

  const swap = () => {
    revision += 1;
    if (cluster === undefined) return;
    const parts = { revision, cluster, settings, ...(cloud === undefined ? {} : { cloud }) };
    current = {
      index: indexWorld(worldOf(parts)),
      instancesByName: byName(cloud?.instances ?? []),
      isCloudRead: cloud !== undefined,
    };
  };

  return {
    view() {
      if (current === undefined) throw new Error("no manifests were read yet");
      return current;
    },
    setCluster(next) {
      if (isDeepStrictEqual(next, cluster)) return false;
      cluster = next;
      swap();
      return true;
    },
    setCloud(next) {
      if (isDeepStrictEqual(next, cloud)) return false;
      cloud = next;
      swap();
      return true;
    },
  };
}

function byName(instances: readonly NamedInstance[]): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { instanceId, name } of instances) {
    const own = ids.get(name);
    if (own === undefined) ids.set(name, [instanceId]);
    else own.push(instanceId);
  }
  return ids;
}
