import type { IpPermission } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cloud, nobody, openCloud, refused } from "./support/cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const open = [{ CidrIp: "0.0.0.0/0" }];
const tcp = { IpProtocol: "tcp", FromPort: 80, ToPort: 80 };

// What EC2 checks when rules change, one row for each condition.
const wrong: [condition: string, permission: IpPermission, code: string, text: RegExp][] = [
  ["no protocol", { IpRanges: open }, "InvalidParameterValue", /'null' for protocol/],
  [
    "an unknown protocol",
    { ...tcp, IpProtocol: "xyz", IpRanges: open },
    "InvalidParameterValue",
    /Invalid value 'xyz' for IP protocol\. Unknown protocol\./,
  ],
  [
    "protocol 256",
    { IpProtocol: "256", IpRanges: open },
    "InvalidParameterValue",
    /Unknown protocol/,
  ],
  [
    "TCP with one port",
    { IpProtocol: "tcp", FromPort: 80, IpRanges: open },
    "InvalidParameterValue",
    /Must specify both from and to ports with TCP\/UDP/,
  ],
  [
    "a port out of range",
    { ...tcp, FromPort: -1, IpRanges: open },
    "InvalidPermission.Malformed",
    /TCP\/UDP port \(-1\) out of range/,
  ],
  [
    "a range that ends before it begins",
    { ...tcp, FromPort: 81, IpRanges: open },
    "InvalidParameterValue",
    /portRange/,
  ],
  [
    "any ICMP type with one code",
    { IpProtocol: "icmp", FromPort: -1, ToPort: 0, IpRanges: open },
    "InvalidParameterValue",
    /ICMP/,
  ],
  ["no peer", tcp, "MissingParameter", /Missing source specification/],
  [
    "text that is no CIDR",
    { ...tcp, IpRanges: [{ CidrIp: "10.0.0.0/33" }] },
    "InvalidParameterValue",
    /CIDR block 10\.0\.0\.0\/33 is malformed/,
  ],
  [
    "IPv6 where IPv4 belongs",
    { ...tcp, IpRanges: [{ CidrIp: "::/0" }] },
    "InvalidParameterValue",
    /malformed/,
  ],
  [
    "a group that does not exist",
    { ...tcp, UserIdGroupPairs: [{ GroupId: nobody.group }] },
    "InvalidGroup.NotFound",
    /'sg-0aaaaaaaaaaaaaaaa' does not exist/,
  ],
  [
    "a prefix list that does not exist",
    { ...tcp, PrefixListIds: [{ PrefixListId: nobody.list }] },
    "InvalidPrefixListID.NotFound",
    /pl-0aaaaaaaaaaaaaaaa/,
  ],
  [
    "a description with a character that is none",
    { ...tcp, IpRanges: [{ CidrIp: "10.0.0.0/8", Description: "a<b" }] },
    "InvalidParameterValue",
    /Invalid rule description/,
  ],
  [
    "the same rule twice, in other words",
    { ...tcp, IpRanges: [{ CidrIp: "10.0.0.0/8" }, { CidrIp: "10.1.2.3/8" }] },
    "InvalidParameterValue",
    /must not appear multiple times/,
  ],
];

it.each(wrong)("%s is refused, and nothing is added", async (_, permission, code, text) => {
  const { ec2, groupId } = cloud;
  const good = { IpProtocol: "udp", FromPort: 53, ToPort: 53, IpRanges: open };
  const IpPermissions = [good, permission];
  const answer = await refused(
    ec2.authorizeSecurityGroupIngress({ GroupId: groupId, IpPermissions }),
  );
  expect(answer).toMatchObject({ code, status: 400, message: expect.stringMatching(text) });
  const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupIds: [groupId] });
  expect(SecurityGroups?.[0]?.IpPermissions).toEqual([]);
});

it("no group, a malformed one, one that is not there, and no rule are each told", async () => {
  const { ec2, groupId } = cloud;
  const IpPermissions = [{ ...tcp, IpRanges: open }];
  const authorize = (GroupId: string | undefined, more: object = { IpPermissions }) =>
    refused(ec2.authorizeSecurityGroupIngress({ GroupId, ...more }));
  expect(await authorize(undefined)).toMatchObject({
    code: "MissingParameter",
    message: "The request must contain the parameter groupName or groupId",
  });
  expect((await authorize("sg!")).code).toBe("InvalidGroupId.Malformed");
  expect((await authorize(nobody.group)).code).toBe("InvalidGroup.NotFound");
  expect((await authorize(groupId, {})).code).toBe("MissingParameter");
  const mixed = { IpPermissions, CidrIp: "10.0.0.0/8" };
  expect((await authorize(groupId, mixed)).code).toBe("InvalidParameterCombination");
});
