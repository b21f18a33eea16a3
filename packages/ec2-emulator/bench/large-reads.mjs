import { ids } from "./large-account.mjs";
import { textOf } from "./wire-client.mjs";

const ENIS = "DescribeNetworkInterfaces";
const GROUPS = "DescribeSecurityGroups";
const page = { MaxResults: "1000" };
const filter = (name, value) => ({ "Filter.1.Name": name, "Filter.1.Value.1": value });

/** What is asked of the large account: what it is, action, parameters. */
const READS = [
  ["page of 1,000", ENIS, page],
  ["page of 1,000, by subnet", ENIS, { ...page, ...filter("subnet-id", "subnet-3") }],
  ["page of 1,000, by status", ENIS, { ...page, ...filter("status", "available") }],
  ["page of 1,000, by VPC", ENIS, { ...page, ...filter("vpc-id", "vpc-a") }],
  ["page of 1,000, by type", ENIS, { ...page, ...filter("interface-type", "interface") }],
  ["page of 1,000, by tag key", ENIS, { ...page, ...filter("tag-key", "eks:eni:owner") }],
  ["page of 1,000, by zone", ENIS, { ...page, ...filter("availability-zone", "us-west-2a") }],
  ["one by id", ENIS, { "NetworkInterfaceId.1": ids.eni(77_777) }],
  ["by group (80)", ENIS, filter("group-id", ids.group(7))],
  ["by trunk's tag (100)", ENIS, filter("tag:vpcresources.k8s.aws/trunk-eni-id", ids.trunk(7))],
  ["by instance (1)", ENIS, filter("attachment.instance-id", ids.instance(7))],
  ["by address (1)", ENIS, filter("private-ip-address", "10.0.1.7")],
  ["by description that none has", ENIS, filter("description", "x")],
  ["group by id, 61 rules", GROUPS, { "GroupId.1": ids.group(9) }],
  ["page of 100 groups, 6,100 rules", GROUPS, { MaxResults: "100" }],
  ["groups that name a group (60)", GROUPS, filter("ip-permission.group-id", ids.group(9))],
  ["rules by group (61)", "DescribeSecurityGroupRules", filter("group-id", ids.group(9))],
  ["page of 1,000 rules", "DescribeSecurityGroupRules", page],
  ["page of 1,000 instances", "DescribeInstances", page],
];

/** Asks everything, one call at a time, and pages through all interfaces. */
export async function measureReads(server, connection, measure) {
  const reads = [];
  for (const [name, action, parameters] of READS) {
    const call = (to) => to.call(action, parameters);
    await measure(server, [connection], 15, call);
    reads.push({ name, ...(await measure(server, [connection], 60, call)) });
  }
  let token = "";
  const next = async (to) => {
    const asked = { ...page, ...(token !== "" && { NextToken: token }) };
    token = textOf(await to.call(ENIS, asked), "nextToken");
  };
  reads.push({ name: "pages 1 to 50", ...(await measure(server, [connection], 50, next)) });
  reads.push({ name: "pages 51 to 100", ...(await measure(server, [connection], 50, next)) });
  return reads;
}
