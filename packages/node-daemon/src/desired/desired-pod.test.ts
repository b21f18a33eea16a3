import { describe, expect, it } from "vitest";
import {
  type BranchAttachment,
  desired,
  hostMacOf,
  type PodWiring,
  podMacOf,
} from "./desired-pod.ts";
import { type KernelObject, objectText } from "./kernel-object.ts";

const id = "0123456789abcdef0123";
const host = { trunkLink: "eth1", mtu: 9001 };
const branch: BranchAttachment = {
  kind: "branch",
  mode: "strict",
  eniId: "eni-1",
  mac: "00:00:5e:00:53:af",
  ipv4: "192.168.120.42",
  subnetCidr: "192.168.120.0/24",
  gateway: "192.168.120.1",
  vlanId: 7,
  groupIds: ["sg-app"],
};

function pod(attachment: PodWiring["attachment"]): PodWiring {
  return { id, namespace: "default", name: "sample-pod", ifName: "eth0", attachment };
}

function texts(objects: readonly KernelObject[], kinds: string, space: "host" | "pod"): string[] {
  return objects
    .filter((object) => kinds.split(" ").includes(object.kind) && object.space === space)
    .map(objectText);
}

// The expected state is the worked example for default/sample-pod with VLAN 7 of the VPC CNI's
// datapath, object by object.
describe("the worked example", () => {
  const hostMac = hostMacOf(id);

  it("has in strict mode two links, a table of three routes and two rules by link", () => {
    const objects = desired(pod(branch), host);
    expect(texts(objects, "veth vlan", "host")).toEqual([
      `vlancc21c2d7785 veth peer eth0 address ${hostMac} mtu 9001 up`,
      "vlan.eth.7@eth1 vlan id 7 address 00:00:5e:00:53:af up",
    ]);
    expect(texts(objects, "route", "host")).toEqual([
      "192.168.120.1 dev vlan.eth.7 scope link table 107",
      "default via 192.168.120.1 dev vlan.eth.7 table 107",
      "192.168.120.42 dev vlancc21c2d7785 scope link table 107",
    ]);
    expect(texts(objects, "rule", "host")).toEqual([
      "10: iif vlan.eth.7 lookup 107",
      "10: iif vlancc21c2d7785 lookup 107",
    ]);
  });

  it("has in standard mode a route in main and two rules by address", () => {
    const objects = desired(pod({ ...branch, mode: "standard" }), host);
    expect(texts(objects, "veth vlan", "host")).toEqual([
      `enicc21c2d7785 veth peer eth0 address ${hostMac} mtu 9001 up`,
      "vlan.eth.7@eth1 vlan id 7 address 00:00:5e:00:53:af up",
    ]);
    expect(texts(objects, "route", "host")).toEqual([
      "192.168.120.1 dev vlan.eth.7 scope link table 107",
      "default via 192.168.120.1 dev vlan.eth.7 table 107",
      "192.168.120.42 dev enicc21c2d7785 scope link",
    ]);
    expect(texts(objects, "rule", "host")).toEqual([
      "512: to 192.168.120.42 lookup main",
      "1536: from 192.168.120.42 lookup 107",
    ]);
  });

  it.each(["strict", "standard"] as const)("has in %s mode the same objects in the pod", (mode) => {
    const objects = desired(pod({ ...branch, mode }), host);
    expect(texts(objects, "peer address route neighbour", "pod")).toEqual([
      `eth0 veth address ${podMacOf(id)} mtu 9001 up`,
      "169.254.1.1 dev eth0 scope link",
      "default via 169.254.1.1 dev eth0",
      "192.168.120.42/32 dev eth0",
      `169.254.1.1 dev eth0 lladdr ${hostMac} PERMANENT`,
    ]);
  });
});

describe("an ordinary pod", () => {
  it("is reached through the main table and has no VLAN", () => {
    const { eniId, ipv4, subnetCidr, gateway, groupIds } = branch;
    const attachment = { kind: "ordinary", eniId, ipv4, subnetCidr, gateway, groupIds } as const;
    const objects = desired(pod(attachment), { ...host, trunkLink: undefined });
    expect(texts(objects, "veth vlan route rule", "host")).toEqual([
      `enicc21c2d7785 veth peer eth0 address ${hostMacOf(id)} mtu 9001 up`,
      "192.168.120.42 dev enicc21c2d7785 scope link",
      "512: to 192.168.120.42 lookup main",
    ]);
    expect(objects.filter((object) => object.space === "pod")).toHaveLength(5);
  });
});
