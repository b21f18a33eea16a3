import { TrunklineError } from "../errors/trunkline-error.ts";
import type { SecurityGroup } from "../world/cloud.ts";
import {
  assemble,
  type CompileOptions,
  draftImage,
  type ImageDraft,
  type Spare,
} from "./compile-image.ts";
import { Grower, NoRoom } from "./grower.ts";
import { type Image, openImage } from "./image.ts";
import { LaterAxes } from "./later-axes.ts";
import { RULE_WORDS } from "./layout.ts";
import { addRules } from "./rule-columns.ts";
import type { ImageSource, UnitRules } from "./rule-tables.ts";
import { UnitCompiler } from "./unit-compiler.ts";

/** What an edit cost: `patched` in place, or everything compiled anew into another buffer. */
export type EditOutcome = "patched" | "recompiled";

/**
 * An image that follows edits of groups.
 *
 * Most edits change the image where it lies: kernels that are bound to it stay bound and answer by
 * the new rules. After an edit that answers "recompiled", `image` is another one, and kernels must
 * be bound again. An edit is not atomic for other threads: workers that share the buffer may see
 * part of it until it ends. Errors are those of `compileImage`; after one the image is as before.
 */
export class LiveImage {
  readonly #options: CompileOptions;
  #groups: Map<string, SecurityGroup>;
  #source: ImageSource;
  #draft!: ImageDraft;
  #image!: Image;
  #axes!: LaterAxes;
  #cold!: { readonly rules: Grower; readonly texts: Grower };
  #compiler!: UnitCompiler;

  constructor(source: ImageSource, options: CompileOptions = {}) {
    this.#source = source;
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
    if (isKnown && this.#tryPatch(group)) return "patched";
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

  #recompile(): void {
    this.#source = { ...this.#source, groups: [...this.#groups.values()] };
    const draft = draftImage(this.#source, this.#options, spareNumbers);
    const buffer = assemble(draft, spareFor(draft), this.#options.shared ?? false);
    const image = openImage(buffer);
    const { columns } = draft;
    const rest = (name: "dir" | "rowPages" | "portPages" | "bits" | "rules" | "texts") =>
      new Grower(0, image[name], columns[name].length);
    const out = {
      dir: rest("dir"),
      rowPages: rest("rowPages"),
      portPages: rest("portPages"),
      bits: rest("bits"),
    };
    this.#draft = draft;
    this.#image = image;
    this.#cold = { rules: rest("rules"), texts: rest("texts") };
    this.#axes = new LaterAxes(draft, image, out);
    this.#compiler = new UnitCompiler(this.#axes.axes, out);
  }

  // What a failed patch has left behind is gone with the buffer: everything is compiled anew.
  #tryPatch(group: SecurityGroup): boolean {
    try {
      return this.#patch(group);
    } catch (error) {
      // Limits count what earlier edits left behind; compiling anew counts afresh, or refuses.
      if (error instanceof NoRoom || error instanceof TrunklineError) return false;
      throw error;
    }
  }

  #patch(group: SecurityGroup): boolean {
    const { tables, offsets } = this.#draft;
    const number = tables.groupNumbers.get(group.groupId);
    if (number === undefined || 2 * number + 1 >= offsets.length) return false;
    const units = tables.reader.read(group);
    for (const [way, unit] of units.entries()) {
      const hasUnit = offsets[2 * number + way] > 0;
      if (!hasUnit && unit.peers.length > 0) return false;
      // What leaves a rule unjudged is written with the interfaces.
      if (unit.isCertain !== (tables.units[2 * number + way]?.isCertain ?? false)) return false;
      if (!this.#axes.learn(unit)) return false;
    }
    for (const [way, unit] of units.entries()) {
      const offset = offsets[2 * number + way];
      if (offset > 0) this.#writeUnit(unit, offset);
    }
    return true;
  }

  #writeUnit(unit: UnitRules, offset: number): void {
    const { dir, stride, unitRules } = this.#image;
    dir.fill(0, offset, offset + stride);
    this.#compiler.compile(unit, offset);
    const at = 3 * (offset / stride);
    unitRules[at] = this.#cold.rules.length / RULE_WORDS;
    addRules(this.#cold, unit, this.#draft.tables);
    unitRules[at + 1] = this.#cold.rules.length / RULE_WORDS;
  }
}

/** Prefixes, and classes of ports, that may come before everything is compiled anew. */
const spareNumbers = { nodes: 1024, classes: 1024, words: {} };

// Room for a few hundred edits, and for an eighth of what is there.
function spareFor({ columns }: ImageDraft): Spare {
  const names = ["trie4", "rowPages", "portPages", "bits", "rules", "texts"] as const;
  const room = names.map((name) => [name, (columns[name].length >> 3) + (1 << 16)]);
  return { ...spareNumbers, words: Object.fromEntries(room) };
}
