// An account's invariants, checked on its dump by code that shares nothing with the emulator: it
// reads the JSON that `aws ec2 describe-…` prints and counts for itself.

interface Eni {
  readonly NetworkInterfaceId: string;
  readonly SubnetId: string;
  readonly VpcId: string;
  readonly MacAddress: string;
  readonly Status: string;
  readonly InterfaceType: string;
  readonly RequesterManaged: boolean;
  readonly Groups: readonly { readonly GroupId: string }[];
  readonly PrivateIpAddresses: readonly { PrivateIpAddress: string; Primary: boolean }[];
  readonly Ipv4Prefixes?: readonly { readonly Ipv4Prefix: string }[];
  readonly Attachment?: {
    readonly InstanceId: string;
    readonly DeviceIndex: number;
    readonly NetworkCardIndex: number;
    readonly Status: string;
  };
}

interface Dump {
  readonly Subnets: readonly {
    readonly SubnetId: string;
    readonly CidrBlock: string;
    readonly AvailableIpAddressCount: number;
  }[];
  readonly SecurityGroups: readonly { readonly GroupId: string; readonly VpcId: string }[];
  readonly SecurityGroupRules: readonly {
    readonly GroupId: string;
    readonly IsEgress: boolean;
    readonly CidrIpv4?: string;
    readonly CidrIpv6?: string;
    readonly ReferencedGroupInfo?: { readonly GroupId: string };
  }[];
  readonly Reservations: readonly {
    readonly Instances: readonly {
      readonly InstanceId: string;
      readonly InstanceType: string;
      readonly State: { readonly Name: string };
    }[];
  }[];
  readonly NetworkInterfaces: readonly Eni[];
  readonly InterfaceAssociations: readonly {
    readonly BranchInterfaceId: string;
    readonly TrunkInterfaceId: string;
    readonly VlanId: number;
  }[];
}

/** Limits of the types that the tests use: interfaces, branches. Source: EC2 user guide. */
const LIMITS: Readonly<Record<string, readonly [interfaces: number, branches: number]>> = {
  "m5.large": [3, 9],
  "m7g.medium": [2, 4],
};

