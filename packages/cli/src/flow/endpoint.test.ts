import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEndpoint, parseFlow, podOf } from "./endpoint.ts";

const flow = (source: string, destination: string, protocol?: string) =>
  parseFlow({ source, destination, protocol });

describe("a flow on the command line", () => {
  it("goes from a pod to a port of a name, tcp unless something else is said", () => {
    expect(flow("shop/api", "db1:5432")).toEqual({
      source: "shop/api",
      destination: "db1:5432",
      protocol: "tcp",
      flow: {
        source: { key: { $case: "pod", value: { namespace: "shop", name: "api" } } },
        destination: { key: { $case: "name", value: "db1" } },
        protocol: "tcp",
        port: 5432,
        icmpType: 0,
      },
    });
  });

  it("takes the protocol from the destination or from the option, and refuses two", () => {
    expect(flow("a/b", "10.0.0.1:53/udp").protocol).toBe("udp");
    expect(flow("a/b", "10.0.0.1:53", "UDP").protocol).toBe("udp");
    expect(flow("a/b", "10.0.0.1:53", "17").protocol).toBe("udp");
    expect(() => flow("a/b", "10.0.0.1:53/udp", "tcp")).toThrow("says udp and --protocol says tcp");
  });

  it("asks for an echo request when the protocol is icmp", () => {
    expect(flow("a/b", "10.0.0.1", "icmp").flow).toMatchObject({ icmpType: 8, port: 0 });
    expect(flow("a/b", "2001:db8::1", "icmpv6").flow).toMatchObject({ icmpType: 128 });
    expect(() => flow("a/b", "10.0.0.1:80", "icmp")).toThrow("names a port and icmp has none");
  });

  it("keeps an IPv6 address whole and takes it in brackets before a port", () => {
    expect(flow("a/b", "[2001:db8::1]:443").flow.destination).toEqual({
      key: { $case: "address", value: "2001:db8::1" },
    });
    expect(flow("a/b", "[2001:db8::1]:443").destination).toBe("[2001:db8::1]:443");
  });

  it.each([
    ["db1", "names no port"],
    ["db1:99999", "the largest is 65535"],
    ["db1:5432/nope", "is not a protocol"],
    ["db1:http", "is not a destination"],
    ["Shop/Api:80", "is not NAMESPACE/POD"],
    [":80", "is not a pod, address, interface or name"],
  ])("is refused as %s, because it %s", (destination, reason) => {
    expect(() => flow("shop/api", destination)).toThrow(reason);
  });

  it("comes back from what is printed of it", () => {
    const host = fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((address) => `[${address}]`),
      fc.constantFrom("db1", "shop/peer", "eni-0a1b2c3d4e5f60718"),
    );
    fc.assert(
      fc.property(host, fc.integer({ min: 0, max: 65_535 }), (name, port) => {
        const once = flow("shop/api", `${name}:${port}/udp`);
        expect(flow("shop/api", once.destination, "udp")).toEqual(once);
      }),
    );
  });
});

describe("one end of a flow", () => {
  it("is a pod, an address, an interface or a name", () => {
    expect(podOf(parseEndpoint("shop/api"))).toEqual({ namespace: "shop", name: "api" });
    expect(parseEndpoint("10.0.1.50").key?.$case).toBe("address");
    expect(parseEndpoint("eni-db1").key?.$case).toBe("eniId");
    expect(parseEndpoint("db1").key?.$case).toBe("name");
    expect(podOf(parseEndpoint("db1"))).toBeUndefined();
  });

  it("may name a Service or an Ingress", () => {
    const value = { namespace: "shop", name: "db" };
    for (const kind of ["service", "svc"]) {
      expect(flow("a/b", `${kind}/shop/db:5432`).flow).toMatchObject({
        destination: { key: { $case: "service", value } },
        port: 5432,
      });
    }
    expect(parseEndpoint("ingress/shop/db")).toEqual({ key: { $case: "ingress", value } });
    expect(() => parseEndpoint("deployment/shop/db")).toThrow("is not service/NAMESPACE/NAME");
    expect(() => parseEndpoint("service/shop/")).toThrow("is not service/NAMESPACE/NAME");
  });
});
