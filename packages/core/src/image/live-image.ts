import { TrunklineError } from "../errors/trunkline-error.ts";
import type { SecurityGroup } from "../world/cloud.ts";
import {
  type CompiledImage,
  type CompileOptions,
  draftImage,
  type ImageDraft,
  type Spare,
} from "./compile-image.ts";
import { Grower, NoRoom } from "./grower.ts";
import type { Image } from "./image.ts";
import { LaterAxes } from "./later-axes.ts";
import { RULE_WORDS } from "./layout.ts";
import { type ImageInterface, LiveInterfaces } from "./live-interfaces.ts";
import { addRules } from "./rule-columns.ts";
import { Entries, type ImageSource, type UnitRules } from "./rule-tables.ts";
import type { UnitColumns } from "./unit-columns.ts";
import { UnitCompiler } from "./unit-compiler.ts";

/** What an edit cost: `patched` in place, or everything compiled anew into another buffer. */
export type EditOutcome = "patched" | "recompiled";

/**
 * An image that follows edits of groups and interfaces.
 *
 * Most edits change the image where it lies: kernels that are bound to it stay bound and answer by
 * the new rules. After an edit that answers "recompiled", `image` is another one, and kernels must
 * be bound again. An edit is not atomic for other threads: workers that share the buffer may see
 * part of it until it ends. Errors are those of `compileImage`; after one the image is as before.
 */
export class LiveImage {
  readonly #options: CompileOptions;
  #interfaces!: LiveInterfaces;
  readonly #groups: Map<string, SecurityGroup>;
  readonly #list: ImageInterface[];
  readonly #source: ImageSource;
  #draft!: ImageDraft;
  #image!: Image;
  #axes!: LaterAxes;
  #cold!: { readonly rules: Grower; readonly texts: Grower<Uint8Array> };
  #compiler!: UnitCompiler;
  /** The rules of the group in hand. */
  readonly #entries = new Entries(64);

  constructor(source: ImageSource, options: CompileOptions = {}) {
    this.#source = source;
    this.#list = [...source.interfaces];
    this.#groups = new Map(source.groups.map((group) => [group.groupId, group]));
    this.#options = options;
    this.#recompile();
  }

  /** The image as it is now. */
  get image(): Image {
    return this.#image;
  }

