import type {
  NetworkInterface,
  PrefixList,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
} from "@trunkline/core";

/** The EC2 side of a world. Lists are sorted by id, so equal content is equal data. */
export interface Cloud {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  /** Undefined when the right to describe them is missing. */
  readonly routeTables: readonly RouteTable[] | undefined;
  readonly groups: readonly SecurityGroup[];
  readonly prefixLists: readonly PrefixList[];
  readonly interfaces: readonly NetworkInterface[];
  /** Instances that have a name; empty when the right to describe them is missing. */
  readonly instances: readonly NamedInstance[];
}

/** An instance that people know by its Name tag. */
export interface NamedInstance {
  readonly instanceId: string;
  readonly name: string;
}

/** Sorts by an id; ids are unique, so the order is one. */
export function sortedBy<Item>(items: readonly Item[], idOf: (item: Item) => string): Item[] {
  return [...items].sort((a, b) => (idOf(a) < idOf(b) ? -1 : Number(idOf(a) > idOf(b))));
}
