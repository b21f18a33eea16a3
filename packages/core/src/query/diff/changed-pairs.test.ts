import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../../clock.ts";
import type { EvaluateOptions } from "../../verdict/explanation.ts";
import type { World } from "../../world/world.ts";
import { indexWorld } from "../../world/world-index.ts";
import { compareWorlds } from "../compare-worlds.ts";
import type { ChangedPairs } from "./change.ts";
import { changedPairs } from "./changed-pairs.ts";
import { surveysOf } from "./diff-worlds.ts";
import { pick, randomEdits, smallWorld } from "./random-edits.test-support.ts";
import { slowChangedPairs } from "./slow-changed-pairs.test-support.ts";

// Sets of pairs may be cut in many ways: what counts is which pairs they have.
function normal({ pairs, rulesBefore, rulesAfter, ...rest }: ChangedPairs) {
  const ids = (rules: ChangedPairs["rulesBefore"]) => {
    return rules.map(({ groupId, rule }) => `${groupId}/${rule.ruleId}`);
  };
  const each = pairs.flatMap(({ sources, destinations }) =>
    sources.flatMap((source) =>
      destinations.flatMap((to) => (source === to ? [] : `${source} > ${to}`)),
    ),
  );
  return { ...rest, pairs: each.sort(), was: ids(rulesBefore), is: ids(rulesAfter) };
}

function expectSame(before: World, after: World, options: EvaluateOptions, what: string): number {
  const edits = compareWorlds(before, after);
  const worlds = { before: indexWorld(before), after: indexWorld(after) };
  const told = changedPairs(surveysOf(worlds, options, edits), edits, options).map(normal);
  const asked = surveysOf(worlds, options);
  const wanted = slowChangedPairs(asked.before, asked.after).map(normal);
  expect(told, what).toEqual(wanted);
  return wanted.length;
}

function optionsOf(random: Random): EvaluateOptions {
  return {
    ...(random() < 0.5 ? { model: "datapath" } : {}),
    ...(random() < 0.3 ? { networkPolicyModel: "aws" } : {}),
    ...(random() < 0.2 ? { networkPolicyEnforcing: "strict" } : {}),
  };
}

// Compares worlds until one edit of a name tells; most do in the first.
function isTelling(name: string, seed: number): boolean {
  const names = Object.keys(randomEdits);
  for (let turn = 0; turn < 4; turn++) {
    const random = seededRandom(seed + turn);
    const before = smallWorld(random, /polic|namespace|node|label/.test(name));
    const after = randomEdits[name](before, random);
    // Another beside it, at times.
    const last = turn === 1 ? randomEdits[pick(names, random)](after, random) : after;
    const what = `SEED=${seed + turn} ${name}`;
    if (expectSame(before, last, optionsOf(random), what) > 0) return true;
  }
  return false;
}

describe("the pairs that differ between two worlds", () => {
  it("are those that asking every pair finds, after edits of every kind", () => {
    const names = Object.keys(randomEdits);
    const silent = names.filter((name, at) => !isTelling(name, 1000 * at));
    // Most edits made a difference in one world or another.
    expect(silent.length).toBeLessThan(names.length / 3);
  }, 120_000);
});