/** Everything that is wrong with an account, in words; empty when nothing is. */
export function brokenInvariants(input: unknown): string[] {
  // The dump is what the emulator says; a member that is missing shows as a broken invariant.
  const dump = input as Dump;
  return [
    ...addressProblems(dump),
    ...attachmentProblems(dump),
    ...associationProblems(dump),
    ...groupProblems(dump),
  ];
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function addressProblems({ Subnets, NetworkInterfaces }: Dump): string[] {
  const problems: string[] = [];
  const macs = new Set(NetworkInterfaces.map((eni) => eni.MacAddress));
  if (macs.size < NetworkInterfaces.length) problems.push("a MAC address is held twice");
  for (const subnet of Subnets) {
    const [base = "", length = ""] = subnet.CidrBlock.split("/");
    const first = toNumber(base);
    const size = 2 ** (32 - Number(length));
    const held = new Set([0, 1, 2, 3, size - 1]);
    const hold = (offset: number, what: string) => {
      if (offset < 0 || offset >= size) problems.push(`${what} is outside ${subnet.SubnetId}`);
      if (held.has(offset)) problems.push(`${what} is reserved or held twice`);
      held.add(offset);
    };
    for (const eni of NetworkInterfaces.filter((one) => one.SubnetId === subnet.SubnetId)) {
      for (const { PrivateIpAddress } of eni.PrivateIpAddresses) {
        hold(toNumber(PrivateIpAddress) - first, PrivateIpAddress);
      }
      for (const { Ipv4Prefix } of eni.Ipv4Prefixes ?? []) {
        const start = toNumber(Ipv4Prefix.split("/")[0] ?? "") - first;
        for (let i = 0; i < 16; i++) hold(start + i, Ipv4Prefix);
      }
      if (eni.PrivateIpAddresses.filter((one) => one.Primary).length !== 1) {
        problems.push(`${eni.NetworkInterfaceId} has not one primary address`);
      }
    }
    if (size - held.size !== subnet.AvailableIpAddressCount) {
      problems.push(
        `${subnet.SubnetId} says ${subnet.AvailableIpAddressCount} free, there are ${size - held.size}`,
      );
    }
  }
  return problems;
}

function attachmentProblems({ Reservations, NetworkInterfaces }: Dump): string[] {
  const problems: string[] = [];
  const instances = new Map(
    Reservations.flatMap((one) => one.Instances).map((one) => [one.InstanceId, one]),
  );
  const places = new Set<string>();
  const counts = new Map<string, number>();
  for (const { NetworkInterfaceId: id, Attachment, Status, ...eni } of NetworkInterfaces) {
    if (Attachment === undefined) {
      if (Status === "in-use" && !eni.RequesterManaged) problems.push(`${id} is in use by nobody`);
      continue;
    }
    if (Status !== "in-use") problems.push(`${id} is attached and ${Status}`);
    const { InstanceId, DeviceIndex, NetworkCardIndex } = Attachment;
    const state = instances.get(InstanceId)?.State.Name;
    if (state === undefined || state === "terminated") {
      problems.push(`${id} hangs on ${InstanceId}, which is ${state ?? "not there"}`);
    }
    const place = `${InstanceId} ${NetworkCardIndex} ${DeviceIndex}`;
    if (places.has(place)) problems.push(`two interfaces are at ${place}`);
    places.add(place);
    counts.set(InstanceId, (counts.get(InstanceId) ?? 0) + 1);
  }
  for (const [id, count] of counts) {
    const limit = LIMITS[instances.get(id)?.InstanceType ?? ""]?.[0] ?? Number.POSITIVE_INFINITY;
    if (count > limit) problems.push(`${id} has ${count} interfaces, the limit is ${limit}`);
  }
  return problems;
}

function associationProblems(dump: Dump): string[] {
  const { InterfaceAssociations, NetworkInterfaces, Reservations } = dump;
  const problems: string[] = [];
  const enis = new Map(NetworkInterfaces.map((eni) => [eni.NetworkInterfaceId, eni]));
  const types = new Map(
    Reservations.flatMap((one) => one.Instances).map((one) => [one.InstanceId, one.InstanceType]),
  );
  const keys = new Set<string>();
  const counts = new Map<string, number>();
  for (const { BranchInterfaceId, TrunkInterfaceId, VlanId } of InterfaceAssociations) {
    const trunk = enis.get(TrunkInterfaceId);
    const branch = enis.get(BranchInterfaceId);
    if (trunk?.InterfaceType !== "trunk" || trunk.Attachment === undefined) {
      problems.push(`${BranchInterfaceId} is on ${TrunkInterfaceId}, which carries nothing`);
    }
    if (branch?.Status !== "associated" || branch.InterfaceType !== "branch") {
      problems.push(`${BranchInterfaceId} is associated and shows as ${branch?.Status}`);
    }
    const key = `${TrunkInterfaceId} ${VlanId}`;
    if (keys.has(key)) problems.push(`VLAN id ${VlanId} is held twice on ${TrunkInterfaceId}`);
    keys.add(key);
    const type = types.get(trunk?.Attachment?.InstanceId ?? "") ?? "";
    const count = (counts.get(TrunkInterfaceId) ?? 0) + 1;
    counts.set(TrunkInterfaceId, count);
    if (count > (LIMITS[type]?.[1] ?? Number.POSITIVE_INFINITY)) {
      problems.push(`${TrunkInterfaceId} carries ${count} branches on ${type}`);
    }
  }
  const associated = NetworkInterfaces.filter((eni) => eni.Status === "associated").length;
  if (associated !== InterfaceAssociations.length) {
    problems.push(`${associated} interfaces are associated by ${InterfaceAssociations.length}`);
  }
  return problems;
}

function groupProblems({ SecurityGroups, SecurityGroupRules, NetworkInterfaces }: Dump): string[] {
  const problems: string[] = [];
  const vpcs = new Map(SecurityGroups.map((group) => [group.GroupId, group.VpcId]));
  for (const eni of NetworkInterfaces) {
    if (eni.Groups.length > 5) problems.push(`${eni.NetworkInterfaceId} has too many groups`);
    for (const { GroupId } of eni.Groups) {
      if (vpcs.get(GroupId) === eni.VpcId) continue;
      problems.push(`${eni.NetworkInterfaceId} carries ${GroupId}, which is not of its VPC`);
    }
  }
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  for (const rule of SecurityGroupRules) {
    if (!vpcs.has(rule.GroupId)) problems.push(`a rule is of ${rule.GroupId}, which is not there`);
    const peer = rule.ReferencedGroupInfo?.GroupId;
    if (peer !== undefined && !vpcs.has(peer)) problems.push(`a rule names ${peer}`);
    const { SecurityGroupRuleId: _, ...said } = rule as typeof rule & {
      SecurityGroupRuleId: string;
      SecurityGroupRuleArn?: string;
    };
    const text = JSON.stringify({ ...said, SecurityGroupRuleArn: undefined });
    if (seen.has(text)) problems.push(`a rule is there twice: ${text}`);
    seen.add(text);
    const families = rule.CidrIpv4 ? ["4"] : rule.CidrIpv6 ? ["6"] : ["4", "6"];
    for (const family of families) {
      const key = `${rule.GroupId} ${rule.IsEgress} ${family}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  for (const [key, count] of counts) if (count > 60) problems.push(`${key} has ${count} rules`);
  return problems;
}
