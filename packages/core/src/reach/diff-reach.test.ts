import { describe, expect, it } from "vitest";
import type { Random } from "../clock.ts";
import type { World } from "../world/world.ts";
import { type CompiledReach, compileReach } from "./compile-reach.ts";
import { diffReach, forEachPair } from "./diff-reach.ts";
import { openReach } from "./reach-image.ts";
import { bindReach } from "./reach-kernels.ts";
import { fuzzQuestions, fuzzReachCase } from "./reach-world.test-support.ts";

/** All that differs, by asking every pair twice: "p1 > p2 +bits -bits". */
function plainDiff(before: CompiledReach, after: CompiledReach): readonly string[] {
  const [was, is] = [before, after].map(({ buffer }) => bindReach(openReach(buffer)).allowed);
  const names = [...new Set([...before.podNames, ...after.podNames])];
  const found: string[] = [];
  for (const source of names) {
    for (const destination of names) {
      if (source === destination) continue;
      const [from, to] = [source, destination];
      const old = was(before.podNames.indexOf(from), before.podNames.indexOf(to));
      const now = is(after.podNames.indexOf(from), after.podNames.indexOf(to));
      if (old !== now) found.push(`${source} > ${destination} +${now & ~old} -${old & ~now}`);
    }
  }
  return found.sort();
}

function shownDiff(before: CompiledReach, after: CompiledReach): readonly string[] {
  const diff = diffReach(before, after);
  const found: string[] = [];
  for (const change of diff.changes) {
    forEachPair(diff, change, (source, destination) => {
      const [from, to] = [diff.podNames[source], diff.podNames[destination]];
      found.push(`${from} > ${to} +${change.gained} -${change.lost}`);
    });
  }
  return found.sort();
}

const edits: readonly ((world: World, random: Random) => World)[] = [
  (world) => world,
  (world, random) => ({ ...world, groups: world.groups.filter(() => random() < 0.7) }),
  (world, random) => ({
    ...world,
    groups: world.groups.map((group) => ({
      ...group,
      rules: group.rules.filter(() => random() < 0.8),
    })),
  }),
  (world, random) => ({ ...world, pods: world.pods.filter(() => random() < 0.7) }),
  (world, random) => ({
    ...world,
    pods: world.pods.map((pod) => (random() < 0.3 ? { ...pod, nodeName: "n2" } : pod)),
  }),
  (world, random) => ({
    ...world,
    pods: world.pods.map((pod) => (random() < 0.3 ? { ...pod, labels: { app: "web" } } : pod)),
  }),
  (world, random) => {
    const kept = world.networkPolicies?.filter(() => random() < 0.5);
    return kept === undefined ? world : { ...world, networkPolicies: kept };
  },
  (world) => ({ ...world, settings: { ...world.settings, mode: "standard" } }),
];

describe("the difference of compiled reachability", () => {
  it("is what asking every pair twice finds", () => {
    let changed = 0;
    for (let seed = 1; seed <= 96; seed++) {
      const { world, options, random } = fuzzReachCase(seed);
      const first = edits[seed % edits.length];
      const second = edits[Math.floor(random() * edits.length)];
      const compile = (one: World) => compileReach(one, { ...options, questions: fuzzQuestions });
      const [before, after] = [compile(world), compile(second(first(world, random), random))];
      const expected = plainDiff(before, after);
      changed += expected.length;
      expect(shownDiff(before, after), `SEED=${seed}`).toEqual(expected);
    }
    expect(changed).toBeGreaterThan(100);
  }, 60_000);

  it("is refused for compiles of different questions", () => {
    const { world } = fuzzReachCase(1);
    const one = compileReach(world, { questions: [{ protocol: 6, port: 80 }] });
    const other = compileReach(world, { questions: fuzzQuestions });
    expect(() => diffReach(one, other)).toThrow("different questions");
  });
});
