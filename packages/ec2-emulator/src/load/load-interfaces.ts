import type { Attachment, Eni, Instance } from "../account/interface-rows.ts";
import type { Subnet } from "../account/network-rows.ts";
import { readIpv4, readIpv6 } from "../domain/address-wish.ts";
import { checkIpv4, checkIpv6, chooseIpv4 } from "../domain/choose-addresses.ts";
import { hexDigits, newId } from "../wire/ids.ts";
import type { Member } from "./document.ts";
import { enaSettingsOf, extrasOf } from "./interface-extras.ts";
import { loadAddresses, loadInterfacePermissions, loadLaunchAddresses } from "./load-rest.ts";
import { attempt, isNew, type Loading, problem, tagsOf } from "./loading.ts";

type EniMember = Member<"NetworkInterfaces">;
type InstanceMember = Member<"Instances">;

/** An interface of the document, with the instance that it stands in, if any. */
interface Listed {
  readonly eni: EniMember;
  readonly field: string;
  readonly instanceId: string | undefined;
}

/** Loads instances, interfaces and trunk associations. */
export function loadInterfaces(loading: Loading): void {
  const instances = listInstances(loading);
  const enis = new Map<string, Listed>();
  for (const { instance, field } of instances) {
    for (const [i, eni] of instance.NetworkInterfaces.entries()) {
      const at = `${field}.NetworkInterfaces[${i}]`;
      enis.set(eni.NetworkInterfaceId, { eni, field: at, instanceId: instance.InstanceId });
    }
  }
  const seen = new Set<string>();
  for (const [i, eni] of loading.document.NetworkInterfaces.entries()) {
    const field = `NetworkInterfaces[${i}]`;
    const id = eni.NetworkInterfaceId;
    if (seen.has(id)) problem(loading, `${field}.NetworkInterfaceId`, `${id} is listed twice`);
    seen.add(id);
    const inInstance = enis.get(id)?.instanceId;
    enis.set(id, { eni, field, instanceId: eni.Attachment?.InstanceId ?? inInstance });
  }
  const ownEni = new Map<string, Listed>();
  for (const one of enis.values()) if (one.instanceId) ownEni.set(one.instanceId, one);
  for (const entry of instances) loadInstance(loading, entry, ownEni);
  // Named addresses first, so that none of them is chosen for an interface that names none.
  const named = (one: Listed) => one.eni.PrivateIpAddress ?? one.eni.PrivateIpAddresses?.[0];
  const ordered = [...enis.values()].sort((a, b) => Number(!named(a)) - Number(!named(b)));
  for (const one of ordered) loadEni(loading, one);
  for (const entry of instances) addPrimary(loading, entry);
  loadAssociations(loading);
  loadAddresses(loading);
  loadLaunchAddresses(loading);
  loadInterfacePermissions(loading);
}

interface ListedInstance {
  readonly instance: InstanceMember;
  readonly field: string;
  readonly reservationId: string;
}

function listInstances({ document, random }: Loading): ListedInstance[] {
  const inReservations = document.Reservations.flatMap((reservation, r) =>
    reservation.Instances.map((instance, i) => ({
      instance,
      field: `Reservations[${r}].Instances[${i}]`,
      reservationId: reservation.ReservationId ?? newId("r", random),
    })),
  );
  const alone = document.Instances.map((instance, i) => ({
    instance,
    field: `Instances[${i}]`,
    reservationId: newId("r", random),
  }));
  return [...inReservations, ...alone];
}

const STATES: readonly Instance["state"][] = ["pending", "running", "stopping", "stopped"];

