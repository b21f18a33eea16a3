import { type Random, seededRandom } from "../clock.ts";
import type { NetworkInterface, SecurityGroup } from "../world/cloud.ts";
import { canonicalBits } from "./canonical.test-support.ts";
import { compileImage } from "./compile-image.ts";
import { decidingRules } from "./deciding-rules.ts";
import { type FuzzWorld, fuzzProbe, fuzzRule, fuzzWorld } from "./fuzz-world.test-support.ts";
import { type Image, openImage } from "./image.ts";
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
    if (random() < 0.3) {
      const number = Math.floor(random() * (world.interfaces.length + 1));
      const eni = editedInterface(world, edit % 250, random);
      if (isHeldByOthers(world, number, eni)) continue;
      world = { ...world, interfaces: world.interfaces.toSpliced(number, 1, eni) };
      run[live.setInterface(number, eni)]++;
      if (!isLikeFresh(live, world, random)) run.differing.push(`SEED=${seed} edit ${edit}`);
      continue;
    }
    const group = editedGroup(world, edit, random);
    world = {
      ...world,
      groups: world.groups.map((one) => (one.groupId === group.groupId ? group : one)),
    };
    run[live.setGroup(group)]++;
    if (!isLikeFresh(live, world, random)) run.differing.push(`SEED=${seed} edit ${edit}`);
  }
  return run;
}

function isLikeFresh({ image }: LiveImage, world: FuzzWorld, random: Random): boolean {
  const fresh = openImage(compileImage(world));
  const probes = Array.from({ length: 20 }, () => fuzzProbe(world, random));
  const rulesOf = (one: Image) => JSON.stringify(probes.map((probe) => decidingRules(one, probe)));
  return (
    sameBits(canonicalBits(image, world), canonicalBits(fresh, world)) &&
    sameBits(image.certain.subarray(0, fresh.certain.length), fresh.certain) &&
    rulesOf(image) === rulesOf(fresh)
  );
}

// Such a world cannot be compiled.
function isHeldByOthers(world: FuzzWorld, number: number, eni: NetworkInterface): boolean {
  return world.interfaces.some(({ addresses }, at) => {
    return at !== number && addresses.some((address) => eni.addresses.includes(address));
  });
}

// An address of its own, with the groups of another interface or others.
function editedInterface(world: FuzzWorld, edit: number, random: Random): NetworkInterface {
  const other = world.interfaces[Math.floor(random() * world.interfaces.length)];
  const ids = world.groups.map(({ groupId }) => groupId).filter(() => random() < 0.3);
  // Now and then inside a delegated prefix, or one that was used before.
  const address = random() < 0.2 ? `10.255.0.${edit & 255}` : `10.254.0.${edit}`;
  const groupIds = random() < 0.7 ? other.groupIds : ids;
  return { ...other, groupIds, addresses: random() < 0.9 ? [address] : [], prefixes: [] };
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
