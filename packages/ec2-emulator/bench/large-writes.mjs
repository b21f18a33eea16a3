import { ids } from "./large-account.mjs";
import { textOf } from "./wire-client.mjs";

/** Calls of each kind that are measured; V8 compiles a path after some thousands. */
const COUNT = 3000;
const WARM = 1500;

/** What a controller writes of one pod, in the order of its life. `enis` grows by the first. */
function writesOf(enis) {
  const tag = (n, key, value) => ({
    [`TagSpecification.1.Tag.${n}.Key`]: key,
    [`TagSpecification.1.Tag.${n}.Value`]: value,
  });
  const ofEni = (n) => ({ NetworkInterfaceId: enis[n] });
  const rule = (n) => ({
    GroupId: ids.group(n % 1000),
    "IpPermissions.1.IpProtocol": "udp",
    "IpPermissions.1.FromPort": String(2000 + Math.floor(n / 1000)),
    "IpPermissions.1.ToPort": String(2000 + Math.floor(n / 1000)),
    "IpPermissions.1.IpRanges.1.CidrIp": "10.0.0.0/8",
  });
  const create = async (to, n) => {
    const made = await to.call("CreateNetworkInterface", {
      SubnetId: "subnet-7",
      ClientToken: `token-${n}`,
      Description: `aws-k8s-branch-eni-${n}`,
      "SecurityGroupId.1": ids.group(n % 2500),
      "SecurityGroupId.2": ids.group((n + 7) % 2500),
      "TagSpecification.1.ResourceType": "network-interface",
      ...tag(1, "eks:eni:owner", "eks-vpc-resource-controller"),
      ...tag(2, "vpcresources.k8s.aws/trunk-eni-id", ids.trunk(n % 1000)),
      ...tag(3, "vpcresources.k8s.aws/vlan-id", String(1 + (n % 120))),
    });
    enis.push(textOf(made, "networkInterfaceId"));
  };
  const address = { SecondaryPrivateIpAddressCount: "1" };
  const named = new Map();
  const assign = async (to, n) => {
    const made = await to.call("AssignPrivateIpAddresses", { ...ofEni(n), ...address });
    named.set(n, textOf(made, "privateIpAddress"));
  };
  return [
    ["CreateNetworkInterface", create],
    [
      "ModifyNetworkInterfaceAttribute",
      (to, n) => {
        const groups = { "SecurityGroupId.1": ids.group((n + 11) % 2500) };
        return to.call("ModifyNetworkInterfaceAttribute", { ...ofEni(n), ...groups });
      },
    ],
    [
      "CreateTags",
      (to, n) => {
        const tags = { "Tag.1.Key": "pod", "Tag.1.Value": `default/pod-${n}` };
        return to.call("CreateTags", { "ResourceId.1": enis[n], ...tags });
      },
    ],
    ["AssignPrivateIpAddresses", assign],
    [
      "UnassignPrivateIpAddresses",
      (to, n) => {
        const addresses = { "PrivateIpAddress.1": named.get(n) };
        return to.call("UnassignPrivateIpAddresses", { ...ofEni(n), ...addresses });
      },
    ],
    ["AuthorizeSecurityGroupIngress", (to, n) => to.call("AuthorizeSecurityGroupIngress", rule(n))],
    ["RevokeSecurityGroupIngress", (to, n) => to.call("RevokeSecurityGroupIngress", rule(n))],
    ["DeleteNetworkInterface", (to, n) => to.call("DeleteNetworkInterface", ofEni(n))],
  ];
}

/** Measures every kind of write for itself, and what all of them cost together. */
export async function measureWrites(server, connections, measure) {
  const enis = [];
  const rows = [];
  for (const [name, call] of writesOf(enis)) {
    await measure(server, connections, WARM, call);
    const from = (to, n) => call(to, n + WARM);
    rows.push({ name, ...(await measure(server, connections, COUNT, from)) });
  }
  const cpuSec = rows.reduce((sum, { count, perCpuSec }) => sum + count / perCpuSec, 0);
  return { rows, perCpuSec: (rows.length * COUNT) / cpuSec };
}
