// The daemon with the kernel datapath in User-mode Linux: 802.1Q, routing, packets. One boot for all.
import { beforeAll, describe, expect, it } from "vitest";
import { missingForUml, runInUml, UML_RUN_MS_MAX } from "./uml/boot.ts";
import type { NodeSeen, PodSeen, Seen } from "./uml/seen.ts";

const missing = await missingForUml();
const suite =
  missing === undefined ? "the kernel" : `the kernel (not tested here: ${missing}; it needs root)`;

describe.skipIf(missing !== undefined)(suite, () => {
  let seen: Seen;

  beforeAll(async () => {
    seen = (await runInUml()) as Seen;
  }, UML_RUN_MS_MAX + 30_000);

  describe("a node in strict mode", () => {
    it("asks the local table after the branch rules", () => {
      expect(rules(seen.strictNode)).toEqual([
        "20 all local",
        "32766 all main",
        "32767 all default",
      ]);
    });

    it("forwards, demultiplexes late and filters loosely", () => {
      const { earlyDemux, forward, rpFilter } = seen.strictNode;
      expect({ earlyDemux, forward, rpFilter }).toEqual({
        earlyDemux: "0",
        forward: "1",
        rpFilter: "2",
      });
    });
  });

  // The golden is the worked example of the VPC CNI's datapath for default/sample-pod, VLAN 7.
  describe("a strict pod", () => {
    it("has the links of the worked example", () => {
      expectBranchLinks(seen.strict, "vlancc21c2d7785");
    });

    it("has three routes in the branch's table", () => {
      expect(routes(seen.strict.tableRoutes)).toEqual([
        "default via 192.168.120.1 dev vlan.eth.7",
        "192.168.120.1 dev vlan.eth.7 link",
        "192.168.120.42 dev vlancc21c2d7785 link",
      ]);
      expect(routes(seen.strict.mainRoutes).join()).not.toContain("192.168.120.42");
    });

    it("is routed by its two links", () => {
      expect(rules(seen.strict).slice(0, 3)).toEqual([
        "10 all vlan.eth.7 107",
        "10 all vlancc21c2d7785 107",
        "20 all local",
      ]);
    });

    it("has address, way out and permanent neighbour inside", () => {
      expectPodSide(seen.strict);
    });

    it("shows no drift", () => {
      expect(seen.strict.drift).toEqual([]);
    });

    it("reaches the outside with its own address", () => {
      expect(seen.strictOutside).toBe("192.168.120.42");
    });

    it("reaches a pod of the same node, and its own node, through the VPC only", () => {
      expect(seen.strictPeer).toBe("192.168.120.42");
      expect(seen.strictPeerPackets).toBeGreaterThan(0);
      expect(seen.strictOwnNode).toBe("192.168.120.42");
      expect(seen.strictOwnNodePackets).toBeGreaterThan(0);
    });

    it("answers a TCP probe of its own node", () => {
      expect(seen.strictProbe).toBe("192.168.120.5");
    });

    it("shows in CHECK what was removed", () => {
      expect(seen.drift).toContain('"10: iif vlan.eth.7 lookup 107" is missing');
      expect(seen.drift).toContain('address 00:00:5e:00:53:af down" instead of');
    });

    it("gives way to a newer sandbox, which its late DEL does not harm", () => {
      expect(seen.supersededDrift).toEqual([]);
      expect(seen.supersededOutside).toBe("192.168.120.42");
    });

    it("leaves nothing on the node, even if its namespace was gone before DEL", () => {
      expect(seen.strictAfter).toEqual(seen.before);
    });
  });

  describe("a node back in standard mode", () => {
    it("has the local rule and the settings that it had before", () => {
      expect(rules(seen.standardNode)).toEqual([
        "0 all local",
        "32766 all main",
        "32767 all default",
      ]);
      expect(seen.standardNode.earlyDemux).toBe("1");
    });
  });

  describe("a standard pod", () => {
    it("has the links of the worked example", () => {
      expectBranchLinks(seen.standard, "enicc21c2d7785");
    });

    it("has two routes in the branch's table and one in main", () => {
      expect(routes(seen.standard.tableRoutes)).toEqual([
        "default via 192.168.120.1 dev vlan.eth.7",
        "192.168.120.1 dev vlan.eth.7 link",
      ]);
      expect(routes(seen.standard.mainRoutes)).toContain("192.168.120.42 dev enicc21c2d7785 link");
    });

    it("is routed by its address", () => {
      expect(rules(seen.standard).slice(0, 3)).toEqual([
        "0 all local",
        "512 all 192.168.120.42 main",
        "1536 192.168.120.42 107",
      ]);
    });

    it("has the same objects inside", () => {
      expectPodSide(seen.standard);
      expect(seen.standard.drift).toEqual([]);
    });

    it("reaches the outside with its own address and is reached by its node directly", () => {
      expect(seen.standardOutside).toBe("192.168.120.42");
      expect(seen.standardProbe).toBe("192.168.120.5");
      expect(seen.standardProbePackets).toBe(0);
    });

    it("leaves nothing on the node", () => {
      expect(seen.standardAfter).toEqual(seen.before);
    });
  });
});

function expectBranchLinks({ links }: PodSeen, veth: string): void {
  const host = links.find((link) => link.ifname === veth);
  expect(host).toMatchObject({ mtu: 9001, linkinfo: { info_kind: "veth" } });
  expect(host?.flags).toContain("UP");
  expect(host?.ifalias).toMatch(/^trunkline:[0-9a-f]{20}$/);
  expect(Number.parseInt(host?.address.slice(0, 2) ?? "", 16) & 3).toBe(2);
  const vlan = links.find((link) => link.ifname === "vlan.eth.7");
  expect(vlan).toMatchObject({
    link: "eth1",
    address: "00:00:5e:00:53:af",
    linkinfo: { info_kind: "vlan", info_data: { protocol: "802.1Q", id: 7 } },
  });
  expect(vlan?.flags).toContain("UP");
}

function expectPodSide({ pod, podRoutes, podNeighbours, links }: PodSeen): void {
  const eth0 = pod.find((link) => link.ifname === "eth0");
  expect(eth0).toMatchObject({ mtu: 9001 });
  const addresses = eth0?.addr_info.filter((address) => address.family === "inet");
  expect(addresses).toMatchObject([{ local: "192.168.120.42", prefixlen: 32 }]);
  expect(routes(podRoutes)).toEqual([
    "default via 169.254.1.1 dev eth0",
    "169.254.1.1 dev eth0 link",
  ]);
  const host = links.find((link) => link.ifname.endsWith("cc21c2d7785"));
  const lladdr = host?.address;
  const state = ["PERMANENT"];
  expect(podNeighbours).toMatchObject([{ dst: "169.254.1.1", dev: "eth0", lladdr, state }]);
}

function rules({ rules: found }: NodeSeen | PodSeen): string[] {
  return found.map(({ priority, src, dst, iif, table }) =>
    [priority, src, dst, iif, table].filter((word) => word !== undefined).join(" "),
  );
}

function routes(found: PodSeen["mainRoutes"]): string[] {
  return found.map(({ dst, gateway, dev, scope }) => {
    const via = gateway === undefined ? "" : ` via ${gateway}`;
    return `${dst}${via} dev ${dev}${scope === "link" ? " link" : ""}`;
  });
}
