import { limitsOf } from "@trunkline/core/capacity";
import type { Eni, Instance, Tags } from "../account/interface-rows.ts";
import type { Subnet } from "../account/network-rows.ts";
import { readAddressWish } from "../domain/address-wish.ts";
import { type Call, type Decider, endOf } from "../domain/call.ts";
import { readEnaSettings } from "../domain/ena.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { makeEni, readEniGroups } from "../domain/make-interface.ts";
import { checkTagCount, readTagSpecifications } from "../domain/tags.ts";
import { renderReservation } from "../render/instance.ts";
import type { Fields } from "../wire/fields.ts";
import { newId } from "../wire/ids.ts";
import { missing, Refusal, wrongCombination, wrongValue } from "../wire/refusal.ts";
import { attach, checkPlace, checkTypeLimits } from "./attachment.ts";
import { readConnectionTracking } from "./create-interface.ts";
import { assignPublicIp } from "./elastic-ips.ts";

/** Most instances in one call; EC2's own bound is the account's quota of vCPUs. */
const INSTANCES_MAX = 1000;

const LAUNCH_TAGS = ["instance", "network-interface", "volume", "spot-instances-request"];

/** RunInstances: instances with their interfaces, pending first. */
export const runInstances: Decider = (call) => {
  const { fields } = call;
  const count = readCount(fields);
  const launch = readLaunch(call);
  const reservationId = newId("r", call.random);
  const instances: Instance[] = [];
  for (let launchIndex = 0; launchIndex < count; launchIndex++) {
    instances.push(launchOne(call, launch, { reservationId, launchIndex }));
  }
  return renderReservation(instances, call);
};

function readCount(fields: Fields): number {
  const min = fields.requiredInteger("MinCount");
  const max = fields.requiredInteger("MaxCount");
  if (min < 1 || max < min || max > INSTANCES_MAX) {
    throw wrongValue("maxCount", `${min}..${max}`, `Expecting 1 to ${INSTANCES_MAX} instances.`);
  }
  return max;
}

/** Parameters that stand in each NetworkInterface once there is one. */
const LAUNCH_LEVEL = ["SubnetId", "SecurityGroupId", "SecurityGroup"];

interface Launch {
  readonly instanceType: string;
  readonly subnet: Subnet;
  readonly placement: Instance["placement"];
  readonly tags: Tags;
  readonly eniTags: Tags;
}

function readLaunch(call: Call): Launch {
  const { fields, account } = call;
  fields.requiredText("ImageId");
  const instanceType = fields.text("InstanceType") ?? "m1.small";
  if (limitsOf(instanceType) === undefined) {
    throw wrongValue("instanceType", instanceType, "The instance type does not exist.");
  }
  const specs = fields.list("NetworkInterface");
  if (specs.length > 0 && LAUNCH_LEVEL.some((name) => fields.has(name))) {
    throw wrongCombination(
      "Network interfaces and an instance-level subnet ID or security groups may not be " +
        "specified on the same request",
    );
  }
  const tags = readTagSpecifications(fields, LAUNCH_TAGS);
  for (const each of tags.values()) checkTagCount(each, account.settings.quotas.tagsPerResource);
  const subnet = readSubnet(call, specs);
  return {
    instanceType,
    subnet,
    placement: readPlacement(fields, subnet),
    tags: tags.get("instance") ?? {},
    eniTags: tags.get("network-interface") ?? {},
  };
}

function readSubnet({ fields, account }: Call, specs: readonly Fields[]): Subnet {
  const primary = specs.find((spec) => (spec.integer("DeviceIndex") ?? 0) === 0);
  const named = primary?.text("SubnetId") ?? fields.text("SubnetId");
  if (named !== undefined) return find(account.subnets, KINDS.subnet, named);
  const eniId = primary?.text("NetworkInterfaceId");
  if (eniId !== undefined) {
    return account.subnets.need(find(account.enis, KINDS.eni, eniId).subnetId);
  }
  const zone = fields.structure("Placement").text("AvailabilityZone");
  for (const subnet of account.subnets.all()) {
    const isDefault = account.vpcs.get(subnet.vpcId)?.isDefault;
    if (isDefault && (zone === undefined || subnet.availabilityZone === zone)) return subnet;
  }
  throw new Refusal(
    "MissingInput",
    "No subnets found for the default VPC. Please specify a subnet.",
  );
}

const TENANCIES = ["default", "dedicated", "host"] as const;

/** Where the instance stands besides its subnet, which says the zone. */
function readPlacement(fields: Fields, subnet: Subnet): Instance["placement"] {
  const wanted = fields.structure("Placement");
  const zones = [subnet.availabilityZone, subnet.availabilityZoneId];
  for (const name of ["AvailabilityZone", "AvailabilityZoneId"]) {
    const zone = wanted.text(name);
    if (zone === undefined || zones.includes(zone)) continue;
    throw wrongValue(name, zone, `The subnet '${subnet.id}' is in ${zones[0]}.`);
  }
  const groupName = wanted.text("GroupName");
  const tenancy = wanted.choice("Tenancy", TENANCIES);
  if (groupName === undefined && tenancy === undefined) return undefined;
  return { groupName: groupName ?? "", tenancy: tenancy ?? "default" };
}

