import { type Random, seededRandom } from "@trunkline/core";
import { startEmulator } from "@trunkline/ec2-emulator";
import { describe, expect, it } from "vitest";
import { StillClock } from "./support/cloud.ts";
import { brokenInvariants } from "./support/invariants.ts";
import { callRaw } from "./support/raw.ts";

/** Fewer in a plain run, so that it stays short; `.ci/run` asks for 100,000. */
const REQUESTS = Number(process.env.TRUNKLINE_FUZZ_REQUESTS ?? 20_000);
const FUZZ_MS_MAX = 300_000;
const OVER_HTTP = 1_000;

const ACTIONS = (
  "CreateNetworkInterface DeleteNetworkInterface AttachNetworkInterface DetachNetworkInterface " +
  "ModifyNetworkInterfaceAttribute DescribeNetworkInterfaces DescribeNetworkInterfaceAttribute " +
  "CreateNetworkInterfacePermission AssociateTrunkInterface DisassociateTrunkInterface " +
  "DescribeTrunkInterfaceAssociations AssignPrivateIpAddresses UnassignPrivateIpAddresses " +
  "AssignIpv6Addresses UnassignIpv6Addresses RunInstances TerminateInstances DescribeInstances " +
  "DescribeInstanceTypes CreateSecurityGroup DeleteSecurityGroup AuthorizeSecurityGroupIngress " +
  "AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress ModifySecurityGroupRules " +
  "UpdateSecurityGroupRuleDescriptionsIngress DescribeSecurityGroups DescribeSecurityGroupRules " +
  "CreateTags DeleteTags DescribeTags CreateManagedPrefixList ModifyManagedPrefixList " +
  "GetManagedPrefixListEntries CreateVpc DeleteVpc CreateSubnet DeleteSubnet CreateRoute " +
  "CreateNetworkAclEntry AssociateAddress AllocateAddress CreateNatGateway DescribeVpcs " +
  "DescribeSubnets DescribeRouteTables CreateVpcPeeringConnection Nonsense"
).split(" ");

const NAMES = (
  "SubnetId Description SecurityGroupId.1 SecurityGroupId.2 PrivateIpAddress " +
  "PrivateIpAddresses.1.PrivateIpAddress PrivateIpAddresses.1.Primary PrivateIpAddress.1 " +
  "SecondaryPrivateIpAddressCount Ipv4PrefixCount Ipv4Prefix.1.Ipv4Prefix Ipv4Prefix.1 " +
  "Ipv6AddressCount Ipv6Addresses.1 InterfaceType ClientToken DryRun NetworkInterfaceId " +
  "NetworkInterfaceId.1 InstanceId InstanceId.1 DeviceIndex NetworkCardIndex AttachmentId Force " +
  "BranchInterfaceId TrunkInterfaceId VlanId GreKey AssociationId GroupId GroupId.1 GroupName " +
  "GroupDescription VpcId CidrBlock IpPermissions.1.IpProtocol IpPermissions.1.FromPort " +
  "IpPermissions.1.ToPort IpPermissions.1.IpRanges.1.CidrIp IpPermissions.1.Groups.1.GroupId " +
  "IpPermissions.1.Ipv6Ranges.1.CidrIpv6 CidrIp FromPort ToPort IpProtocol Filter.1.Name " +
  "Filter.1.Value.1 Filter.1.Value.2 MaxResults NextToken ResourceId.1 Tag.1.Key Tag.1.Value " +
  "TagSpecification.1.ResourceType TagSpecification.1.Tag.1.Key MinCount MaxCount ImageId " +
  "InstanceType PrefixListName MaxEntries AddressFamily Entry.1.Cidr AwsAccountId Permission " +
  "SecurityGroupRuleId.1 SecurityGroupRule.1.SecurityGroupRuleId RuleNumber Protocol Egress " +
  "SecurityGroupRule.1.SecurityGroupRule.CidrIpv4 Description.Value SourceDestCheck.Value " +
  "Attachment.AttachmentId Attribute RouteTableId DestinationCidrBlock GatewayId AllocationId " +
  "NetworkInterface.1.DeviceIndex NetworkInterface.1.SubnetId PeerVpcId Version a.b.c"
).split(" ");

