/** In which network namespace an object lives. */
export type Space = "host" | "pod";

/** IP version. */
export type Family = 4 | 6;

/** What all links have in common. */
interface LinkState {
  /** Set on an observed link that is not up; ours always are. */
  readonly down?: true;
}

/** A pair of Ethernet links: one end in the host namespace, the other in the pod's. */
export interface Veth extends LinkState {
  readonly kind: "veth";
  readonly space: "host";
  /** Name of the host end. */
  readonly name: string;
  /** MAC address of the host end, lower-case with colons. */
  readonly mac: string;
  /** Largest packet on both ends, bytes. */
  readonly mtu: number;
  /** Name of the pod end. */
  readonly peer: string;
  /** MAC address of the pod end. */
  readonly peerMac: string;
  /** Who made it: see `ownerAlias`. Absent on a link that carries none. */
  readonly alias?: string;
}

/** The pod end of a {@link Veth}; it comes and goes with it. */
export interface VethPeer extends LinkState {
  readonly kind: "peer";
  readonly space: "pod";
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
}

/** An 802.1Q link on the trunk. */
export interface Vlan extends LinkState {
  readonly kind: "vlan";
  readonly space: "host";
  readonly name: string;
  /** Name of the trunk link. */
  readonly parent: string;
  readonly vlanId: number;
  /** MAC address of the branch interface. */
  readonly mac: string;
  readonly alias?: string;
}

/** A link that is there already and only needs to be up: the trunk. Never removed. */
export interface Uplink extends LinkState {
  readonly kind: "uplink";
  readonly space: "host";
  readonly name: string;
  readonly mtu: number;
}

/** A link of any other kind in the way of one of ours; only ever observed. */
export interface ForeignLink {
  readonly kind: "foreign";
  readonly space: Space;
  readonly name: string;
  /** What it is: "bridge", "dummy", … */
  readonly type: string;
}

/** An address on a pod's link. */
export interface LinkAddress {
  readonly kind: "address";
  readonly space: Space;
  readonly dev: string;
  /** With prefix length: "192.168.120.42/32". */
  readonly address: string;
}

/** A unicast route. */
export interface Route {
  readonly kind: "route";
  readonly space: Space;
  readonly family: Family;
  /** Table number, or "main". */
  readonly table: number | "main";
  /** "default", an address, or a CIDR. */
  readonly to: string;
  /** Next hop; absent for an on-link destination. */
  readonly via?: string;
  readonly dev: string;
  readonly scope: "link" | "global";
}

/** A routing policy rule. */
export interface Rule {
  readonly kind: "rule";
  readonly space: "host";
  readonly family: Family;
  readonly priority: number;
  readonly iif?: string;
  readonly from?: string;
  readonly to?: string;
  /** Table number, "main" or "local". */
  readonly table: number | "main" | "local";
}

/** A permanent neighbour entry. */
export interface Neighbour {
  readonly kind: "neighbour";
  readonly space: Space;
  readonly dev: string;
  readonly address: string;
  readonly mac: string;
}

/** A kernel setting. One of a link goes with the link; others are put back by who changed them. */
export interface Sysctl {
  readonly kind: "sysctl";
  readonly space: "host";
  /** Path below /proc/sys. */
  readonly key: string;
  readonly value: string;
  /** The link it belongs to, absent for one of the whole node. */
  readonly dev?: string;
}

/** One object of the kernel, as it should be or as it was found. */
export type KernelObject =
  | Veth
  | VethPeer
  | Vlan
  | Uplink
  | ForeignLink
  | LinkAddress
  | Route
  | Rule
  | Neighbour
  | Sysctl;

/** A link of either namespace. */
export type Link = Veth | VethPeer | Vlan | Uplink | ForeignLink;

/** Tells links from what hangs on them. */
export function isLink(object: KernelObject): object is Link {
  switch (object.kind) {
    case "veth":
    case "peer":
    case "vlan":
    case "uplink":
    case "foreign":
      return true;
    default:
      return false;
  }
}

/** The link that an object dies with; undefined for links, rules and settings of the node. */
export function linkOf(object: KernelObject): string | undefined {
  switch (object.kind) {
    case "address":
    case "route":
    case "neighbour":
    case "sysctl":
      return object.dev;
    default:
      return undefined;
  }
}

/**
 * What two objects share that cannot both be: a link's name, a route's table and destination.
 *
 * A rule's is its priority and selector without the table, so that a rule that sends the same
 * packets elsewhere counts as standing in the way.
 */
export function identity(object: KernelObject): string {
  switch (object.kind) {
    case "veth":
    case "peer":
    case "vlan":
    case "uplink":
    case "foreign":
      return `${object.space} link ${object.name}`;
    case "address":
      return `${object.space} address ${object.dev} ${object.address}`;
    case "route":
      return `${object.space} route ${object.family} ${object.table} ${object.to}`;
    case "rule":
      return `rule ${object.family} ${object.priority} ${selector(object)}`;
    case "neighbour":
      return `${object.space} neighbour ${object.dev} ${object.address}`;
    case "sysctl":
      return `sysctl ${object.key}`;
  }
}

/** True if both are the same in every respect. */
export function sameObject(a: KernelObject, b: KernelObject): boolean {
  return a.space === b.space && objectText(a) === objectText(b) && aliasOf(a) === aliasOf(b);
}

/** The alias of a link of ours, undefined for anything else. */
export function aliasOf(object: KernelObject): string | undefined {
  return object.kind === "veth" || object.kind === "vlan" ? object.alias : undefined;
}

/** The object on one line, close to what `ip` prints for it. */
export function objectText(object: KernelObject): string {
  switch (object.kind) {
    case "veth":
      return `${object.name} veth peer ${object.peer} ${addressText(object)} ${upText(object)}`;
    case "peer":
      return `${object.name} veth ${addressText(object)} ${upText(object)}`;
    case "vlan":
      return vlanText(object);
    case "uplink":
      return `${object.name} mtu ${object.mtu} ${upText(object)}`;
    case "foreign":
      return `${object.name} ${object.type}`;
    case "address":
      return `${object.address} dev ${object.dev}`;
    case "route":
      return routeText(object);
    case "rule":
      return `${object.priority}: ${selector(object)} lookup ${object.table}`;
    case "neighbour":
      return `${object.address} dev ${object.dev} lladdr ${object.mac} PERMANENT`;
    case "sysctl":
      return `${object.key} = ${object.value}`;
  }
}

/** The selector of a rule: "iif vlan.eth.7", "from 10.0.1.4", "from all". */
function selector(rule: Rule): string {
  const words = [
    rule.from === undefined ? "" : `from ${rule.from}`,
    rule.to === undefined ? "" : `to ${rule.to}`,
    rule.iif === undefined ? "" : `iif ${rule.iif}`,
  ].filter((word) => word !== "");
  return words.length === 0 ? "from all" : words.join(" ");
}

function upText(link: LinkState): string {
  return link.down ? "down" : "up";
}

function addressText(link: Veth | VethPeer): string {
  return `address ${link.mac} mtu ${link.mtu}`;
}

function vlanText(vlan: Vlan): string {
  const { name, parent, vlanId, mac } = vlan;
  return `${name}@${parent} vlan id ${vlanId} address ${mac} ${upText(vlan)}`;
}

function routeText(route: Route): string {
  const via = route.via === undefined ? "" : ` via ${route.via}`;
  const scope = route.scope === "link" ? " scope link" : "";
  const table = route.table === "main" ? "" : ` table ${route.table}`;
  return `${route.to}${via} dev ${route.dev}${scope}${table}`;
}
