// What `ip -json -details` prints, as objects. Field names are those of iproute2 6.1.
import {
  identity,
  type KernelObject,
  type Link,
  type LinkAddress,
  type Neighbour,
  type Route,
  type Rule,
  type Space,
} from "../desired/kernel-object.ts";

/** A link as printed by `link show` and `address show`. */
export interface PrintedLink {
  readonly ifname: string;
  /** Name of the parent link. */
  readonly link?: string;
  readonly flags?: readonly string[];
  readonly mtu?: number;
  readonly address?: string;
  readonly ifalias?: string;
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: { readonly id?: number };
  };
  readonly addr_info?: readonly {
    readonly family: string;
    readonly local: string;
    readonly prefixlen: number;
  }[];
}

interface PrintedRoute {
  readonly type?: string;
  readonly dst: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly table?: string;
  readonly scope?: string;
  readonly metric?: number;
}

interface PrintedNeighbour {
  readonly dst: string;
  readonly dev: string;
  readonly lladdr?: string;
  readonly state?: readonly string[];
}

/** Fields of a printed rule that ours have; one with any other selects something else. */
const RULE_FIELDS = new Set(
  "priority src srclen dst dstlen iif iif_detached table protocol".split(" "),
);

/** Turns a printed link into the kind that was asked for, if it is of that kind. */
export function toLink(printed: PrintedLink, asked: Link): Link {
  const { ifname: name, mtu = 0, address: mac = "" } = printed;
  const type = printed.linkinfo?.info_kind ?? "device";
  const state = printed.flags?.includes("UP") ? {} : { down: true as const };
  const alias = printed.ifalias === undefined ? {} : { alias: printed.ifalias };
  if (asked.kind === "uplink") return { kind: "uplink", space: "host", name, mtu, ...state };
  if (asked.kind === "vlan" && type === "vlan") {
    const vlanId = printed.linkinfo?.info_data?.id ?? 0;
    const parent = printed.link ?? "";
    return { kind: "vlan", space: "host", name, parent, vlanId, mac, ...alias, ...state };
  }
  if (asked.kind === "peer" && type === "veth") {
    return { kind: "peer", space: "pod", name, mac, mtu, ...state };
  }
  if (asked.kind === "veth" && type === "veth") {
    // The other end is seen in the pod, as a peer.
    const { peer, peerMac } = asked;
    return { kind: "veth", space: "host", name, mac, mtu, peer, peerMac, ...alias, ...state };
  }
  return { kind: "foreign", space: asked.space, name, type };
}

/** The links among those printed whose names were asked for. */
export function toLinks(
  printed: readonly PrintedLink[],
  asked: ReadonlyMap<string, KernelObject>,
  space: Space,
): readonly Link[] {
  return printed.flatMap((link) => {
    const wanted = asked.get(`${space} link ${link.ifname}`);
    return wanted === undefined ? [] : [toLink(link, wanted as Link)];
  });
}

/** The IPv4 addresses of the links that were printed. */
export function toAddresses(printed: readonly PrintedLink[], space: Space): readonly LinkAddress[] {
  return printed.flatMap((link) =>
    (link.addr_info ?? [])
      .filter((address) => address.family === "inet")
      .map((address) => ({
        kind: "address" as const,
        space,
        dev: link.ifname,
        address: `${address.local}/${address.prefixlen}`,
      })),
  );
}

/** The IPv4 unicast routes without a metric of the tables that objects of ours are in. */
export function toRoutes(printed: readonly object[], space: Space): readonly Route[] {
  return (printed as readonly PrintedRoute[]).flatMap((route) => {
    const table = toTable(route.table ?? "main");
    const isOther = route.type !== undefined && route.type !== "unicast";
    if (isOther || table === undefined || table === "local") return [];
    if (route.dst.includes(":") || route.dev === undefined || route.metric !== undefined) return [];
    return [
      {
        kind: "route",
        space,
        family: 4,
        table,
        to: route.dst,
        ...(route.gateway === undefined ? {} : { via: route.gateway }),
        dev: route.dev,
        scope: route.scope === "link" ? "link" : "global",
      },
    ];
  });
}

/** The rules that select by link or address only. */
export function toRules(printed: readonly object[]): readonly Rule[] {
  return printed.flatMap((value) => {
    const rule = value as Readonly<Record<string, string | number>>;
    const table = toTable(String(rule["table"]));
    if (table === undefined || Object.keys(rule).some((key) => !RULE_FIELDS.has(key))) return [];
    const from = withLength(rule["src"], rule["srclen"]);
    const to = withLength(rule["dst"], rule["dstlen"]);
    return [
      {
        kind: "rule",
        space: "host",
        family: 4,
        priority: Number(rule["priority"]),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(rule["iif"] === undefined ? {} : { iif: String(rule["iif"]) }),
        table,
      },
    ];
  });
}

/** The permanent neighbour entries. */
export function toNeighbours(printed: readonly object[], space: Space): readonly Neighbour[] {
  return (printed as readonly PrintedNeighbour[]).flatMap(({ dst, dev, lladdr, state }) =>
    lladdr !== undefined && state?.includes("PERMANENT")
      ? [{ kind: "neighbour", space, dev, address: dst, mac: lladdr }]
      : [],
  );
}

/** Objects by what they share with one that was asked for; of several any one will do. */
export function byIdentity(objects: readonly KernelObject[]): ReadonlyMap<string, KernelObject> {
  return new Map(objects.map((object) => [identity(object), object]));
}

function toTable(text: string): number | "main" | "local" | undefined {
  if (text === "main" || text === "local") return text;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function withLength(address: unknown, length: unknown): string | undefined {
  if (address === undefined || address === "all") return undefined;
  return length === undefined ? String(address) : `${address}/${length}`;
}
