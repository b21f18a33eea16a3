import type { Settings } from "../world/settings.ts";
import type { World } from "../world/world.ts";
import type { Cloud } from "./ec2/cloud.ts";
import type { Cluster } from "./kubernetes/gather-cluster.ts";

/** What a world is put together from. */
export interface WorldParts {
  readonly cluster: Cluster;
  /** Absent when EC2 was not asked: verdicts that rest on groups are UNKNOWN then. */
  readonly cloud?: Cloud;
  /** Default: strict mode, source NAT by the node, engine of network policies not known. */
  readonly settings?: Partial<Settings>;
  /** Default 1. */
  readonly revision?: number;
}

const NO_CLOUD: Cloud = {
  vpcs: [],
  subnets: [],
  routeTables: undefined,
  groups: [],
  prefixLists: [],
  interfaces: [],
  instances: [],
};

/** Puts a world together from what `readManifests` and `readEc2Describe` return. */
export function worldOf({ cluster, cloud = NO_CLOUD, settings, revision = 1 }: WorldParts): World {
  const { instances: _, ...network } = cloud;
  return {
    revision,
    ...cluster,
    ...network,
    settings: { mode: "strict", externalSnat: false, ...settings },
  };
}
