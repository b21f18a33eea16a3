import { type Address, formatAddress } from "../net/address.ts";
import { cidrContains, tryParseCidr } from "../net/cidr.ts";
import type { Route, RouteTable } from "../world/cloud.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** What a subnet's route table says about a destination. */
export type RouteAnswer =
  | { readonly kind: "route"; readonly route: Route; readonly isCertain: boolean }
  | { readonly kind: "none"; readonly routeTableId: string; readonly isCertain: boolean }
  | { readonly kind: "unknown"; readonly because: string };

/** Where a route leads, by the kind of its target. */
export type RouteTarget = "local" | "internet" | "nat" | "peering" | "transit" | "other";

/**
 * The route of the longest prefix. Not certain when a route goes by a prefix list that the world
 * does not have, which might cover the destination more closely.
 */
export function routeTo(
  destination: Address,
  subnetId: string | undefined,
  index: WorldIndex,
): RouteAnswer {
  if (index.routeTables === undefined) {
    return { kind: "unknown", because: "route tables were not read" };
  }
  if (subnetId === undefined) return { kind: "unknown", because: "the subnet is not known" };
  const table = index.routeTables.get(subnetId);
  if (table === undefined) {
    return { kind: "unknown", because: `no route table of ${subnetId} is known` };
  }
  return longestMatch(table, destination, index);
}

/** Kind of a route's target, read from the prefix of its id. */
export function routeTarget({ target }: Route): RouteTarget {
  if (target === "local") return "local";
  switch (target.slice(0, target.indexOf("-"))) {
    case "igw":
    case "eigw":
      return "internet";
    case "nat":
    case "eni":
    case "i":
      return "nat";
    case "pcx":
      return "peering";
    case "tgw":
      return "transit";
    default:
      return "other";
  }
}

function longestMatch(table: RouteTable, destination: Address, index: WorldIndex): RouteAnswer {
  let best: Route | undefined;
  let bestLength = -1;
  let isCertain = true;
  for (const route of table.routes) {
    const length = coveringLength(route.destination, destination, index);
    if (length === undefined) isCertain = false;
    else if (length > bestLength) [best, bestLength] = [route, length];
  }
  const { routeTableId } = table;
  return best === undefined
    ? { kind: "none", routeTableId, isCertain }
    : { kind: "route", route: best, isCertain };
}

// Prefix length of the closest block that holds the address, -1 for none, undefined if not known.
function coveringLength(text: string, address: Address, index: WorldIndex): number | undefined {
  const texts = text.startsWith("pl-") ? index.prefixLists.get(text)?.cidrs : [text];
  if (texts === undefined) return undefined;
  let length = -1;
  for (const cidr of texts.map(tryParseCidr)) {
    if (cidr === undefined) return undefined;
    if (cidrContains(cidr, address)) length = Math.max(length, cidr.prefixLength);
  }
  return length;
}

/** A route for people: "0.0.0.0/0 to nat-1". */
export function routeText({ destination, target }: Route): string {
  return `${destination} to ${target}`;
}

/** Why nothing matched, for people. */
export function noRouteText(destination: Address, routeTableId: string): string {
  return `no default route, and none to ${formatAddress(destination)}, in ${routeTableId}`;
}
