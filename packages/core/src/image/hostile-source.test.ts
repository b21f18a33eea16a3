import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../clock.ts";
import { TrunklineError } from "../errors/trunkline-error.ts";
import type { SecurityGroup, SecurityGroupRule } from "../world/cloud.ts";
import { compileImage } from "./compile-image.ts";
import { compare } from "./fuzz-check.test-support.ts";
import { type FuzzWorld, fuzzProbe, fuzzWorld, type Probe } from "./fuzz-world.test-support.ts";
import { openImage } from "./image.ts";
import { bindKernels } from "./kernels.ts";
import { LiveImage } from "./live-image.ts";

const number = fc.oneof(
  fc.constantFrom(-1, 0, 1, 6, 17, 58, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 53, -0, 0.5),
  fc.double(),
);
const text = fc.oneof(
  fc.constantFrom(
    "",
    "/",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "1.2.3.4/-1",
    "::/",
    "::1/129",
  ),
  fc.constantFrom(
    "10.0.0.0/8",
    "::/0",
    "0.0.0.0/0",
    "__proto__",
    "constructor",
    "sg-0",
    "pl-1",
    "\ud800",
  ),
  fc.string({ maxLength: 60 }),
);
const peer = fc.oneof(
  text.map((cidr) => ({ kind: "cidr" as const, cidr })),
  text.map((groupId) => ({ kind: "group" as const, groupId })),
  text.map((prefixListId) => ({ kind: "prefixList" as const, prefixListId })),
);
const rule: fc.Arbitrary<SecurityGroupRule> = fc.record({
  ruleId: text,
  isEgress: fc.boolean(),
  protocol: number,
  fromPort: number,
  toPort: number,
  peer,
});
const hostileGroup = (groupId: string): fc.Arbitrary<SecurityGroup> =>
  fc.array(rule, { maxLength: 30 }).map((rules) => ({ groupId, name: "", vpcId: "vpc-f", rules }));

/** A group with so many rules. */
function groupOf(count: number, make: (at: number) => Partial<SecurityGroupRule>): SecurityGroup {
  const base = { isEgress: false, protocol: 6, fromPort: 443, toPort: 443 };
  const everyone = { kind: "cidr" as const, cidr: "0.0.0.0/0" };
  const rules = Array.from({ length: count }, (_, at) => {
    return { ruleId: `sgr-${at}`, ...base, peer: everyone, ...make(at) };
  });
  return { groupId: "sg-0", name: "sg-0", vpcId: "vpc-f", rules };
}

/** Questions that a packet can ask: the rules may name protocols that none has. */
function headersOf(world: FuzzWorld, random: Random): readonly Probe[] {
  return Array.from({ length: 20 }, () => fuzzProbe(world, random)).filter(({ protocol }) => {
    return Number.isInteger(protocol) && protocol >= 0 && protocol <= 255;
  });
}

const small = fuzzWorld(seededRandom(21));
const withGroup = (group: SecurityGroup): FuzzWorld => ({ ...small, groups: [group] });

describe("hostile rules", () => {
  it("are compiled to what the slow evaluator says, or refused", () => {
    fc.assert(
      fc.property(hostileGroup("sg-0"), fc.integer({ min: 1, max: 2 ** 30 }), (group, seed) => {
        const random = seededRandom(seed);
        const world = withGroup(group);
        const probes = headersOf(world, random);
        expect(compare({ seed, world, probes }, openImage(compileImage(world)))).toEqual([]);
      }),
      { numRuns: 60, seed: 22 },
    );
  }, 60_000);

  it("are edits that leave a live image like a fresh one", () => {
    const live = new LiveImage(withGroup(groupOf(1, () => ({}))));
    fc.assert(
      fc.property(hostileGroup("sg-0"), fc.integer({ min: 1, max: 2 ** 30 }), (group, seed) => {
        const random = seededRandom(seed);
        const world = withGroup(group);
        live.setGroup(group);
        const probes = headersOf(world, random);
        expect(compare({ seed, world, probes }, live.image)).toEqual([]);
      }),
      { numRuns: 60, seed: 23 },
    );
  }, 60_000);
});

describe("more than an image holds is refused with QUOTA", () => {
  const manyPorts = (at: number) => {
    const protocol = at % 2 === 0 ? 6 : 17;
    return { protocol, fromPort: at & ~1, toPort: at & ~1 };
  };
  const list = Array.from({ length: 2100 }, (_, at) => `10.${at >> 8}.${at & 255}.0/24`);
  const lists = [{ prefixListId: "pl-big", name: "", maxEntries: 2100, cidrs: list }];
  const ofList = () => ({ peer: { kind: "prefixList" as const, prefixListId: "pl-big" } });
  const cidrOf = (at: number) => `${20 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}.0/24`;
  const carriers = Array.from({ length: 8192 }, (_, at) => {
    return { ...small.interfaces[0], groupIds: [`sg-${at}`], addresses: [], prefixes: [] };
  });
  const laden = { ...carriers[0], groupIds: Array.from({ length: 256 }, (_, at) => `sg-${at}`) };
  const ladenGroups = laden.groupIds.map((groupId) => ({ ...groupOf(1, () => ({})), groupId }));

  it.each<[string, FuzzWorld, string]>([
    [
      "prefixes",
      withGroup(groupOf(262_144, (at) => ({ peer: { kind: "cidr", cidr: cidrOf(at) } }))),
      "prefixes in rules",
    ],
    ["port classes", withGroup(groupOf(65_536, manyPorts)), "classes of ports"],
    [
      "entries",
      { ...withGroup(groupOf(2000, ofList)), prefixLists: lists },
      "more than 4000000 rules",
    ],
    ["sets", { ...small, interfaces: carriers }, "more than 8191 sets of groups"],
    [
      "groups of an interface",
      { ...small, groups: ladenGroups, interfaces: [laden] },
      "256 groups with rules",
    ],
  ])(
    "%s",
    (_what, world, message) => {
      expect(() => compileImage(world)).toThrow(TrunklineError);
      expect(() => compileImage(world)).toThrow(message);
    },
    60_000,
  );

  it("and a live image is as before", () => {
    const live = new LiveImage({ ...withGroup(groupOf(1, () => ({}))), prefixLists: lists });
    expect(() => live.setGroup(groupOf(2000, ofList))).toThrow("more than 4000000 rules");
    for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40]) {
      expect(() => live.setInterface(wrong, small.interfaces[0])).toThrow(TrunklineError);
    }
    const asked = small.interfaces.findIndex(({ groupIds }) => groupIds.join() === "sg-0");
    const { verdict4 } = bindKernels(live.image);
    expect(asked).toBeGreaterThanOrEqual(0);
    expect(verdict4(asked, 0, 0x0102_0304, 6, 443)).toBe(1);
  }, 60_000);
});
