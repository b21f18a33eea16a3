import { seededRandom } from "@trunkline/core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { Account } from "../account/account.ts";
import { DEFAULT_QUOTAS } from "../account/settings.ts";
import { answer } from "../front/answer.ts";
import { loadAccount } from "../load/load-account.ts";
import { parseForm } from "../wire/form.ts";

type Pairs = readonly (readonly [name: string, value: string])[];

const account = new Account({
  region: "us-west-2",
  accountId: "111122223333",
  quotas: DEFAULT_QUOTAS,
  stateScale: 0,
  detachedVisibleMs: 0,
});
const random = seededRandom(7);

function ask(action: string, pairs: Pairs): string {
  const form = parseForm(
    new URLSearchParams([
      ["Action", action],
      ...pairs.map(([name, value]): [string, string] => [name, value]),
    ]).toString(),
  );
  const moment = { nowMs: 1_800_000_000_000, random, view: () => account };
  const { status, document } = answer(account, form, moment);
  if (status !== 200) throw new Error(`${action}: ${document}`);
  return String(document);
}

const trunk = (n: number) => `eni-trunk-${n % 2}`;

beforeAll(() => {
  const document = {
    Vpcs: [
      { VpcId: "vpc-a", CidrBlock: "10.0.0.0/16" },
      { VpcId: "vpc-b", CidrBlock: "10.1.0.0/16" },
    ],
    Subnets: [0, 1, 2].map((n) => ({
      SubnetId: `subnet-${n}`,
      VpcId: n === 2 ? "vpc-b" : "vpc-a",
      CidrBlock: n === 2 ? "10.1.0.0/24" : `10.0.${n}.0/24`,
      AvailabilityZone: n === 0 ? "us-west-2a" : "us-west-2b",
    })),
    SecurityGroups: Array.from({ length: 6 }, (_, n) => ({
      GroupId: `sg-${n}`,
      GroupName: `group-${n % 3}`,
      Description: `of ${n % 2}`,
      VpcId: n < 3 ? "vpc-a" : "vpc-b",
      Tags: [{ Key: "team", Value: `t${n % 2}` }],
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: n,
          ToPort: 9,
          UserIdGroupPairs: [{ GroupId: `sg-${n % 2}` }],
        },
        { IpProtocol: "udp", FromPort: 1, ToPort: 9, IpRanges: [{ CidrIp: `10.${n % 3}.0.0/16` }] },
      ],
      IpPermissionsEgress: [
        { IpProtocol: "-1", IpRanges: [{ CidrIp: `10.${n % 2}.0.0/16` }] },
        { IpProtocol: "-1", Ipv6Ranges: [{ CidrIpv6: `2001:db8:${n % 2}::/48` }] },
      ],
    })),
    Instances: [0, 1, 2].map((n) => ({
      InstanceId: `i-${n}`,
      InstanceType: n === 0 ? "m5.large" : "c5.large",
      SubnetId: `subnet-${n}`,
      SecurityGroups: [{ GroupId: n === 2 ? "sg-3" : `sg-${n}` }],
      Tags: [{ Key: "team", Value: `t${n % 2}` }],
    })),
    NetworkInterfaces: Array.from({ length: 30 }, (_, n) => ({
      NetworkInterfaceId: n < 2 ? trunk(n) : `eni-${n}`,
      SubnetId: "subnet-0",
      Description: `pod ${n % 4}`,
      InterfaceType: n < 2 ? "trunk" : "interface",
      PrivateIpAddress: `10.0.0.${10 + n}`,
      ...(n < 2 && { Attachment: { InstanceId: "i-0", DeviceIndex: n + 1 } }),
      Groups: [...new Set([`sg-${n % 3}`, `sg-${n % 2}`])].map((GroupId) => ({ GroupId })),
      TagSet: [
        { Key: "team", Value: `t${n % 2}` },
        { Key: n % 5 === 0 ? "a" : "b", Value: "t0" },
      ],
    })),
    InterfaceAssociations: [5, 6, 7, 8].map((n) => ({
      AssociationId: `trunk-assoc-${n}`,
      BranchInterfaceId: `eni-${n}`,
      TrunkInterfaceId: trunk(n),
      InterfaceProtocol: "VLAN",
      VlanId: n,
    })),
    Addresses: [3, 4].map((n) => ({
      AllocationId: `eipalloc-${n}`,
      PublicIp: `203.0.113.${n}`,
      AssociationId: `eipassoc-${n}`,
      NetworkInterfaceId: `eni-${n}`,
      PrivateIpAddress: `10.0.0.${10 + n}`,
    })),
  };
  loadAccount(account, document, { nowMs: 1_700_000_000_000, random });
});

