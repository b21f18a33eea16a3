import type { Random } from "../clock.ts";
import type { Pod } from "../world/cluster.ts";
import type { World } from "../world/world.ts";
import { compileReach } from "./compile-reach.ts";
import { LiveReach } from "./live-reach.ts";
import { openReach } from "./reach-image.ts";
import { bindReach } from "./reach-kernels.ts";
import { fuzzPod, fuzzQuestions, fuzzReachCase } from "./reach-world.test-support.ts";
import { editGroup, editPolicy, oneFamilyCase } from "./rule-edits.test-support.ts";
import { readRuleNames } from "./rule-texts.ts";

/** What came of edits to one world. */
export interface ReachEditRun {
  patched: number;
  recompiled: number;
  /** Edits after which a fresh compile says something else. */
  readonly differing: string[];
}

/**
 * Edits pods, policies and groups of a seed's world again and again, and compares with a fresh
 * compile each time.
 */
export function runReachEdits(seed: number, editCount: number): ReachEditRun {
  const caseOf = seed % 2 === 0 ? oneFamilyCase : fuzzReachCase;
  const { world: first, options: own, random } = caseOf(seed);
  const options = { ...own, questions: fuzzQuestions };
  const live = new LiveReach(first, options);
  const run: ReachEditRun = { patched: 0, recompiled: 0, differing: [] };
  let world = first;
  for (let edit = 0; edit < editCount; edit++) {
    const chance = random();
    if (chance < 0.35) world = editOnce(world, live, run, random);
    else {
      const editRules = chance < 0.7 ? editPolicy : editGroup;
      const { world: edited, edit: took } = editRules(world, live, random);
      world = edited;
      run[took]++;
    }
    if (!isLikeFresh(live, world, options)) run.differing.push(`SEED=${seed} edit ${edit}`);
  }
  return run;
}

// Removes a pod, moves one, makes one like another, or makes one that is new in every way.
function editOnce(world: World, live: LiveReach, run: ReachEditRun, random: Random): World {
  const at = Math.floor(random() * world.pods.length);
  const other = world.pods[Math.floor(random() * world.pods.length)];
  const others = world.pods.filter((_, number) => number !== at);
  if (random() < 0.2 && world.pods.length > 2) {
    run[live.removePod(world.pods[at].namespace, world.pods[at].name)]++;
    return { ...world, pods: others };
  }
  if (random() < 0.3) {
    const groupIds = world.groups.map(({ groupId }) => groupId);
    const { pod, interfaces } = fuzzPod(at, groupIds, random);
    const [branch] = interfaces;
    run[live.setPod(pod, branch)]++;
    const kept = world.interfaces.filter(({ eniId }) => eniId !== branch?.eniId);
    const pods = world.pods.filter((one) => fullName(one) !== fullName(pod));
    return { ...world, pods: [...pods, pod], interfaces: [...kept, ...interfaces] };
  }
  const { nodeName: _, ...rest } = other;
  const placed = random() < 0.9 ? { nodeName: random() < 0.5 ? "n1" : "n2" } : {};
  const pod: Pod = { ...rest, ...placed, name: world.pods[at].name };
  run[live.setPod(pod)]++;
  const pods = world.pods.filter((one) => fullName(one) !== fullName(pod));
  return { ...world, pods: [...pods, pod] };
}

function isLikeFresh(
  live: LiveReach,
  world: World,
  options: Parameters<typeof compileReach>[1],
): boolean {
  const { buffer, podNames } = compileReach(world, options);
  const image = openReach(buffer);
  const fresh = bindReach(image);
  const [names, liveNames] = [readRuleNames(image), readRuleNames(live.image)];
  const [out, liveOut] = [new Int32Array(4), new Int32Array(4)];
  const numbers = podNames.map((name) => live.numberOf(name) ?? -1);
  const rulesOf = (rules: Int32Array, from: typeof names) =>
    [...rules].map((rule, at) =>
      JSON.stringify((at % 2 ? from.policyRules : from.groupRules)[rule]),
    );
  return podNames.every((_, from) =>
    podNames.every((__, to) => {
      const [a, b] = [numbers[from], numbers[to]];
      const question = (from + to) % fuzzQuestions.length;
      fresh.decide(from, to, question, out);
      live.kernels.decide(a, b, question, liveOut);
      return (
        fresh.allowed(from, to) === live.kernels.allowed(a, b) &&
        fresh.possible(from, to) === live.kernels.possible(a, b) &&
        String(rulesOf(out, names)) === String(rulesOf(liveOut, liveNames))
      );
    }),
  );
}

function fullName({ namespace, name }: Pod): string {
  return `${namespace}/${name}`;
}
