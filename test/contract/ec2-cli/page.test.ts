import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, makeInterface, openCloud } from "../ec2/support/cloud.ts";
import { aws, complaint, noCli, printed } from "./aws.ts";

if (noCli !== undefined) process.stderr.write(`skipped: ${noCli}\n`);

// The commands that the page about security groups for pods tells its readers to run, letter by
// letter; only the placeholders in capitals are filled in.
const CLUSTER_COMMAND =
  "aws eks describe-cluster --name CLUSTER_NAME --query 'cluster.resourcesVpcConfig.clusterSecurityGroupId'";
const GROUPS_COMMAND =
  "aws ec2 describe-network-interfaces --network-interface-ids ENI_ID --query 'NetworkInterfaces[*].Groups[*]'";

describe.skipIf(noCli !== undefined).concurrent("the commands of the page", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    const cluster = { endpoint: "https://127.0.0.1:6443", clusterSecurityGroupId: "sg-cluster" };
    cloud = await openCloud({ clusters: [{ name: "demo", ...cluster }] });
  });
  afterAll(() => cloud[Symbol.asyncDispose]());

  it("find the cluster security group", async () => {
    const { endpoint } = cloud;
    const command = (name: string) => CLUSTER_COMMAND.replace("CLUSTER_NAME", name);
    expect(await printed(endpoint, command("demo"))).toBe("sg-cluster");
    expect(await complaint(endpoint, command("other"))).toBe(
      "An error occurred (ResourceNotFoundException) when calling the DescribeCluster operation: " +
        "No cluster found for name: other.",
    );
  });

  it("find the groups of a pod by the id of its interface", async () => {
    const { endpoint, groupId } = cloud;
    const eniId = await makeInterface(cloud, { Groups: [groupId] });
    const found = await printed(endpoint, GROUPS_COMMAND.replace("ENI_ID", eniId));
    expect(found).toEqual([[{ GroupId: groupId, GroupName: "app" }]]);
  });

  it("leave traces of one call each, by a client that says it is the CLI", async () => {
    const { endpoint, emulator } = cloud;
    const eniId = await makeInterface(cloud);
    const { code } = await aws(endpoint, GROUPS_COMMAND.replace("ENI_ID", eniId), "AKIDTRACE");
    expect(code).toBe(0);
    const calls = emulator?.audit().filter((entry) => entry.reader === "AKIDTRACE");
    expect(calls).toMatchObject([
      { action: "DescribeNetworkInterfaces", parameters: { "NetworkInterfaceId.1": eniId } },
    ]);
  });
});