/** Filters that have an index, with values that some rows have and some that none has. */
const ASKED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  DescribeNetworkInterfaces: {
    "association.allocation-id": ["eipalloc-3", "eipalloc-9"],
    "association.association-id": ["eipassoc-4"],
    "association.public-ip": ["203.0.113.3", "203.0.113.4"],
    "attachment.device-index": ["0", "1", "9"],
    "attachment.instance-id": ["i-0", "i-1"],
    "attachment.status": ["attached", "detaching"],
    "addresses.private-ip-address": ["10.0.0.11", "10.0.0.12"],
    "availability-zone": ["us-west-2a", "us-west-2b"],
    description: ["", "pod 1", "pod 2", "pod 9"],
    "group-id": ["sg-0", "sg-1", "sg-9"],
    "group-name": ["group-0", "group-1", "group-9"],
    "interface-type": ["interface", "trunk", "branch"],
    "network-interface-id": ["eni-7", "eni-3", "eni-99"],
    "private-ip-address": ["10.0.0.11", "10.0.0.39"],
    status: ["available", "associated", "in-use"],
    "subnet-id": ["subnet-0", "subnet-1"],
    "tag-key": ["a", "b", "team"],
    "tag:team": ["t0", "t1"],
    "tag:a": ["t0", "t1"],
    "vpc-id": ["vpc-a", "vpc-b"],
  },
  DescribeSecurityGroups: {
    description: ["of 0", "of 1", ""],
    "egress.ip-permission.cidr": ["10.0.0.0/16", "10.2.0.0/16"],
    "egress.ip-permission.group-id": ["sg-0"],
    "egress.ip-permission.ipv6-cidr": ["2001:db8::/48", "2001:db8:1::/48"],
    "group-id": ["sg-0", "sg-3", "sg-9"],
    "group-name": ["group-0", "default"],
    "ip-permission.cidr": ["10.0.0.0/16", "10.2.0.0/16"],
    "ip-permission.group-id": ["sg-0", "sg-1", "sg-2"],
    "ip-permission.ipv6-cidr": ["2001:db8::/48"],
    "ip-permission.protocol": ["tcp", "udp"],
    "tag:team": ["t0", "t1"],
    "vpc-id": ["vpc-a", "vpc-b"],
  },
  DescribeSecurityGroupRules: { "group-id": ["sg-0", "sg-1"], "tag-key": ["team"] },
  DescribeInstances: {
    "group-id": ["sg-0", "sg-3", "sg-9"],
    "instance-id": ["i-0", "i-9"],
    "instance-state-name": ["running", "stopped"],
    "instance-type": ["m5.large", "c5.large"],
    "instance.group-id": ["sg-1"],
    "network-interface.addresses.private-ip-address": ["10.0.0.11", "10.0.0.39"],
    "network-interface.group-id": ["sg-0", "sg-3"],
    "network-interface.network-interface-id": ["eni-trunk-0", "eni-7"],
    "network-interface.subnet-id": ["subnet-0", "subnet-1"],
    "private-ip-address": ["10.0.0.11"],
    "tag:team": ["t0", "t1"],
    "vpc-id": ["vpc-a", "vpc-b"],
  },
  DescribeSubnets: {
    "availability-zone": ["us-west-2a", "us-west-2b"],
    "subnet-id": ["subnet-1", "subnet-2"],
    "vpc-id": ["vpc-a", "vpc-b"],
  },
  DescribeAddresses: { "network-interface-id": ["eni-3"], "association-id": ["eipassoc-4"] },
};

/** Matches nothing, and its wildcard keeps every index out. */
const NO_INDEX = "no such value*";

const question = fc.constantFrom(...Object.keys(ASKED)).chain((action) => {
  const names = Object.keys(ASKED[action]);
  const filter = fc.constantFrom(...names).chain((name) =>
    fc.record({
      name: fc.constant(name),
      values: fc.subarray([...ASKED[action][name]], { minLength: 1 }),
    }),
  );
  const filters = fc.uniqueArray(filter, {
    minLength: 1,
    maxLength: 3,
    selector: (one) => one.name,
  });
  return fc.record({ action: fc.constant(action), filters });
});

function pairsOf(
  filters: readonly { readonly name: string; readonly values: readonly string[] }[],
  more: readonly string[],
): Pairs {
  return filters.flatMap(({ name, values }, f) => [
    [`Filter.${f + 1}.Name`, name] as const,
    ...[...values, ...more].map((value, v) => [`Filter.${f + 1}.Value.${v + 1}`, value] as const),
  ]);
}

const bodyOf = (document: string) => document.replace(/^.*?<\/requestId>/s, "");

describe("a filtered describe", () => {
  it("lists through indexes what it lists by looking at every row, in the same order", () => {
    fc.assert(
      fc.property(question, ({ action, filters }) => {
        const scanned = ask(action, pairsOf(filters, [NO_INDEX]));
        expect(bodyOf(ask(action, pairsOf(filters, [])))).toBe(bodyOf(scanned));
      }),
      { numRuns: 150 },
    );
  });

  it("lists page by page what it lists at once", () => {
    fc.assert(
      fc.property(question, ({ action, filters }) => {
        fc.pre(action === "DescribeNetworkInterfaces" || action === "DescribeSecurityGroupRules");
        const ids = (text: string) =>
          text.match(/<(networkInterfaceId|securityGroupRuleId)>[^<]*/g);
        const paged: string[] = [];
        let token: string | undefined = "";
        while (token !== undefined) {
          const pairs = [
            ...pairsOf(filters, []),
            ["MaxResults", "5"],
            ["NextToken", token],
          ] as const;
          const document = ask(action, pairs);
          paged.push(...(ids(document) ?? []));
          token = /<nextToken>([^<]*)/.exec(document)?.[1];
        }
        expect(paged).toEqual(ids(ask(action, pairsOf(filters, []))) ?? []);
      }),
      { numRuns: 40 },
    );
  });
});
