import type { Account } from "../account/account.ts";
import type { Route, RouteTable } from "../account/network-rows.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { find, KINDS, type Kind } from "../domain/kinds.ts";
import { makeRouteTable } from "../domain/make-vpc.ts";
import { readCidr } from "../domain/rule-text.ts";
import { readOwnTags } from "../domain/tags.ts";
import { renderRouteTable } from "../render/network.ts";
import { newId } from "../wire/ids.ts";
import { missing, Refusal, wrongCombination } from "../wire/refusal.ts";

/** CreateRouteTable with the local routes of its VPC. */
export const createRouteTable: Decider = (call) => {
  const { fields, account } = call;
  const vpc = find(account.vpcs, KINDS.vpc, fields.requiredText("VpcId"));
  const tags = readOwnTags(fields, "route-table", account.settings.quotas.tagsPerResource);
  const table = account.routeTables.put({ ...makeRouteTable(call, vpc, []), tags });
  return { routeTable: renderRouteTable(table, call) };
};

/** DeleteRouteTable: refused while a subnet uses it. */
export const deleteRouteTable: Decider = ({ fields, account }) => {
  const table = find(account.routeTables, KINDS.routeTable, fields.requiredText("RouteTableId"));
  if (table.associations.length > 0) {
    throw new Refusal(
      "DependencyViolation",
      `The routeTable '${table.id}' has dependencies and cannot be deleted.`,
    );
  }
  account.routeTables.delete(table.id);
  return DONE;
};

const DESTINATIONS = [
  "DestinationCidrBlock",
  "DestinationIpv6CidrBlock",
  "DestinationPrefixListId",
] as const;

/** Targets that are looked up, with their kind. */
const TARGETS: Readonly<Record<string, Kind>> = {
  NatGatewayId: KINDS.natGateway,
  NetworkInterfaceId: KINDS.eni,
  InstanceId: KINDS.instance,
  VpcPeeringConnectionId: KINDS.peering,
};

/** Targets of kinds that are not kept here; any id of theirs is taken. */
const UNCHECKED_TARGETS = ["TransitGatewayId", "EgressOnlyInternetGatewayId"];

function readDestination(call: Call): string {
  const { fields, account } = call;
  const sent = DESTINATIONS.filter((name) => fields.has(name));
  const [name] = sent;
  if (name === undefined) throw missing("destinationCidrBlock");
  if (sent.length > 1) throw wrongCombination("Only one destination can be specified");
  const value = fields.requiredText(name);
  if (name === "DestinationPrefixListId") {
    return find(account.prefixLists, KINDS.prefixList, value).id;
  }
  return readCidr(value, name === "DestinationCidrBlock" ? 4 : 6);
}

function readTarget({ fields, account }: Call): Pick<Route, "targetKind" | "target"> {
  const names = ["GatewayId", ...Object.keys(TARGETS), ...UNCHECKED_TARGETS];
  const sent = names.filter((name) => fields.has(name));
  const [name] = sent;
  if (name === undefined) throw missing("gatewayId");
  if (sent.length > 1) throw wrongCombination("Only one target can be specified");
  const target = fields.requiredText(name);
  const kind = name === "GatewayId" ? KINDS.internetGateway : TARGETS[name];
  const isVirtual = target.startsWith("vgw-") || target === "local";
  if (kind !== undefined && !isVirtual) find(tableOf(account, kind), kind, target);
  return { targetKind: name.charAt(0).toLowerCase() + name.slice(1), target };
}

// The kind names the table that its rows are in.
function tableOf(account: Account, kind: Kind) {
  const table = account.tables.get(kind.table);
  if (table === undefined) throw new Error(`invariant broken: no table ${kind.table}`);
  return table;
}

/** CreateRoute: refused when the destination has a route. */
export const createRoute: Decider = (call) => {
  const table = readTable(call);
  const destination = readDestination(call);
  const target = readTarget(call);
  if (table.routes.some((route) => route.destination === destination)) {
    throw new Refusal(
      "RouteAlreadyExists",
      `The route identified by ${destination} already exists.`,
    );
  }
  const limit = call.account.settings.quotas.routesPerTable;
  if (table.routes.length >= limit) {
    throw new Refusal("RouteLimitExceeded", "The maximum number of routes has been reached.");
  }
  putRoutes(call, table, [...table.routes, newRoute(destination, target)]);
  return DONE;
};

/** ReplaceRoute: refused when the destination has no route. */
export const replaceRoute: Decider = (call) => {
  const table = readTable(call);
  const destination = readDestination(call);
  const target = readTarget(call);
  needRoute(table, destination);
  const others = table.routes.filter((route) => route.destination !== destination);
  putRoutes(call, table, [...others, newRoute(destination, target)]);
  return DONE;
};