function launchOne(
  call: Call,
  launch: Launch,
  where: Pick<Instance, "reservationId" | "launchIndex">,
): Instance {
  const { fields, account, random, nowMs } = call;
  const changesAtMs = endOf("instanceStart", call);
  const keyName = fields.text("KeyName");
  const clientToken = fields.text("ClientToken");
  const instance = account.instances.put({
    ...where,
    id: newId("i", random),
    instanceType: launch.instanceType,
    imageId: fields.text("ImageId") ?? "",
    subnetId: launch.subnet.id,
    vpcId: launch.subnet.vpcId,
    state: "pending",
    changesAtMs,
    launchedAtMs: nowMs,
    ...(keyName !== undefined && { keyName }),
    ...(clientToken !== undefined && { clientToken }),
    ...(launch.placement !== undefined && { placement: launch.placement }),
    architecture: architectureOf(launch.instanceType),
    tags: launch.tags,
  });
  const specs = fields.list("NetworkInterface");
  if (specs.length === 0) attachPrimary(call, launch, instance);
  else for (const spec of specs) attachSpec(call, launch, { instance, spec });
  checkPlaces(call, instance);
  return instance;
}

/** Families of Arm processors carry a g after the generation: m7g, c6gn, x2gd; a1 is the first. */
function architectureOf(type: string): string {
  return /^(?:a1|[a-z]+[0-9]g[a-z]*)\./.test(type) ? "arm64" : "x86_64";
}

function attachPrimary(call: Call, launch: Launch, instance: Instance): void {
  const { fields } = call;
  const { subnet } = launch;
  const eni = makeEni(call, {
    subnet,
    description: "",
    interfaceType: "interface",
    addresses: readAddressWish(fields, "Ipv6Address"),
    groupIds: readEniGroups(call, readLaunchGroups(call, subnet), { subnet, style: "modify" }),
    enablePrimaryIpv6: fields.boolean("EnablePrimaryIpv6") ?? false,
    tags: launch.eniTags,
  });
  if (subnet.mapPublicIpOnLaunch) assignPublicIp(call, eni);
  attach(call, eni, {
    instanceId: instance.id,
    deviceIndex: 0,
    networkCardIndex: 0,
    deleteOnTermination: true,
  });
}

/** Groups of the launch, by id and by name; a name is one of the subnet's VPC. */
function readLaunchGroups({ fields, account }: Call, { vpcId }: Subnet): string[] {
  const named = fields.texts("SecurityGroup").map((name) => {
    for (const group of account.groups.by("group-name", name)) {
      if (group.vpcId === vpcId) return group.id;
    }
    throw new Refusal(
      "InvalidGroup.NotFound",
      `The security group '${name.slice(0, 100)}' does not exist in VPC '${vpcId}'`,
    );
  });
  return [...fields.texts("SecurityGroupId"), ...named];
}

function attachSpec(
  call: Call,
  launch: Launch,
  { instance, spec }: { readonly instance: Instance; readonly spec: Fields },
): void {
  const deviceIndex = spec.integer("DeviceIndex");
  if (deviceIndex === undefined) throw missing("deviceIndex");
  const existing = spec.text("NetworkInterfaceId");
  const networkCardIndex = spec.integer("NetworkCardIndex") ?? 0;
  const eni =
    existing === undefined ? makeSpecified(call, launch, spec) : readExisting(call, existing);
  checkPlace(call, eni, instance);
  checkTypeLimits(call, instance, eni, networkCardIndex);
  if (deviceIndex === 0 && eni.wantsPublicIp) assignPublicIp(call, eni);
  attach(call, eni, {
    instanceId: instance.id,
    deviceIndex,
    networkCardIndex,
    deleteOnTermination: spec.boolean("DeleteOnTermination") ?? existing === undefined,
    ...readEnaSettings(spec),
  });
}

function makeSpecified(call: Call, launch: Launch, spec: Fields): Eni {
  const subnetId = spec.text("SubnetId");
  const subnet =
    subnetId === undefined ? launch.subnet : find(call.account.subnets, KINDS.subnet, subnetId);
  const tracking = readConnectionTracking(spec);
  const eni = makeEni(call, {
    subnet,
    description: spec.text("Description") ?? "",
    interfaceType: spec.text("InterfaceType") ?? "interface",
    addresses: readAddressWish(spec),
    groupIds: readEniGroups(call, spec.texts("SecurityGroupId"), { subnet, style: "modify" }),
    enablePrimaryIpv6: spec.boolean("PrimaryIpv6") ?? false,
    ...(tracking && { connectionTracking: tracking }),
    tags: launch.eniTags,
  });
  const wantsPublic = spec.boolean("AssociatePublicIpAddress") ?? subnet.mapPublicIpOnLaunch;
  if (wantsPublic && spec.integer("DeviceIndex") === 0) assignPublicIp(call, eni);
  return eni;
}

function readExisting(call: Call, id: string): Eni {
  const eni = find(call.account.enis, KINDS.eni, id);
  if (eni.attachment !== undefined || eni.association !== undefined) {
    throw new Refusal("InvalidNetworkInterface.InUse", `Interface: [${eni.id}] in use.`);
  }
  return eni;
}

function checkPlaces({ account }: Call, instance: Instance): void {
  const attached = [...account.enis.by("attachment.instance-id", instance.id)];
  const places = new Set(
    attached.map(({ attachment }) => `${attachment?.networkCardIndex} ${attachment?.deviceIndex}`),
  );
  if (places.size === attached.length) return;
  throw wrongCombination("Two network interfaces have the same device index.");
}