function loadInstance(
  loading: Loading,
  { instance, field, reservationId }: ListedInstance,
  ownEni: ReadonlyMap<string, Listed>,
): void {
  const { account, nowMs } = loading;
  const id = instance.InstanceId;
  if (!isNew(loading, account.instances, { field: `${field}.InstanceId`, id })) return;
  const subnetId = instance.SubnetId ?? ownEni.get(id)?.eni.SubnetId ?? "";
  const subnet = account.subnets.get(subnetId);
  if (subnet === undefined) {
    problem(loading, `${field}.SubnetId`, `${subnetId || "none"} is not among the Subnets`);
    return;
  }
  const name = instance.State?.Name ?? "running";
  const state = STATES.find((known) => known === name);
  if (state === undefined) problem(loading, `${field}.State.Name`, `${name} cannot be loaded`);
  const launched = instance.LaunchTime === undefined ? Number.NaN : Date.parse(instance.LaunchTime);
  account.instances.put({
    id,
    instanceType: instance.InstanceType,
    imageId: instance.ImageId,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    state: state ?? "running",
    launchedAtMs: Number.isNaN(launched) ? nowMs : launched,
    reservationId,
    launchIndex: 0,
    architecture: instance.Architecture,
    ...(instance.Platform !== undefined && { platform: instance.Platform }),
    ...(instance.KeyName !== undefined && { keyName: instance.KeyName }),
    ...(instance.ClientToken && { clientToken: instance.ClientToken }),
    tags: tagsOf(instance.Tags),
  });
}

function loadEni(loading: Loading, { eni, field, instanceId }: Listed): void {
  const { account, nowMs } = loading;
  const subnet = account.subnets.get(eni.SubnetId);
  if (subnet === undefined) {
    problem(loading, `${field}.SubnetId`, `${eni.SubnetId} is not among the Subnets`);
    return;
  }
  const addresses = readAddresses(loading, { eni, field, subnet });
  if (addresses === undefined) return;
  const attachment =
    instanceId === undefined ? undefined : readAttachment(loading, { eni, field, instanceId });
  account.enis.put({
    id: eni.NetworkInterfaceId,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    description: eni.Description,
    groupIds: readGroups(loading, eni.Groups, { subnet, field: `${field}.Groups` }),
    // A branch is shown as such while it is associated; it is a plain interface otherwise.
    interfaceType: eni.InterfaceType,
    macAddress:
      eni.MacAddress ?? `02:${hexDigits(10, loading.random).replace(/(..)(?=.)/g, "$1:")}`,
    addresses,
    ipv6Addresses: readIpv6Addresses(loading, { eni, field, subnet }),
    ipv4Prefixes: eni.Ipv4Prefixes.map((one) => one.Ipv4Prefix),
    ipv6Prefixes: eni.Ipv6Prefixes.map((one) => one.Ipv6Prefix),
    sourceDestCheck: eni.SourceDestCheck,
    requesterManaged: eni.RequesterManaged,
    ...extrasOf(eni),
    ...(attachment !== undefined && { attachment }),
    createdAtMs: nowMs,
    tags: tagsOf(eni.TagSet ?? eni.Tags),
  });
}

interface Placed {
  readonly eni: EniMember;
  readonly field: string;
  readonly subnet: Subnet;
}

function readAddresses(
  loading: Loading,
  { eni, field, subnet }: Placed,
): Eni["addresses"] | undefined {
  const { account, random } = loading;
  const scope = { account, subnet, random };
  const listed = eni.PrivateIpAddresses ?? [];
  const primary = eni.PrivateIpAddress ?? listed.find((one) => one.Primary)?.PrivateIpAddress;
  const others = listed.map((one) => one.PrivateIpAddress).filter((address) => address !== primary);
  const texts = primary === undefined ? others : [primary, ...others];
  return attempt(loading, `${field}.PrivateIpAddress`, () => {
    const named = texts.map(readIpv4);
    for (const address of named) checkIpv4(scope, address);
    const all = named.length > 0 ? named : chooseIpv4(scope, 1, []);
    return all.map((address, index) => ({ address, isPrimary: index === 0 }));
  });
}

function readIpv6Addresses(loading: Loading, { eni, field, subnet }: Placed): Eni["ipv6Addresses"] {
  const { account, random } = loading;
  return eni.Ipv6Addresses.flatMap(({ Ipv6Address, IsPrimaryIpv6 }) => {
    const address = attempt(loading, `${field}.Ipv6Addresses`, () => {
      const [one = ""] = readIpv6([Ipv6Address]);
      checkIpv6({ account, subnet, random }, one);
      return one;
    });
    return address === undefined ? [] : [{ address, isPrimary: IsPrimaryIpv6 }];
  });
}

