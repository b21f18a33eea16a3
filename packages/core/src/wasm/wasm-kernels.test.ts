import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../clock.ts";
import { TrunklineError } from "../errors/trunkline-error.ts";
import { compileImage } from "../image/compile-image.ts";
import { compare, mismatches } from "../image/fuzz-check.test-support.ts";
import { fuzzProbe, fuzzWorld } from "../image/fuzz-world.test-support.ts";
import { openImage } from "../image/image.ts";
import { bindKernels } from "../image/kernels.ts";
import { columnNames, FIRST_COLUMN } from "../image/layout.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import { bindWasmCopy } from "./bind-copy.test-support.ts";
import { bindWasmKernels } from "./bind-wasm-kernels.ts";
import { compileKernels } from "./kernel-module.ts";

const module = compileKernels();
const fixture = openImage(compileImage(fixtureF()));

describe("WASM kernels agree with the slow evaluator", () => {
  it("on 30 worlds from SEED=2001, 250 verdicts each", () => {
    for (let seed = 2001; seed <= 2030; seed++) {
      expect(mismatches(seed, 250, bindWasmCopy)).toEqual([]);
    }
  }, 60_000);

  // Of four kinds of questions each is then a batch of several chunks, the last one cut.
  it("on 6 worlds from SEED=2101, 2,000 verdicts each", () => {
    for (let seed = 2101; seed <= 2106; seed++) {
      expect(mismatches(seed, 2000, bindWasmCopy)).toEqual([]);
    }
  }, 60_000);

  // Sets, prefixes and ports that fill more than a page each, with the kernels in JavaScript.
  it("on 3 crowded worlds from SEED=2201, 1,500 verdicts each", () => {
    for (let seed = 2201; seed <= 2203; seed++) {
      const random = seededRandom(seed);
      const world = fuzzWorld(random, { groups: 90, interfaces: 200 });
      const image = openImage(compileImage(world));
      expect(Math.min(image.setCount, image.nodeCount, image.portClassCount)).toBeGreaterThan(64);
      const probes = Array.from({ length: 1500 }, () => fuzzProbe(world, random));
      expect(compare({ seed, world, probes }, image, bindKernels, bindWasmCopy)).toEqual([]);
    }
  }, 60_000);
});

describe("a batch", () => {
  const eni = fixtureF().interfaces.findIndex(({ eniId }) => eniId === "eni-db1");
  const kernels = bindWasmKernels(module, fixture, { headerCount: 512 });
  const { interfaces, addresses, protocols, ports, allowed } = kernels.columns;
  interfaces.fill(eni);
  addresses.fill((10 << 24) | (1 << 8) | 101);
  protocols.fill(6);
  ports.fill(5432);

  it("fills the blocks that it is asked for, and no other", () => {
    for (const [first, end] of [
      [0, 64],
      [3, 3],
      [0, 1],
      [5, 38],
      [63, 64],
    ]) {
      allowed.fill(0);
      kernels.batch4(0, first, end);
      const said = Array.from(allowed, (byte, at) => byte === (at >= first && at < end ? 255 : 0));
      expect(said).not.toContain(false);
    }
  });

  it("refuses interfaces that are not there", () => {
    const { batch4, columns } = bindWasmKernels(module, fixture, { headerCount: 4096 });
    columns.protocols.fill(6);
    columns.ports.fill(5432);
    const first = fixture.interfaceCount;
    columns.interfaces.set(columns.interfaces.map((_, at) => (at % 2 === 0 ? first + at : -at)));
    columns.allowed.fill(255);
    batch4(0, 0, 512);
    expect(columns.allowed.some((byte) => byte !== 0)).toBe(false);
  });

  it.each([
    [-1, 4],
    [0, 65],
    [Number.NaN, 4],
  ])("refuses blocks %d to %d of 64", (first, end) => {
    const text = `blocks ${first} to ${end} are asked for, there are 64`;
    expect(() => kernels.batch4(0, first, end)).toThrow(text);
  });
});

describe("room for headers", () => {
  it("of IPv4 is none for IPv6", () => {
    const { batch6 } = bindWasmKernels(module, fixture, { headerCount: 8 });
    expect(() => batch6(0, 0, 1)).toThrow("the columns have room for IPv4");
  });

  it.each([7, -8, 1.5, Number.NaN])("of %d is refused", (headerCount) => {
    const text = `room for ${headerCount} headers is asked for`;
    expect(() => bindWasmKernels(module, fixture, { headerCount })).toThrow(text);
  });

  it("is limited", () => {
    const bind = () => bindWasmKernels(module, fixture, { headerCount: 2 ** 28, family: 6 });
    expect(bind).toThrow(/bytes of WASM memory, which is more than can be had/);
  });
});

describe("a damaged image answers or is refused", () => {
  const world = fuzzWorld(seededRandom(11));
  const good = new Uint8Array(compileImage(world));

  function outcomeOf(bytes: Uint8Array<ArrayBuffer>, random: Random): string {
    const probes = Array.from({ length: 12 }, () => fuzzProbe(world, random));
    try {
      compare({ seed: 11, world, probes }, openImage(bytes.buffer), bindWasmCopy);
      return "answered";
    } catch (error) {
      expect(error).toBeInstanceOf(TrunklineError);
      return "refused";
    }
  }

  it("with bytes of every column", () => {
    const random = seededRandom(15);
    const outcomes = new Set<string>();
    for (const name of columnNames) {
      const { byteOffset, byteLength } = openImage(good.buffer)[name];
      for (let turn = 0; turn < 12 && byteLength > 0; turn++) {
        const bytes = good.slice();
        for (let hit = 0; hit < 1 + turn * turn * turn; hit++) {
          bytes[byteOffset + Math.floor(random() * byteLength)] = Math.floor(random() * 256);
        }
        outcomes.add(outcomeOf(bytes, random));
      }
    }
    expect(outcomes).toEqual(new Set(["answered", "refused"]));
  }, 60_000);

  it("with columns that overlap", () => {
    const random = seededRandom(14);
    for (let turn = 0; turn < 40; turn++) {
      const bytes = good.slice();
      const pair = () => FIRST_COLUMN + 2 * Math.floor(random() * columnNames.length);
      new Int32Array(bytes.buffer).copyWithin(pair(), pair(), pair());
      outcomeOf(bytes, random);
    }
  }, 60_000);
});

it("one module serves several images", () => {
  const other = openImage(compileImage(fuzzWorld(seededRandom(16))));
  const first = bindWasmKernels(module, fixture, { headerCount: 0 });
  bindWasmKernels(module, other, { headerCount: 0 });
  const header = [0, 1, (10 << 24) | (1 << 8) | 50, 6, 5432] as const;
  expect(first.verdict4(...header)).toBe(bindKernels(fixture).verdict4(...header));
});