const VALUES = (
  "eni-a subnet-a vpc-a sg-a i-a eni-0aaaaaaaaaaaaaaaa sg- foo -1 0 1 2 5 10 4095 65536 99999999999 " +
  "1e9 NaN true false perhaps 10.0.0.9 10.0.1.300 10.0.0.0/24 10.0.0.0/33 ::/0 fe80::1 tcp -1 icmp " +
  "trunk branch interface status vpc-id tag:x group-id available * ?? \\* network-interface " +
  "m5.large t3.medium ami-1 IPv4 INSTANCE-ATTACH 111122223333 description groupSet default " +
  "__proto__ constructor toString"
).split(" ");
/** What a name mostly wants, so that many requests get past the first check. */
const WANTED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/SubnetId/, ["subnet-a"]],
  [/(?:Network|Branch|Trunk)Interface(?:Id|Id\.1)$/, ["eni-a"]],
  [/Group(?:Id|Name)/, ["sg-a", "a"]],
  [/VpcId/, ["vpc-a"]],
  [/InstanceId/, ["i-a"]],
  [/InstanceType/, ["m5.large"]],
  [/Count$|Index$|VlanId|Port$|RuleNumber|MaxEntries/, ["1", "2"]],
  [/Cidr/, ["10.0.0.0/24", "10.1.0.0/16"]],
  [/Protocol/, ["tcp", "-1", "6"]],
  [/Version/, ["2016-11-15"]],
  [/InterfaceType/, ["trunk", "branch"]],
  [/Permission$/, ["INSTANCE-ATTACH"]],
  [/AwsAccountId/, ["111122223333"]],
  [/ResourceId/, ["sg-a", "eni-a"]],
];

function valueFor(random: Random, name: string): string {
  if (random() < 0.05) return draw(random, STRANGE);
  const wanted = WANTED.find(([pattern]) => pattern.test(name))?.[1];
  return wanted !== undefined && random() < 0.75 ? draw(random, wanted) : draw(random, VALUES);
}

const STRANGE = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "<x>&amp;",
  "é".repeat(300),
  "a".repeat(5000),
  "*".repeat(200),
];

function draw<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)];
}

/** Parameters that an action cannot do without, with values that it takes. */
const BASES: Readonly<Record<string, string>> = {
  CreateNetworkInterface: "SubnetId=subnet-a",
  DeleteNetworkInterface: "NetworkInterfaceId=eni-0aaaaaaaaaaaaaaaa",
  AttachNetworkInterface: "NetworkInterfaceId=eni-a&InstanceId=i-a&DeviceIndex=1",
  DetachNetworkInterface: "AttachmentId=eni-attach-0aaaaaaaaaaaaaaaa",
  ModifyNetworkInterfaceAttribute: "NetworkInterfaceId=eni-a",
  AssociateTrunkInterface: "BranchInterfaceId=eni-a&TrunkInterfaceId=eni-a&VlanId=1",
  DisassociateTrunkInterface: "AssociationId=trunk-assoc-0aaaaaaaaaaaaaaaa",
  AssignPrivateIpAddresses: "NetworkInterfaceId=eni-a",
  UnassignPrivateIpAddresses: "NetworkInterfaceId=eni-a",
  RunInstances: "ImageId=ami-1&MinCount=1&MaxCount=1&InstanceType=m5.large&SubnetId=subnet-a",
  CreateSecurityGroup: "GroupName=b&GroupDescription=c&VpcId=vpc-a",
  DeleteSecurityGroup: "GroupId=sg-a",
  AuthorizeSecurityGroupIngress:
    "GroupId=sg-a&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=1" +
    "&IpPermissions.1.ToPort=2&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8",
  RevokeSecurityGroupIngress: "GroupId=sg-a&SecurityGroupRuleId.1=sgr-0aaaaaaaaaaaaaaaa",
  CreateTags: "ResourceId.1=sg-a&Tag.1.Key=k&Tag.1.Value=v",
  CreateManagedPrefixList: "PrefixListName=l&MaxEntries=2&AddressFamily=IPv4",
  CreateSubnet: "VpcId=vpc-a&CidrBlock=10.0.9.0/24",
  CreateVpc: "CidrBlock=10.1.0.0/16",
  DeleteVpc: "VpcId=vpc-a",
  CreateNatGateway: "SubnetId=subnet-a&ConnectivityType=private",
};