function readGroups(
  loading: Loading,
  groups: EniMember["Groups"],
  { subnet, field }: { readonly subnet: Subnet; readonly field: string },
): string[] {
  const { account } = loading;
  const ids = (groups ?? []).map((group) => group.GroupId);
  for (const id of ids) {
    if (account.groups.get(id)?.vpcId === subnet.vpcId) continue;
    problem(loading, field, `${id} is not among the SecurityGroups of ${subnet.vpcId}`);
  }
  // An empty list says that there are none, as on the interface of a NAT gateway.
  if (groups !== undefined) return [...new Set(ids)].map((id) => account.groups.get(id)?.id ?? id);
  const own = [...account.groups.by("vpc-id", subnet.vpcId)];
  return own.filter((group) => group.name === "default").map((group) => group.id);
}

function readAttachment(
  loading: Loading,
  { eni, field, instanceId }: Listed & { readonly instanceId: string },
): Attachment | undefined {
  const { account, nowMs, random } = loading;
  const at = `${field}.Attachment`;
  const { DeviceIndex = 0, NetworkCardIndex = 0 } = eni.Attachment ?? {};
  if (account.instances.get(instanceId) === undefined) {
    problem(loading, at, `${instanceId} is not among the Instances`);
    return undefined;
  }
  for (const other of account.enis.by("attachment.instance-id", instanceId)) {
    if (other.attachment?.deviceIndex !== DeviceIndex) continue;
    if (other.attachment.networkCardIndex !== NetworkCardIndex) continue;
    problem(loading, at, `${instanceId} has ${other.id} at device index ${DeviceIndex} already`);
    return undefined;
  }
  return {
    id: eni.Attachment?.AttachmentId ?? newId("eni-attach", random),
    instanceId,
    deviceIndex: DeviceIndex,
    networkCardIndex: NetworkCardIndex,
    status: "attached",
    attachedAtMs: nowMs,
    deleteOnTermination: eni.Attachment?.DeleteOnTermination ?? DeviceIndex === 0,
    ...enaSettingsOf(eni.Attachment),
  };
}

/** Gives an instance without a listed interface the one that every instance has. */
function addPrimary(loading: Loading, { instance, field }: ListedInstance): void {
  const { account } = loading;
  const row = account.instances.get(instance.InstanceId);
  if (row === undefined || account.enis.estimate("attachment.instance-id", row.id) > 0) return;
  const eni: EniMember = {
    NetworkInterfaceId: newId("eni", loading.random),
    SubnetId: row.subnetId,
    InterfaceType: "interface",
    Description: "",
    Groups: instance.SecurityGroups,
    PrivateIpAddress: instance.PrivateIpAddress,
    Ipv6Addresses: [],
    Ipv4Prefixes: [],
    Ipv6Prefixes: [],
    SourceDestCheck: true,
    RequesterManaged: false,
  };
  loadEni(loading, { eni, field, instanceId: row.id });
}

function loadAssociations(loading: Loading): void {
  const { account, document } = loading;
  for (const [i, one] of document.InterfaceAssociations.entries()) {
    const field = `InterfaceAssociations[${i}]`;
    const branch = account.enis.get(one.BranchInterfaceId);
    const trunk = account.enis.get(one.TrunkInterfaceId);
    const key = one.InterfaceProtocol === "GRE" ? one.GreKey : one.VlanId;
    if (branch === undefined || trunk?.interfaceType !== "trunk" || key === undefined) {
      problem(loading, field, "names no interface, no trunk, or no VLAN id");
      continue;
    }
    if (account.enis.first("trunkKey", `${trunk.id} ${key}`) !== undefined) {
      problem(loading, field, `VLAN id ${key} is in use on ${trunk.id} already`);
      continue;
    }
    const protocol = one.InterfaceProtocol;
    const association = { id: one.AssociationId, trunkId: trunk.id, protocol, key };
    account.enis.put({ ...branch, association });
  }
}
