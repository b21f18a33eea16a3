import { policyBlocks } from "../network-policies/policy-blocks.ts";
import type { AnyEnd } from "../paths/end.ts";
import { findEnd } from "../paths/find-end.ts";
import { isBranch } from "../paths/node-interfaces.ts";
import type { Endpoint } from "../verdict/explanation.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { Mode } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { type Blocks, blocksOf } from "./blocks.ts";
import { classKey } from "./class-key.ts";
import { type PolicySight, policySight } from "./policy-sight.ts";

/** Someone who may be at an end of a connection. */
export interface Party {
  /** "shop/api", "node n1", "db1". */
  readonly name: string;
  readonly kind: "pod" | "node" | "interface" | "address" | "service" | "ingress";
  readonly endpoint: Endpoint;
  readonly end: AnyEnd;
  /** Number of its class: parties of one class are the same to rules, routes and modes. */
  readonly classId: number;
}

/** Places endpoints and tells their classes; classes are numbered in the order of arrival. */
export interface PartyPlacer {
  readonly blocks: Blocks;
  readonly place: (name: string, kind: Party["kind"], endpoint: Endpoint) => Party;
  readonly classCount: () => number;
}

/** What placers of several worlds share, so that a class is the same in each. */
export interface SharedClasses {
  /** Blocks to tell apart besides those of the world, CIDR text. */
  readonly blocks?: readonly string[];
  /** Numbers of classes known so far, by what tells them apart. */
  readonly numbers?: Map<string, number>;
  /** What policies see; default: those of the world. */
  readonly sight?: PolicySight;
}

/** A placer for one world. Pods are placed as if all were in `mode`, when it is given. */
export function partyPlacer(
  index: WorldIndex,
  mode: Mode | undefined,
  shared: SharedClasses = {},
): PartyPlacer {
  const { blocks: more = [], numbers = new Map(), sight = policySight([index]) } = shared;
  const blocks = blocksOf(index.world, [...more, ...policyBlocks(index.networkPolicies)]);
  return {
    blocks,
    classCount: () => numbers.size,
    place: (name, kind, endpoint) => {
      const end = findEnd(endpoint, { mode, vpcId: undefined }, index);
      const key = classKey(end, blocks, sight, index);
      const classId = numbers.get(key) ?? numbers.size;
      numbers.set(key, classId);
      return { name, kind, endpoint, end, classId };
    },
  };
}

/** All pods that have not ended, by name. */
export function podParties(index: WorldIndex, placer: PartyPlacer): readonly Party[] {
  return [...index.pods.values()]
    .filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed")
    .map(({ namespace, name }) => {
      return placer.place(`${namespace}/${name}`, "pod", { kind: "pod", namespace, name });
    })
    .sort(byName);
}

/** Nodes, then interfaces that belong to no node and no pod, by name. */
export function otherParties(index: WorldIndex, placer: PartyPlacer): readonly Party[] {
  const nodes = [...index.nodes.keys()].map((name) => {
    return placer.place(nodePartyName(name), "node", { kind: "name", name });
  });
  const interfaces = [...index.interfaces.values()]
    .filter((eni) => !isBranch(eni) && eni.interfaceType !== "trunk")
    .map((eni) => {
      const endpoint = { kind: "interface", eniId: eni.eniId } as const;
      return placer.place(interfaceName(eni, index), "interface", endpoint);
    })
    .filter(({ end }) => end.kind === "interface");
  return [...nodes.sort(byName), ...interfaces.sort(byName)];
}

/** What a node is called among parties. */
export function nodePartyName(nodeName: string): string {
  return `node ${nodeName}`;
}

/** All Services, by name. */
export function serviceParties(index: WorldIndex, placer: PartyPlacer): readonly Party[] {
  return [...(index.services?.byName.values() ?? [])]
    .map(({ namespace, name }) => {
      return placer.place(`${namespace}/${name}`, "service", { kind: "service", namespace, name });
    })
    .sort(byName);
}

function interfaceName({ tags, eniId }: NetworkInterface, index: WorldIndex): string {
  const name = tags.Name;
  if (name === undefined) return eniId;
  const isShared = (index.interfacesByName.get(name) ?? []).length > 1 || index.nodes.has(name);
  return isShared ? `${name} (${eniId})` : name;
}

function byName(a: Party, b: Party): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
