import fc from "fast-check";
import { expect, it } from "vitest";
import { formatIpv6, type Ipv6 } from "../net/ipv6.ts";
import { compileImage } from "./compile-image.ts";
import { hostHash, hostSlot, hostTable } from "./host-table.ts";
import { openImage } from "./image.ts";
import { bindKernels } from "./kernels.ts";
import { HOST_WORDS } from "./layout.ts";

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const address: fc.Arbitrary<Ipv6> = fc.oneof(
  fc.tuple(word, word, word, word),
  fc.nat(300).map((host): Ipv6 => [0x20010db8, 7, 0, host]),
);
const addresses = fc.uniqueArray(address, { maxLength: 60, selector: formatIpv6 });

/** The leaf in the one slot of an address. */
function found({ hosts6, seeds6, hostShift }: ReturnType<typeof hostTable>, ip: Ipv6): number {
  const hash = hostHash(ip);
  const at = hostSlot(hash, seeds6[hash & (seeds6.length - 1)], hostShift) * HOST_WORDS;
  return ip.every((part, index) => hosts6[at + index] === part) ? hosts6[at + 4] : 0;
}

it("finds each host in its slot, and nobody else", () => {
  fc.assert(
    fc.property(addresses, address, (ips, other) => {
      const table = hostTable(ips.map((ip, at) => ({ address: ip, leaf: -1 - at })));
      const rest = new Set(table.rest.map((host) => formatIpv6(host.address)));
      for (const [at, ip] of ips.entries()) {
        expect(found(table, ip)).toBe(rest.has(formatIpv6(ip)) ? 0 : -1 - at);
      }
      const isThere = ips.some((ip) => formatIpv6(ip) === formatIpv6(other));
      if (!isThere) expect(found(table, other)).toBe(0);
    }),
  );
});

it("places 20,000 hosts of a hundred subnets, all of them", () => {
  const hosts = Array.from({ length: 20_000 }, (_, at) => {
    const ip: Ipv6 = [0x2600_1f14, at % 100, 0, Math.floor(at / 100)];
    return { address: ip, leaf: -1 - at };
  });
  expect(hostTable(hosts).rest).toEqual([]);
});

// Differences in the first and the last word that cancel out in the hash.
const twins: readonly Ipv6[] = [
  [0x2600_0000, 0, 0, 0],
  [0x2600_0000 ^ 0x27d4eb2f, 0, 0, 1],
];

it("hosts of one hash find no slot, and are found all the same", () => {
  expect(hostHash(twins[0])).toBe(hostHash(twins[1]));
  expect(hostTable(twins.map((ip) => ({ address: ip, leaf: -1 }))).rest).toHaveLength(2);
  const [own, ...others] = twins.map((ip, at) => {
    return { groupIds: [`sg-${at}`], addresses: [formatIpv6(ip)], prefixes: [], vpcId: "vpc-1" };
  });
  const rule = { ruleId: "sgr-1", isEgress: false, protocol: 6, fromPort: 443, toPort: 443 };
  const groups = [0, 1].map((at) => {
    const rules = [{ ...rule, peer: { kind: "group" as const, groupId: `sg-${1 - at}` } }];
    return { groupId: `sg-${at}`, name: "", vpcId: "vpc-1", rules };
  });
  const interfaces = [own, ...others];
  const image = openImage(compileImage({ groups, prefixLists: [], interfaces }));
  const { verdict6 } = bindKernels(image);
  const verdicts = [0, 1].map((eni) => twins.map((ip) => verdict6(eni, 0, ...ip, 6, 443)));
  expect(verdicts).toEqual([
    [0, 1],
    [1, 0],
  ]);
});
