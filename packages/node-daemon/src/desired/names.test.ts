import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attachmentId, derivedMac, hostVethName } from "./names.ts";

describe("the name of a pod's link on the node", () => {
  // The first three are test vectors of the VPC CNI (names_test.go, cni_test.go); the others were
  // computed with sha1sum over "namespace.name".
  it.each([
    ["kube-system", "coredns-57ff979f67-qqbdh", "b5faff8a083"],
    ["kube-system", "coredns-57ff979f67-8ns9b", "9571956a6cc"],
    ["default", "sample-pod", "cc21c2d7785"],
    ["kube-system", "web-2", "ca82d32c244"],
    ["default", "web-0", "0d7763386da"],
    ["default", "web-2.1", "7dc5fa9b180"],
  ])("of %s/%s ends with %s", (namespace, name, hash) => {
    expect(hostVethName(namespace, name, "strict")).toBe(`vlan${hash}`);
    expect(hostVethName(namespace, name, "standard")).toBe(`eni${hash}`);
    expect(hostVethName(namespace, name, undefined)).toBe(`eni${hash}`);
  });
});

describe("a derived MAC address", () => {
  it("is unicast, locally administered and always the same", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const mac = derivedMac(text);
        expect(mac).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
        expect(Number.parseInt(mac.slice(0, 2), 16) & 3).toBe(2);
        expect(derivedMac(text)).toBe(mac);
      }),
    );
  });
});

describe("an attachment's id", () => {
  it("differs as soon as one part of the key differs, wherever the parts are cut", () => {
    const key = fc.record({
      network: fc.string(),
      containerId: fc.string(),
      ifName: fc.string(),
    });
    fc.assert(
      fc.property(key, key, (a, b) => {
        const isSame =
          a.network === b.network && a.containerId === b.containerId && a.ifName === b.ifName;
        expect(attachmentId(a) === attachmentId(b)).toBe(isSame);
      }),
    );
  });
});
