import { describe, expect, it } from "vitest";
import { seededRandom } from "../clock.ts";
import { TrunklineError } from "../errors/trunkline-error.ts";
import { parseIpv4 } from "../net/ipv4.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import { compileImage } from "./compile-image.ts";
import { compare, indexOf, lawOf, mismatches } from "./fuzz-check.test-support.ts";
import { fuzzProbe, fuzzWorld } from "./fuzz-world.test-support.ts";
import { type ImageBuffer, openImage } from "./image.ts";
import { bindKernels, generateKernels } from "./kernels.ts";
import { FIRST_COLUMN, IMAGE_VERSION } from "./layout.ts";

describe("kernels agree with the slow evaluator", () => {
  const firstSeed = 1;
  const seedCount = 60;
  it(`on ${seedCount} worlds from SEED=${firstSeed}, 250 verdicts each`, () => {
    for (let seed = firstSeed; seed < firstSeed + seedCount; seed++) {
      expect(mismatches(seed, 250)).toEqual([]);
    }
  }, 60_000);

  // Seeds that a change of compiler or kernels ever failed on.
  it.each([[1]])(
    "on the world of SEED=%d",
    (seed) => {
      expect(mismatches(seed, 2000)).toEqual([]);
    },
    60_000,
  );

  it("with code of its own for each image", () => {
    for (let seed = 500; seed < 505; seed++) {
      expect(mismatches(seed, 250, generateKernels)).toEqual([]);
    }
  }, 60_000);

  // Else agreement would say little.
  it("in worlds that allow, refuse and leave open", () => {
    const counts = { yes: 0, no: 0, unknown: 0 };
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const world = fuzzWorld(random);
      const index = indexOf(world);
      for (let at = 0; at < 100; at++) counts[lawOf(fuzzProbe(world, random), world, index)]++;
    }
    expect(counts.yes).toBeGreaterThan(300);
    expect(counts.no).toBeGreaterThan(300);
    expect(counts.unknown).toBeGreaterThan(30);
  });
});

describe("fixture F", () => {
  const world = fixtureF();
  const image = openImage(compileImage(world));
  const kernels = bindKernels(image);
  const numberOf = (eniId: string) => world.interfaces.findIndex((eni) => eni.eniId === eniId);

  it.each([
    ["eni-db1", 0, "10.0.1.101", 6, 5432, 1],
    ["eni-db1", 0, "10.0.1.101", 6, 5433, 0],
    ["eni-db1", 0, "10.0.1.102", 6, 5432, 0],
    ["eni-api", 1, "10.0.1.50", 6, 5432, 1],
    ["eni-api", 0, "10.0.1.11", 6, 8080, 1],
    ["eni-peer", 1, "10.0.1.50", 6, 5432, 0],
  ])(
    "%s asked in direction %i about %s %i/%i says %i",
    (eniId, way, peer, protocol, port, says) => {
      const ip = parseIpv4(peer);
      expect(kernels.verdict4(numberOf(eniId), way, ip, protocol, port)).toBe(says);
    },
  );

  it("has no interface beyond the last, and none is allowed anything", () => {
    expect(kernels.verdict4(world.interfaces.length, 0, parseIpv4("10.0.1.11"), 6, 8080)).toBe(0);
  });
});

describe("an image", () => {
  it("says the same anywhere in any buffer", () => {
    const random = seededRandom(5);
    const world = fuzzWorld(random);
    const probes = Array.from({ length: 500 }, () => fuzzProbe(world, random));
    const bytes = new Uint8Array(compileImage(world));
    const moved = new SharedArrayBuffer(bytes.length + 4096);
    new Uint8Array(moved).set(bytes, 1028);
    expect(compare({ seed: 5, world, probes }, openImage(moved, 1028))).toEqual([]);
  });

  it("is in shared memory on request", () => {
    expect(compileImage(fixtureF(), { shared: true })).toBeInstanceOf(SharedArrayBuffer);
  });

  it("takes what one VPC holds when several use an address", () => {
    const world = fixtureF();
    const [eni] = world.interfaces;
    const other = { ...eni, eniId: "eni-other", vpcId: "vpc-2", groupIds: ["sg-0db"] };
    const both = { ...world, interfaces: [...world.interfaces, other] };
    expect(() => compileImage(both)).toThrow("10.0.1.11 is held twice, with different groups");
    expect(compileImage(both, { vpcId: "vpc-f" }).byteLength).toBeGreaterThan(0);
  });
});

describe("opening refuses", () => {
  const good = compileImage(fixtureF()) as ArrayBuffer;
  const edited = (word: number, value: number): ImageBuffer => {
    const copy = good.slice(0);
    new Int32Array(copy)[word] = value;
    return copy;
  };

  it.each<[string, ImageBuffer, number, string]>([
    ["nothing", new ArrayBuffer(0), 0, "0 bytes are fewer than a header of 256"],
    ["zeros", new ArrayBuffer(256), 0, "it begins with 0x0, not 0x4d494c54"],
    [
      "another version",
      edited(1, 99),
      0,
      `its version is 99, this program reads version ${IMAGE_VERSION}`,
    ],
    ["a cut image", good.slice(0, 4096), 0, "bytes, 4096 are there"],
    ["an odd offset", good, 2, "byte offset 2 is not a multiple of 4"],
    ["an offset beyond", good, good.byteLength + 4, "0 bytes are fewer than a header of 256"],
    [
      "a column outside",
      edited(FIRST_COLUMN, 0x7fff_fffc),
      0,
      "column protocols4 at byte 2147483644",
    ],
    ["a column at an odd byte", edited(FIRST_COLUMN, 258), 0, "is not aligned"],
    [
      "a negative length",
      edited(FIRST_COLUMN + 1, -4),
      0,
      "column protocols4 at byte 256, -4 bytes",
    ],
    ["a negative count", edited(3, -1), 0, "interfaceCount is -1"],
  ])("%s", (_what, buffer, offset, message) => {
    expect(() => openImage(buffer, offset)).toThrow(TrunklineError);
    expect(() => openImage(buffer, offset)).toThrow(message);
  });

  it(`only versions other than ${IMAGE_VERSION}`, () => {
    expect(openImage(good).sizeBytes).toBe(good.byteLength);
  });
});
