import { describe, expect, it } from "vitest";
import { desiredHost } from "./desired-host.ts";
import { objectText } from "./kernel-object.ts";

const host = { trunkLink: "eth1", trunkMtu: 9001, primaryLink: "eth0" } as const;

describe("the objects of a node", () => {
  it("put the local table behind the branch rules in strict mode", () => {
    const { present, absent } = desiredHost({ ...host, mode: "strict" }, {});
    expect(present.map(objectText)).toEqual([
      "eth1 mtu 9001 up",
      "20: from all lookup local",
      "net/ipv4/ip_forward = 1",
      "net/ipv4/conf/eth0/rp_filter = 2",
      "net/ipv4/tcp_early_demux = 0",
    ]);
    expect(absent.map(objectText)).toEqual(["0: from all lookup local"]);
  });

  it("put everything back in standard mode, settings to what they were", () => {
    const previous = { "net/ipv4/tcp_early_demux": "1", "net/ipv4/ip_forward": "0" };
    const { present, absent } = desiredHost({ ...host, mode: "standard" }, previous);
    expect(present.map(objectText)).toEqual([
      "eth1 mtu 9001 up",
      "0: from all lookup local",
      "net/ipv4/ip_forward = 1",
      "net/ipv4/conf/eth0/rp_filter = 2",
      "net/ipv4/tcp_early_demux = 1",
    ]);
    expect(absent.map(objectText)).toEqual(["20: from all lookup local"]);
  });
});
