import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Cloud,
  foreignEndpoint,
  makeInterface,
  makeTrunk,
  openCloud,
} from "../ec2/support/cloud.ts";
import { complaint, noCli, printed } from "./aws.ts";

if (noCli !== undefined) process.stderr.write(`skipped: ${noCli}\n`);

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

/** What `aws ec2 COMMAND` prints. */
const ec2 = (command: string) => printed(cloud.endpoint, `aws ec2 ${command}`);
/** What `aws ec2 COMMAND` is refused with. */
const refusal = (command: string) => complaint(cloud.endpoint, `aws ec2 ${command}`);

// A command is a second of Python that starts: tests run side by side, each on objects of its own,
// and may wait for a machine that does other things as well.
const suite = (name: string, tests: () => void) =>
  describe.skipIf(noCli !== undefined).concurrent(name, { timeout: 300_000 }, tests);

suite("rules", () => {
  it("are what the CLI's shorthand means, and go by the same words", async () => {
    const { vpcId, groupId } = cloud;
    const id = await ec2(
      `create-security-group --group-name shorthand --description of-cli --vpc-id ${vpcId} --query GroupId`,
    );
    const shorthands = [
      "--protocol all --cidr 10.1.0.0/16",
      "--protocol icmp --port 8 --cidr 10.2.0.0/16",
      "--protocol icmp --port -1 --cidr 10.3.0.0/16",
      "--protocol tcp --port 22-25 --cidr 10.4.0.0/16",
      "--protocol udp --port 53 --cidr 10.5.0.7/16",
      `--protocol tcp --port 80 --source-group ${groupId}`,
      "--ip-permissions 'IpProtocol=58,FromPort=-1,ToPort=-1,Ipv6Ranges=[{CidrIpv6=2001:DB8::/32}]'",
      "--protocol 50 --cidr 10.6.0.0/16",
    ];
    const query = "SecurityGroupRules[0].[IpProtocol,FromPort,ToPort,CidrIpv4,CidrIpv6]";
    const command = (verb: string, shorthand: string) =>
      `${verb}-security-group-ingress --group-id ${id} ${shorthand}`;
    const made = await Promise.all(
      shorthands.map((one) => ec2(`${command("authorize", one)} --query '${query}'`)),
    );
    expect(made).toEqual([
      ["-1", -1, -1, "10.1.0.0/16", null],
      ["icmp", 8, 8, "10.2.0.0/16", null],
      ["icmp", -1, -1, "10.3.0.0/16", null],
      ["tcp", 22, 25, "10.4.0.0/16", null],
      ["udp", 53, 53, "10.5.0.0/16", null],
      ["tcp", 80, 80, null, null],
      ["icmpv6", -1, -1, null, "2001:db8::/32"],
      ["50", -1, -1, "10.6.0.0/16", null],
    ]);
    expect(await refusal(command("authorize", shorthands[3] ?? ""))).toBe(
      "An error occurred (InvalidPermission.Duplicate) when calling the " +
        "AuthorizeSecurityGroupIngress operation: the specified rule " +
        '"peer: 10.4.0.0/16, TCP, from port: 22, to port: 25, ALLOW" already exists',
    );
    await Promise.all([0, 1, 3, 5].map((i) => ec2(command("revoke", shorthands[i] ?? ""))));
    expect(await refusal(command("revoke", shorthands[0] ?? ""))).toBe(
      "An error occurred (InvalidPermission.NotFound) when calling the " +
        "RevokeSecurityGroupIngress operation: The specified rule does not exist in this security group.",
    );
    const left = await ec2(
      `describe-security-groups --group-ids ${id} --query 'SecurityGroups[0]'`,
    );
    const { IpPermissions } = left as { IpPermissions: { IpProtocol: string }[] };
    expect(IpPermissions.map((one) => one.IpProtocol).sort()).toEqual([
      "50",
      "icmp",
      "icmpv6",
      "udp",
    ]);
    expect(left).toMatchObject({
      Description: "of-cli",
      IpPermissionsEgress: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    });
    const rules = await ec2(
      "describe-security-group-rules --query 'SecurityGroupRules[?!IsEgress].SecurityGroupRuleId' " +
        `--filters Name=group-id,Values=${id}`,
    );
    const [ruleId] = rules as string[];
    const revoke = `revoke-security-group-ingress --group-id ${id} --security-group-rule-ids ${ruleId}`;
    expect(await ec2(`${revoke} --query 'length(RevokedSecurityGroupRules)'`)).toBe(1);
    await ec2(`delete-security-group --group-id ${id}`);
    expect(await refusal(`describe-security-groups --group-ids ${id}`)).toContain(
      "InvalidGroup.NotFound",
    );
  });
});

