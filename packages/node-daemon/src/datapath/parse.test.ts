import { describe, expect, it } from "vitest";
import { objectText, type Vlan } from "../desired/kernel-object.ts";
import { toLink, toRoutes, toRules } from "./parse.ts";

// Printed by `ip -json -details` of iproute2 6.1, fields that nothing depends on left out.
describe("what ip prints", () => {
  it("is a rule of ours only if nothing else selects", () => {
    const rules = [
      { priority: 0, src: "all", table: "local", protocol: "kernel" },
      { priority: 10, src: "all", iif: "vlanx", iif_detached: null, table: "107" },
      { priority: 10, src: "all", iif: "vlanx", fwmark: "0x80", table: "108" },
      { priority: 512, src: "all", dst: "192.168.120.42", table: "main" },
      { priority: 1536, src: "192.168.120.0", srclen: 24, table: "107" },
      { priority: 2000, not: null, src: "all", table: "109" },
      { priority: 3000, src: "all", table: "a-name" },
    ];
    expect(toRules(rules).map(objectText)).toEqual([
      "0: from all lookup local",
      "10: iif vlanx lookup 107",
      "512: to 192.168.120.42 lookup main",
      "1536: from 192.168.120.0/24 lookup 107",
    ]);
  });

  it("is a route of ours only if it is unicast, IPv4 and without metric", () => {
    const routes = [
      {
        type: "unicast",
        dst: "default",
        gateway: "10.0.0.1",
        dev: "a",
        table: "107",
        scope: "global",
      },
      { type: "unicast", dst: "10.0.0.1", dev: "a", scope: "link" },
      { type: "local", dst: "10.0.0.9", dev: "a", table: "local", scope: "host" },
      { type: "unicast", dst: "fe80::/64", dev: "a", table: "main", metric: 256 },
      { type: "unicast", dst: "10.1.0.0/16", dev: "a", table: "main", metric: 100 },
      { type: "blackhole", dst: "10.2.0.0/16", table: "main" },
    ];
    expect(toRoutes(routes, "host").map(objectText)).toEqual([
      "default via 10.0.0.1 dev a table 107",
      "10.0.0.1 dev a scope link",
    ]);
  });

  it("is a link of the kind that was asked for, or somebody else's", () => {
    const asked: Vlan = {
      kind: "vlan",
      space: "host",
      name: "vlan.eth.7",
      parent: "eth1",
      vlanId: 7,
      mac: "00:00:5e:00:53:af",
    };
    const printed = {
      ifname: "vlan.eth.7",
      link: "eth2",
      flags: ["BROADCAST"],
      mtu: 9001,
      address: "00:00:5e:00:53:af",
      ifalias: "trunkline:x",
      linkinfo: { info_kind: "vlan", info_data: { id: 8 } },
    };
    expect(toLink(printed, asked)).toEqual({
      ...asked,
      parent: "eth2",
      vlanId: 8,
      alias: "trunkline:x",
      down: true,
    });
    const bridge = { ...printed, linkinfo: { info_kind: "bridge" } };
    expect(toLink(bridge, asked)).toMatchObject({ kind: "foreign", type: "bridge" });
  });
});
