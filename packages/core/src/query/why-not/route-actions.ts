import type { Address } from "../../net/address.ts";
import type { End } from "../../paths/end.ts";
import type { AskedPath } from "../../paths/path.ts";
import { routeTo } from "../../paths/route.ts";
import type { Route, RouteTable } from "../../world/cloud.ts";
import type { WorldIndex } from "../../world/world-index.ts";
import { routeCommand } from "./commands.ts";
import type { RemedyAction } from "./remedy.ts";

const maxTargets = 4;

/** Default routes, to gateways that the world knows of, for a way out of the VPC that is blocked. */
export function routeActions(
  path: AskedPath,
  destination: End,
  index: WorldIndex,
): readonly RemedyAction[] {
  const { exit } = path;
  const address = addressOf(destination);
  const table = index.routeTables?.get(exit?.by.subnetId ?? "");
  if (exit === undefined || address === undefined || table === undefined) return [];
  const answer = routeTo(address, exit.by.subnetId, index);
  const current = answer.kind === "route" ? answer.route : undefined;
  const fallback = address.family === 4 ? "0.0.0.0/0" : "::/0";
  const wanted = current?.destination ?? fallback;
  return targetsOf(table.vpcId, fallback, index)
    .filter((target) => target !== current?.target || current.isBlackhole)
    .slice(0, maxTargets)
    .map((target) => setRoute(table, { destination: wanted, target, isBlackhole: false }));
}

function setRoute(table: RouteTable, route: Route): RemedyAction {
  const { routeTableId } = table;
  const exists = table.routes.some((one) => one.destination === route.destination);
  return {
    kind: "route",
    text: `${exists ? "point" : "add"} route ${route.destination} of ${routeTableId} to ${route.target}`,
    command: routeCommand(routeTableId, route, exists ? "replace" : "create"),
    edits: [{ action: exists ? "change" : "add", kind: "route", object: { routeTableId, route } }],
  };
}

// Gateways that default routes of the same VPC use already.
function targetsOf(vpcId: string, destination: string, index: WorldIndex): readonly string[] {
  const tables = (index.world.routeTables ?? []).filter((table) => table.vpcId === vpcId);
  const routes = tables.flatMap(({ routes: own }) => own);
  const fitting = routes.filter((one) => one.destination === destination && one.target !== "local");
  return [...new Set(fitting.map(({ target }) => target))].sort();
}

function addressOf(end: End): Address | undefined {
  if (end.kind === "ended") return undefined;
  return end.asked ?? ("own" in end ? end.own.addresses[0] : undefined);
}