suite("tags", () => {
  it("are put on several resources, listed, and taken off by value", async () => {
    const { subnetId, groupId } = cloud;
    const both = `--resources ${subnetId} ${groupId}`;
    await ec2(`create-tags ${both} --tags Key=team,Value=one Key=empty,Value=`);
    const list = "describe-tags --filters Name=key,Values=team,empty";
    expect(await ec2(list)).toMatchObject({
      Tags: expect.arrayContaining([
        { Key: "team", Value: "one", ResourceId: subnetId, ResourceType: "subnet" },
        { Key: "empty", Value: "", ResourceId: groupId, ResourceType: "security-group" },
      ]),
    });
    await ec2(`delete-tags ${both} --tags Key=team,Value=other Key=empty`);
    const left = await ec2(`${list} --query 'Tags[].[Key,Value]'`);
    expect(left).toEqual([
      ["team", "one"],
      ["team", "one"],
    ]);
  });
});

suite("a trunk", () => {
  it("takes a branch, is described, and gives it back", async () => {
    const trunkId = await makeTrunk(cloud);
    const branchId = await ec2(
      `create-network-interface --subnet-id ${cloud.subnetId} --query NetworkInterface.NetworkInterfaceId`,
    );
    const associate =
      `associate-trunk-interface --branch-interface-id ${branchId} ` +
      `--trunk-interface-id ${trunkId} --vlan-id 7`;
    const id = await ec2(`${associate} --query InterfaceAssociation.AssociationId`);
    const describe = `describe-trunk-interface-associations --association-ids ${id}`;
    const status = `describe-network-interfaces --network-interface-ids ${branchId}`;
    const [found, shown] = await Promise.all([
      ec2(`${describe} --query InterfaceAssociations`),
      ec2(`${status} --query 'NetworkInterfaces[].[Status,InterfaceType,Attachment]'`),
    ]);
    expect(found).toEqual([
      {
        AssociationId: id,
        BranchInterfaceId: branchId,
        TrunkInterfaceId: trunkId,
        InterfaceProtocol: "VLAN",
        VlanId: 7,
        Tags: [],
      },
    ]);
    expect(shown).toEqual([["associated", "branch", null]]);
    expect(await ec2(`disassociate-trunk-interface --association-id ${id}`)).toMatchObject({
      Return: true,
    });
    expect(await refusal(`disassociate-trunk-interface --association-id ${id}`)).toContain(
      "(InvalidAssociationID.NotFound)",
    );
  });
});

suite("the CLI's own comforts", () => {
  it("work: waiters, client tokens, who am I", async () => {
    const { endpoint, groupId, subnetId } = cloud;
    const eniId = await makeInterface(cloud);
    const create = `create-network-interface --subnet-id ${subnetId} --client-token of-the-cli`;
    const idOf = `${create} --query NetworkInterface.NetworkInterfaceId`;
    const [, , identity, first] = await Promise.all([
      ec2(`wait network-interface-available --network-interface-ids ${eniId}`),
      ec2(`wait security-group-exists --group-ids ${groupId}`),
      printed(endpoint, "aws sts get-caller-identity --query Account"),
      ec2(idOf),
    ]);
    if (foreignEndpoint === undefined) expect(identity).toBe("111122223333");
    const [again, other] = await Promise.all([ec2(idOf), refusal(`${create} --description other`)]);
    expect(again).toBe(first);
    expect(other).toContain("(IdempotentParameterMismatch)");
  });
});
