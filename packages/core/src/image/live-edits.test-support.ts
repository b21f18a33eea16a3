import { type Random, seededRandom } from "../clock.ts";
import type { SecurityGroup } from "../world/cloud.ts";
import { canonicalBits } from "./canonical.test-support.ts";
import { compileImage } from "./compile-image.ts";
import { decidingRules } from "./deciding-rules.ts";
import { type FuzzWorld, fuzzProbe, fuzzRule, fuzzWorld } from "./fuzz-world.test-support.ts";
import { openImage } from "./image.ts";
import { LiveImage } from "./live-image.ts";

/** What a run of edits came to. */
export interface EditRun {
  patched: number;
  recompiled: number;
  /** Edits after which the live image and a fresh one differed. */
  readonly differing: string[];
}

/** Edits the groups of a world again and again, and compares with a fresh compile each time. */
export function runEdits(seed: number, editCount: number): EditRun {
  const random = seededRandom(seed);
  let world = fuzzWorld(random);
  const live = new LiveImage(world);
  const run: EditRun = { patched: 0, recompiled: 0, differing: [] };
  for (let edit = 0; edit < editCount; edit++) {
    const group = editedGroup(world, edit, random);
    world = {
      ...world,
      groups: world.groups.map((one) => (one.groupId === group.groupId ? group : one)),
    };
    run[live.setGroup(group)]++;
    const fresh = openImage(compileImage(world));
    const isSame =
      sameBits(canonicalBits(live.image, world), canonicalBits(fresh, world)) &&
      sameBits(live.image.certain, fresh.certain) &&
      Array.from({ length: 20 }, () => fuzzProbe(world, random)).every((probe) => {
        const rules = [live.image, fresh].map((image) =>
          JSON.stringify(decidingRules(image, probe)),
        );
        return rules[0] === rules[1];
      });
    if (!isSame) run.differing.push(`SEED=${seed} edit ${edit}`);
  }
  return run;
}

// Adds a rule, drops one, or changes one.
function editedGroup(world: FuzzWorld, edit: number, random: Random): SecurityGroup {
  const group = world.groups[Math.floor(random() * world.groups.length)];
  const ids = world.groups.map(({ groupId }) => groupId);
  const rule = fuzzRule(`sgr-edit-${edit}`, ids, random);
  const at = Math.floor(random() * (group.rules.length + 1));
  const dropped = random() < 0.55 ? 1 : 0;
  const added = random() < 0.55 ? [rule] : [];
  return { ...group, rules: group.rules.toSpliced(at, dropped, ...added) };
}

function sameBits(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((bit, at) => bit === b[at]);
}
