import { instanceTypes, limitsOf } from "@trunkline/core/capacity";
import { type Instance, primaryAddressOf } from "../account/interface-rows.ts";
import type { Call, Decider } from "../domain/call.ts";
import { BY_ID, idsOf, type Lookups } from "../domain/candidates.ts";
import { type DescribeSpec, describe } from "../domain/describe.ts";
import { KINDS } from "../domain/kinds.ts";
import {
  interfacesOf,
  renderInstanceType,
  renderReservation,
  renderState,
} from "../render/instance.ts";
import { privateDnsName } from "../render/shared.ts";
import { checkFilterNames, type FilterSpec, passes, readFilters } from "../wire/filters.ts";
import { COMMON_PAGES, encodeToken, readPage } from "../wire/paging.ts";
import { Refusal } from "../wire/refusal.ts";
import { listOf, timestamp } from "../wire/xml.ts";

const addressesOf = (instance: Instance, call: Call) =>
  interfacesOf(instance, call).flatMap((eni) => primaryAddressOf(eni) ?? []);

const filters: FilterSpec<Instance, Call> = {
  architecture: (instance) => [instance.architecture],
  "availability-zone": ({ subnetId }, { view }) => [view.subnets.get(subnetId)?.availabilityZone],
  "client-token": (instance) => [instance.clientToken],
  "group-id": groupIds,
  "image-id": (instance) => [instance.imageId],
  "instance-id": (instance) => [instance.id],
  "instance-state-code": (instance) => [String(renderState(instance.state).code)],
  "instance-state-name": (instance) => [instance.state],
  "instance-type": (instance) => [instance.instanceType],
  "instance.group-id": groupIds,
  "key-name": (instance) => [instance.keyName],
  "launch-time": (instance) => [timestamp(instance.launchedAtMs)],
  "network-interface.group-id": (instance, call) =>
    interfacesOf(instance, call).flatMap((eni) => eni.groupIds),
  "network-interface.network-interface-id": (instance, call) =>
    interfacesOf(instance, call).map((eni) => eni.id),
  "network-interface.subnet-id": (instance, call) =>
    interfacesOf(instance, call).map((eni) => eni.subnetId),
  "network-interface.addresses.private-ip-address": (instance, call) =>
    interfacesOf(instance, call).flatMap((eni) => eni.addresses.map((one) => one.address)),
  "owner-id": (_, { account }) => [account.settings.accountId],
  platform: (instance) => [instance.platform],
  "private-dns-name": (instance, call) => {
    const { region } = call.account.settings;
    return addressesOf(instance, call).map((address) => privateDnsName(address, region));
  },
  "private-ip-address": addressesOf,
  "reservation-id": (instance) => [instance.reservationId],
  "subnet-id": (instance) => [instance.subnetId],
  "tag-key": (instance) => Object.keys(instance.tags),
  "vpc-id": (instance) => [instance.vpcId],
};

function groupIds(instance: Instance, call: Call): readonly string[] {
  return interfacesOf(instance, call)[0]?.groupIds ?? [];
}

/** Instances by way of their interfaces. */
const byInterface = (index: string) => ({
  index: BY_ID,
  keys: (value: string, { view }: Call) =>
    idsOf(view.enis.by(index, value), ({ attachment }) => attachment?.instanceId),
});

const lookups: Lookups = {
  "group-id": byInterface("group-id"),
  "instance-id": { index: BY_ID },
  "instance.group-id": byInterface("group-id"),
  "network-interface.addresses.private-ip-address": byInterface("addresses.private-ip-address"),
  "network-interface.group-id": byInterface("group-id"),
  "network-interface.network-interface-id": {
    index: BY_ID,
    keys: (id, { view }) => [view.enis.get(id)?.attachment?.instanceId],
  },
  "network-interface.subnet-id": byInterface("subnet-id"),
  "private-ip-address": byInterface("addresses.private-ip-address"),
};

const spec: DescribeSpec<Instance> = {
  source: (view) => view.instances,
  kind: KINDS.instance,
  idParameter: "InstanceId",
  filters,
  lookups,
  pages: COMMON_PAGES,
  render: (instance, call) => renderReservation([instance], call),
};

/** DescribeInstances: each instance in its reservation. */
export const describeInstances: Decider = (call) => {
  const { rows, nextToken } = describe(call, spec);
  const reservations = [...byReservation(rows).values()];
  return {
    reservationSet: listOf(reservations, (instances) => renderReservation(instances, call)),
    nextToken,
  };
};

// Instances of one reservation are shown in it together, as EC2 does.
function byReservation(rows: readonly Instance[]): ReadonlyMap<string, Instance[]> {
  const reservations = new Map<string, Instance[]>();
  for (const instance of rows) {
    const known = reservations.get(instance.reservationId);
    if (known === undefined) reservations.set(instance.reservationId, [instance]);
    else known.push(instance);
  }
  return reservations;
}

/** DescribeInstanceStatus: running instances, or all of them when asked. */
export const describeInstanceStatus: Decider = (call) => {
  const includesAll = call.fields.boolean("IncludeAllInstances") ?? false;
  const { items, nextToken } = describe<Instance>(call, {
    ...spec,
    isHidden: (instance) => !includesAll && instance.state !== "running",
    render: (instance) => ({
      instanceId: instance.id,
      availabilityZone: call.view.subnets.get(instance.subnetId)?.availabilityZone,
      instanceState: renderState(instance.state),
      instanceStatus: { status: "ok", details: [{ name: "reachability", status: "passed" }] },
      systemStatus: { status: "ok", details: [{ name: "reachability", status: "passed" }] },
    }),
  });
  return { instanceStatusSet: items, nextToken };
};

/** A row made for filters; the limits table is no table of the account. */
interface TypeRow {
  readonly id: string;
}

const typeFilters: FilterSpec<TypeRow, Call> = {
  "bare-metal": ({ id }) => [String(limitsOf(id)?.isBareMetal)],
  "current-generation": ({ id }) => [String(limitsOf(id)?.hypervisor !== "xen")],
  hypervisor: ({ id }) => [limitsOf(id)?.hypervisor],
  "instance-type": ({ id }) => [id],
  "network-info.ipv4-addresses-per-interface": ({ id }) => [String(limitsOf(id)?.ipv4PerEni)],
  "network-info.maximum-network-interfaces": ({ id }) => [String(limitsOf(id)?.eniLimit)],
};

/** DescribeInstanceTypes: what the limits table knows of networks, and nothing else. */
export const describeInstanceTypes: Decider = (call) => {
  const { fields } = call;
  const wanted = fields.texts("InstanceType");
  const page = readPage(
    fields,
    { min: 5, max: 100, byDefault: 100 },
    { idParameter: "InstanceType", query: call.query },
  );
  const unknown = wanted.filter((type) => limitsOf(type) === undefined);
  if (unknown.length > 0) {
    throw new Refusal(
      "InvalidInstanceType",
      `The following supplied instance types do not exist: [${unknown.join(", ")}]`,
    );
  }
  const conditions = readFilters(fields);
  checkFilterNames(conditions, typeFilters);
  const types = (wanted.length > 0 ? wanted : instanceTypes()).filter((id) =>
    passes({ id }, conditions, typeFilters, call),
  );
  const shown = types.slice(page.after, page.after + page.size);
  const end = page.after + shown.length;
  return {
    instanceTypeSet: shown.map(renderInstanceType),
    nextToken: end < types.length ? encodeToken(page, end) : undefined,
  };
};