/** DeleteRoute: the local routes stay. */
export const deleteRoute: Decider = (call) => {
  const table = readTable(call);
  const destination = readDestination(call);
  if (needRoute(table, destination).target === "local") {
    throw new Refusal(
      "InvalidParameterValue",
      `cannot remove local route ${destination} in route table ${table.id}`,
    );
  }
  putRoutes(
    call,
    table,
    table.routes.filter((route) => route.destination !== destination),
  );
  return DONE;
};

function readTable({ fields, account }: Call): RouteTable {
  return find(account.routeTables, KINDS.routeTable, fields.requiredText("RouteTableId"));
}

function newRoute(destination: string, target: Pick<Route, "targetKind" | "target">): Route {
  return { destination, ...target, origin: "CreateRoute", isBlackhole: false };
}

function needRoute(table: RouteTable, destination: string): Route {
  const route = table.routes.find((one) => one.destination === destination);
  if (route !== undefined) return route;
  throw new Refusal(
    "InvalidRoute.NotFound",
    `no route with destination-cidr-block ${destination} in route table ${table.id}`,
  );
}

function putRoutes({ account }: Call, table: RouteTable, routes: readonly Route[]): void {
  account.routeTables.put({ ...table, routes });
}

/** AssociateRouteTable with a subnet that has no explicit one. */
export const associateRouteTable: Decider = (call) => {
  const { fields, account } = call;
  const table = readTable(call);
  const subnet = find(account.subnets, KINDS.subnet, fields.requiredText("SubnetId"));
  if (subnet.vpcId !== table.vpcId) {
    throw new Refusal(
      "InvalidParameterValue",
      `route table ${table.id} and subnet ${subnet.id} belong to different networks`,
    );
  }
  if (account.routeTables.estimate("subnetId", subnet.id) > 0) {
    throw new Refusal(
      "Resource.AlreadyAssociated",
      `the specified subnet ${subnet.id} already has a route table associated`,
    );
  }
  return join(call, table, { subnetId: subnet.id, isMain: false }, "associationId");
};

/** DisassociateRouteTable: the main association stays. */
export const disassociateRouteTable: Decider = ({ fields, account }) => {
  const { table, association } = findAssociation(account, fields.requiredText("AssociationId"));
  if (association.isMain) {
    throw new Refusal(
      "InvalidParameterValue",
      `cannot disassociate the main route table association ${association.id}`,
    );
  }
  leave(account, table, association.id);
  return DONE;
};

/** ReplaceRouteTableAssociation, the main one included: the new association has a new id. */
export const replaceRouteTableAssociation: Decider = (call) => {
  const { fields, account } = call;
  const { table, association } = findAssociation(account, fields.requiredText("AssociationId"));
  const target = readTable(call);
  if (target.vpcId !== table.vpcId) {
    throw new Refusal(
      "InvalidParameterValue",
      `route table ${target.id} and ${table.id} belong to different networks`,
    );
  }
  leave(account, table, association.id);
  const { id: _, ...rest } = association;
  return join(call, account.routeTables.need(target.id), rest, "newAssociationId");
};

type Association = RouteTable["associations"][number];

function join(
  { account, random }: Call,
  table: RouteTable,
  association: Omit<Association, "id">,
  answerName: "associationId" | "newAssociationId",
) {
  const id = newId("rtbassoc", random);
  account.routeTables.put({
    ...table,
    associations: [...table.associations, { ...association, id }],
  });
  return { [answerName]: id, associationState: { state: "associated" } };
}

function leave(account: Account, table: RouteTable, associationId: string): void {
  const associations = table.associations.filter((one) => one.id !== associationId);
  account.routeTables.put({ ...table, associations });
}

function findAssociation(account: Account, id: string) {
  const table = account.routeTables.first("associationId", id);
  const association = table?.associations.find((one) => one.id === id);
  if (table !== undefined && association !== undefined) return { table, association };
  throw new Refusal(
    "InvalidAssociationID.NotFound",
    `The association ID '${id.slice(0, 100)}' does not exist`,
  );
}

/** Marks every route to a target that is gone. */
export function blackhole({ account }: Pick<Call, "account">, target: string): void {
  for (const table of [...account.routeTables.all()]) {
    if (!table.routes.some((route) => route.target === target)) continue;
    const routes = table.routes.map((route) =>
      route.target === target ? { ...route, isBlackhole: true } : route,
    );
    account.routeTables.put({ ...table, routes });
  }
}
