import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../clock.ts";
import { TrunklineError } from "../errors/trunkline-error.ts";
import { compileImage } from "./compile-image.ts";
import { decidingRules } from "./deciding-rules.ts";
import { compare } from "./fuzz-check.test-support.ts";
import { type FuzzWorld, fuzzProbe, fuzzWorld, type Probe } from "./fuzz-world.test-support.ts";
import { openImage } from "./image.ts";
import { columnNames, FIRST_COLUMN, HEADER_WORDS } from "./layout.ts";

const world = fuzzWorld(seededRandom(11));
const good = new Uint8Array(compileImage(world));
const words = [0, 1, -1, 0x7fff_ffff, -0x8000_0000, 0x00ff_ffff, 1 << 18, 255];

/** Asks all kernels and for the rules; true when the image could be opened. */
function outcomeOf(bytes: Uint8Array<ArrayBuffer>, probes: readonly Probe[]): boolean {
  try {
    const image = openImage(bytes.buffer);
    compare({ seed: 11, world, probes }, image);
    for (const probe of probes) decidingRules(image, probe);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(TrunklineError);
    return false;
  }
}

function probesOf(source: FuzzWorld, count: number, random: Random): readonly Probe[] {
  return Array.from({ length: count }, () => fuzzProbe(source, random));
}

describe("a damaged image answers or is refused", () => {
  it.each(columnNames)(
    "bits and words of %s",
    (name) => {
      const random = seededRandom(12);
      const { byteOffset, byteLength } = openImage(good.buffer)[name];
      if (byteLength === 0) return;
      for (let turn = 0; turn < 25; turn++) {
        const bytes = good.slice();
        for (let hit = 0; hit < 1 + turn * turn; hit++) {
          const at = byteOffset + Math.floor(random() * byteLength);
          bytes[at] ^= 1 << Math.floor(random() * 8);
        }
        if (turn % 5 === 4) {
          const value = words[Math.floor(random() * words.length)];
          new Int32Array(bytes.buffer, byteOffset, byteLength >> 2).fill(value);
        }
        expect(outcomeOf(bytes, probesOf(world, 12, random))).toBe(true);
      }
    },
    60_000,
  );

  it("with any word of its header", () => {
    const random = seededRandom(13);
    const opened = new Set<boolean>();
    for (let at = 0; at < HEADER_WORDS; at++) {
      for (const value of words) {
        const bytes = good.slice();
        new Int32Array(bytes.buffer)[at] = value;
        opened.add(outcomeOf(bytes, probesOf(world, 4, random)));
      }
    }
    expect(opened).toEqual(new Set([true, false]));
  }, 60_000);

  it("with columns that overlap", () => {
    const random = seededRandom(14);
    for (let turn = 0; turn < 40; turn++) {
      const bytes = good.slice();
      const header = new Int32Array(bytes.buffer);
      const pair = () => FIRST_COLUMN + 2 * Math.floor(random() * columnNames.length);
      header.copyWithin(pair(), pair(), pair());
      outcomeOf(bytes, probesOf(world, 8, random));
    }
  }, 60_000);
});

it("a cut image is refused wherever it ends", () => {
  for (let length = 0; length < good.length; length += 4093) {
    expect(() => openImage(good.slice(0, length).buffer)).toThrow(TrunklineError);
  }
  expect(() => openImage(good.slice(0, -1).buffer)).toThrow(TrunklineError);
});
