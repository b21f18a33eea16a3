import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Cloud,
  foreignEndpoint,
  makeInterface,
  nobody,
  openCloud,
} from "../ec2/support/cloud.ts";
import { aws, complaint, noCli, printed } from "./aws.ts";

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

suite("reading", () => {
  it("pages when it is told a page size, and prints everything", async () => {
    const tag =
      "--tag-specifications 'ResourceType=network-interface,Tags=[{Key=of,Value=paging}]'";
    const made = await ec2(
      `create-network-interface --subnet-id ${cloud.subnetId} ${tag} --query NetworkInterface.TagSet`,
    );
    expect(made).toEqual([{ Key: "of", Value: "paging" }]);
    const TagSpecifications = [
      { ResourceType: "network-interface" as const, Tags: [{ Key: "of", Value: "paging" }] },
    ];
    await Promise.all(
      Array.from({ length: 11 }, () => makeInterface(cloud, { TagSpecifications })),
    );
    const list = "describe-network-interfaces --filters Name=tag:of,Values=paging";
    const [paged, first] = await Promise.all([
      ec2(`${list} --page-size 5 --query 'length(NetworkInterfaces)'`),
      ec2(`${list} --max-items 7 --page-size 5`),
    ]);
    expect(paged).toBe(12);
    const { NetworkInterfaces, NextToken } = first as {
      NetworkInterfaces: unknown[];
      NextToken: string;
    };
    expect(NetworkInterfaces).toHaveLength(7);
    const rest = `${list} --page-size 5 --starting-token ${NextToken}`;
    expect(await ec2(`${rest} --query 'length(NetworkInterfaces)'`)).toBe(5);
    const calls = (cloud.emulator?.audit() ?? []).filter(
      ({ action, parameters }) =>
        action === "DescribeNetworkInterfaces" && parameters["Filter.1.Value.1"] === "paging",
    );
    expect(calls.every(({ parameters }) => parameters["MaxResults"] === "5")).toBe(true);
    if (foreignEndpoint === undefined) expect(calls).toHaveLength(3 + 2 + 2);
  });

  it("filters with wildcards, several values and several filters", async () => {
    const { vpcId } = cloud;
    for (const name of ["web-1", "web-2", "db-1", "we*b"]) {
      await cloud.ec2.createSecurityGroup({
        GroupName: name,
        Description: `wild ${name}`,
        VpcId: vpcId,
      });
    }
    const names = (filters: string) =>
      ec2(
        "describe-security-groups --query 'sort(SecurityGroups[].GroupName)' " +
          `--filters 'Name=description,Values=wild *' ${filters}`,
      );
    const [star, mark, two, escaped, none] = await Promise.all([
      names("'Name=group-name,Values=web-*'"),
      names("'Name=group-name,Values=?b-1'"),
      names(`'Name=group-name,Values=db-1,web-2' Name=vpc-id,Values=${vpcId}`),
      names(String.raw`'Name=group-name,Values=we\*b'`),
      names("'Name=group-name,Values=WEB-*'"),
    ]);
    expect(star).toEqual(["web-1", "web-2"]);
    expect(mark).toEqual(["db-1"]);
    expect(two).toEqual(["db-1", "web-2"]);
    expect(escaped).toEqual(["we*b"]);
    expect(none).toEqual([]);
  });

  it("prints text and tables of what is there", async () => {
    const { endpoint, subnetId } = cloud;
    const query = "--query 'Subnets[].[SubnetId,CidrBlock]'";
    const command = `aws ec2 describe-subnets --subnet-ids ${subnetId} ${query}`;
    const [text, table] = await Promise.all([
      aws(endpoint, `${command} --output text`),
      aws(endpoint, `${command} --output table --color off`),
    ]);
    expect(text.stdout).toBe(`${subnetId}\t10.0.1.0/24\n`);
    expect(table.stdout).toMatch(new RegExp(`\\|  ${subnetId} ?\\|  10\\.0\\.1\\.0/24  \\|`));
  });
});

suite("a refusal", () => {
  it("is printed with its code, the operation and the message of EC2", async () => {
    const said = (code: string, operation: string, message: string) =>
      `An error occurred (${code}) when calling the ${operation} operation: ${message}`;
    const cases = [
      [
        `describe-network-interfaces --network-interface-ids ${nobody.eni}`,
        "InvalidNetworkInterfaceID.NotFound",
        "DescribeNetworkInterfaces",
        `The networkInterface ID '${nobody.eni}' does not exist`,
      ],
      [
        `describe-security-groups --group-ids ${nobody.group}`,
        "InvalidGroup.NotFound",
        "DescribeSecurityGroups",
        `The security group '${nobody.group}' does not exist`,
      ],
      [
        `create-network-interface --subnet-id ${cloud.subnetId} --groups ${nobody.group}`,
        "InvalidSecurityGroupID.NotFound",
        "CreateNetworkInterface",
        `The securityGroup ID '${nobody.group}' does not exist`,
      ],
      [
        "describe-subnets --filters Name=colour,Values=red",
        "InvalidParameterValue",
        "DescribeSubnets",
        "The filter 'colour' is invalid",
      ],
      [
        `authorize-security-group-ingress --group-id ${cloud.groupId} --ip-permissions IpProtocol=xyz,IpRanges=[{CidrIp=10.0.0.0/8}]`,
        "InvalidParameterValue",
        "AuthorizeSecurityGroupIngress",
        "Invalid value 'xyz' for IP protocol. Unknown protocol.",
      ],
    ] as const;
    const texts = await Promise.all(cases.map(([command]) => refusal(command)));
    expect(texts).toEqual(cases.map(([, code, operation, text]) => said(code, operation, text)));
  });

  it("of --dry-run says that the call would have succeeded, and nothing is made", async () => {
    const { subnetId } = cloud;
    const command = `create-network-interface --subnet-id ${subnetId} --description dry --dry-run`;
    expect(await refusal(command)).toBe(
      "An error occurred (DryRunOperation) when calling the CreateNetworkInterface operation: " +
        "Request would have succeeded, but DryRun flag is set.",
    );
    const list = "describe-network-interfaces --filters Name=description,Values=dry";
    expect(await ec2(`${list} --query NetworkInterfaces`)).toEqual([]);
    expect(
      await refusal(`create-network-interface --subnet-id ${nobody.subnet} --dry-run`),
    ).toMatch(/^An error occurred \(InvalidSubnetID\.NotFound\)/);
  });
});