  /** Gives a group these rules, or adds the group. */
  setGroup(group: SecurityGroup): EditOutcome {
    const isKnown = this.#groups.has(group.groupId);
    const before = this.#groups.get(group.groupId);
    this.#groups.set(group.groupId, group);
    if (isKnown && orNoRoom(() => this.#patch(group))) return "patched";
    try {
      this.#recompile();
    } catch (error) {
      if (before === undefined) this.#groups.delete(group.groupId);
      else this.#groups.set(group.groupId, before);
      this.#recompile();
      throw error;
    }
    return "recompiled";
  }

  /**
   * Gives the interface of this number other groups or addresses; the number after the last adds
   * one. Patched when its set of groups is one that an interface had at the last compile, and its
   * addresses are IPv4. Throws INVALID_ARGUMENT for a number further on.
   */
  setInterface(number: number, eni: ImageInterface): EditOutcome {
    const interfaces = this.#list;
    if (!Number.isInteger(number) || number < 0 || number > interfaces.length) {
      const text = `interface ${number} is set, ${interfaces.length} are there`;
      throw new TrunklineError("INVALID_ARGUMENT", text);
    }
    const { vpcId } = this.#options;
    const before: ImageInterface | undefined = interfaces[number];
    const isInside = (one: ImageInterface | undefined) =>
      vpcId === undefined || one === undefined || one.vpcId === vpcId;
    interfaces[number] = eni;
    const mayPatch = isInside(before) && isInside(eni);
    if (mayPatch && orNoRoom(() => this.#interfaces.replace(number, before, eni))) return "patched";
    try {
      this.#recompile();
    } catch (error) {
      if (before === undefined) interfaces.pop();
      else interfaces[number] = before;
      this.#recompile();
      throw error;
    }
    return "recompiled";
  }

  #recompile(): void {
    const { prefixLists } = this.#source;
    const groups = [...this.#groups.values()];
    const source = { groups, prefixLists, interfaces: this.#list };
    const compiled = draftImage(source, this.#options, spare);
    const { draft, image, lengths } = compiled;
    const out = unitRest(compiled);
    this.#draft = draft;
    this.#image = image;
    this.#cold = {
      rules: Grower.within(image.rules, lengths.rules),
      texts: Grower.within(image.texts, lengths.texts),
    };
    this.#axes = new LaterAxes(compiled, out);
    this.#interfaces = new LiveInterfaces(compiled, this.#axes.trie);
    this.#compiler = new UnitCompiler(this.#axes.axes, out);
  }

  #patch(group: SecurityGroup): boolean {
    const { tables, offsets } = this.#draft;
    const number = tables.groupNumbers.get(group.groupId);
    if (number === undefined || 2 * number + 1 >= offsets.length) return false;
    this.#entries.clear();
    const units = tables.reader.read(group, this.#entries);
    for (const [way, unit] of units.entries()) {
      const hasUnit = offsets[2 * number + way] > 0;
      if (!hasUnit && unit.end > unit.first) return false;
      // What leaves a rule unjudged is written with the interfaces.
      if (unit.isCertain !== (tables.units[2 * number + way]?.isCertain ?? false)) return false;
      if (!this.#axes.learn(unit)) return false;
    }
    const ids = this.#entries.texts.used();
    const textsAt = this.#cold.texts.add(ids.length, 0);
    this.#cold.texts.words.set(ids, textsAt);
    for (const [way, unit] of units.entries()) {
      const offset = offsets[2 * number + way];
      if (offset > 0) this.#writeUnit(unit, offset, textsAt);
    }
    return true;
  }

  #writeUnit(unit: UnitRules, offset: number, textsAt: number): void {
    const { dir, stride, unitRules } = this.#image;
    dir.fill(0, offset, offset + stride);
    this.#compiler.compile(unit, offset);
    const at = 3 * (offset / stride);
    unitRules[at] = this.#cold.rules.length / RULE_WORDS;
    addRules(this.#cold.rules, unit, { numbers: this.#axes.axes.numbers, textsAt });
    unitRules[at + 1] = this.#cold.rules.length / RULE_WORDS;
  }
}

// The columns of units, with the room that is left in them.
function unitRest({ image, lengths }: CompiledImage): UnitColumns {
  return {
    dir: Grower.within(image.dir, lengths.dir),
    rowPages: Grower.within(image.rowPages, lengths.rowPages),
    portPages: Grower.within(image.portPages, lengths.portPages),
    bits: Grower.within(image.bits, lengths.bits),
  };
}

// What a failed patch has left behind goes with its buffer: everything is compiled anew.
function orNoRoom(patch: () => boolean): boolean {
  try {
    return patch();
  } catch (error) {
    // Limits count what earlier edits left behind; compiling anew counts afresh, or refuses.
    if (error instanceof NoRoom || error instanceof TrunklineError) return false;
    throw error;
  }
}

// Room for a thousand edits or so, and for an eighth of what is there. A thousand prefixes, and as
// many classes of ports, may come before everything is compiled anew.
const spare: Spare = {
  nodes: 1024,
  classes: 1024,
  roomFor: (lengths) => {
    const names = ["trie4", "rowPages", "portPages", "bits", "rules", "texts"] as const;
    const room = names.map((name) => [name, (lengths[name] >> 3) + (1 << 18)]);
    const rest = { interfaces: 8192, certain: 8192, unitLists: 1 << 14, parents: 1024 };
    return { ...Object.fromEntries(room), ...rest };
  },
};