/** Parameters that an action was heard to have no use for: most requests leave them out. */
type Useless = Map<string, Set<string>>;

function anyRequest(random: Random, useless: Useless = new Map()): Record<string, string> {
  const action = draw(random, ACTIONS);
  const base = random() < 0.6 ? (BASES[action] ?? "") : "";
  const request: Record<string, string> = {
    Action: action,
    ...Object.fromEntries(new URLSearchParams(base)),
  };
  for (let n = Math.floor(random() * 9); n > 0; n--) {
    const name = draw(random, NAMES);
    if (useless.get(action)?.has(name.split(".")[0]) && random() < 0.99) continue;
    request[name] = valueFor(random, name);
  }
  return request;
}

describe("any request", () => {
  it(
    `is answered in EC2's shape, ${REQUESTS} times, and leaves the account whole`,
    async () => {
      const random = seededRandom(20260102);
      const clock = new StillClock();
      await using emulator = await startEmulator({
        clock,
        random: seededRandom(5),
        quotas: { interfaces: 300, vpcs: 20, groups: 200 },
        account: {
          Vpcs: [{ VpcId: "vpc-a", CidrBlock: "10.0.0.0/16", IsDefault: true }],
          Subnets: [{ SubnetId: "subnet-a", VpcId: "vpc-a", CidrBlock: "10.0.0.0/24" }],
          SecurityGroups: [{ GroupId: "sg-a", GroupName: "a", VpcId: "vpc-a" }],
          Instances: [{ InstanceId: "i-a", SubnetId: "subnet-a" }],
          NetworkInterfaces: [{ NetworkInterfaceId: "eni-a", SubnetId: "subnet-a" }],
        },
      });
      const codes = new Map<string, number>();
      const useless: Useless = new Map(ACTIONS.map((action) => [action, new Set()]));
      for (let n = 0; n < REQUESTS; n++) {
        const request = anyRequest(random, useless);
        const answer = callRaw(emulator, request);
        if (answer.bug !== undefined) {
          throw new Error(`bug on ${JSON.stringify(request)}`, { cause: answer.bug });
        }
        const isShaped =
          answer.status === 200
            ? answer.text.includes(`<${request.Action}Response xmlns=`)
            : /<Code>[A-Za-z.]+<\/Code><Message>/.test(answer.text);
        if (!isShaped) throw new Error(`${JSON.stringify(request)}: ${answer.text}`);
        const unknown = /The parameter (\S+) is not recognized/.exec(answer.text)?.[1];
        if (unknown !== undefined) useless.get(request.Action)?.add(unknown.split(".")[0]);
        codes.set(answer.code ?? "ok", (codes.get(answer.code ?? "ok") ?? 0) + 1);
      }
      expect(brokenInvariants(emulator.front.dump())).toEqual([]);
      // Enough of the ground was covered: many kinds of refusal, and some success.
      expect(codes.size).toBeGreaterThan(30);
      expect(codes.get("ok")).toBeGreaterThan(500);
      expect(codes.get("InternalError")).toBeUndefined();
    },
    FUZZ_MS_MAX,
  );

  it(`over HTTP, ${OVER_HTTP} bodies of any bytes, gets an answer`, async () => {
    const random = seededRandom(77);
    await using emulator = await startEmulator({ clock: new StillClock(), random });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    for (let n = 0; n < OVER_HTTP; n++) {
      const text = new URLSearchParams(anyRequest(random)).toString();
      const bytes = Buffer.from(text);
      for (let k = Math.floor(random() * 6); k > 0; k--) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      const response = await fetch(emulator.endpoint, {
        method: "POST",
        body: bytes,
        headers: form,
      });
      const answer = await response.text();
      expect(answer.startsWith("<?xml")).toBe(true);
      expect(response.headers.get("x-amzn-requestid")).toBeTruthy();
    }
  });
});
