import { expect, it } from "vitest";
import { seededRandom } from "../clock.ts";
import { fuzzWorld } from "./fuzz-world.test-support.ts";
import { readSets } from "./group-sets.ts";
import { numberPrefixes } from "./prefix-nodes.ts";
import { readRules } from "./rule-tables.ts";
import { cheapestSplit } from "./trie-split.ts";
import { Trie4 } from "./trie4.ts";

it("the cells that a split is said to take are those that painting takes", () => {
  for (let seed = 41; seed <= 80; seed++) {
    const world = fuzzWorld(seededRandom(seed));
    const tables = readRules(world);
    const sets = readSets(world, tables, undefined);
    const nodes = numberPrefixes(tables.prefixes, 0);
    const split = cheapestSplit(nodes, sets);
    const trie = Trie4.empty(new Int32Array(split.cellCount), split);
    trie.paintNodes(nodes);
    for (const { cidr, set } of sets.prefixes) {
      if (cidr.family === 4) trie.paintSet(cidr.base, cidr.prefixLength, set);
    }
    trie.paintHosts(sets);
    expect(trie.cells.length, `SEED=${seed}`).toBe(split.cellCount);
  }
});

it("scattered hosts are split at a longer root than hosts of one block", () => {
  const hostsOf = (step: number) => {
    const cidrs = Array.from({ length: 20_000 }, (_, at) => {
      const ip = Math.imul(at, step) >>> 0;
      return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}/32`;
    });
    const prefixLists = [{ prefixListId: "pl", name: "", maxEntries: 0, cidrs }];
    const source = { groups: [], interfaces: [], prefixLists };
    const tables = readRules(source);
    const sets = readSets(source, tables, undefined);
    return cheapestSplit(numberPrefixes(tables.prefixes, 0), sets);
  };
  expect(hostsOf(1).root).toBe(16);
  expect(hostsOf(0x9e3779b1).root).toBe(18);
});
