import { ICMP, ICMPV6, TCP, UDP } from "../net/protocol.ts";
import { type Axes, Later } from "./axes.ts";
import { AxisWriter } from "./axis-writer.ts";
import type { CompiledImage, ImageDraft } from "./compile-image.ts";
import { Grower } from "./grower.ts";
import type { Image } from "./image.ts";
import { NODE_MASK, PORT_SHIFT, ROW_SHIFT, RULE_WORDS, UNIT_WORDS } from "./layout.ts";
import { endKey4, key4 } from "./prefix-nodes.ts";
import type { UnitRules } from "./rule-tables.ts";
import { SealedTrie4 } from "./sealed-trie4.ts";
import { FIRST_BARE_KEY, KEY_COUNT, SLOT_KEYS } from "./traffic-keys.ts";
import type { UnitColumns } from "./unit-columns.ts";

/**
 * The axes of an image that learns prefixes and boundaries of ports after it was compiled.
 *
 * A new prefix takes the addresses whose longest prefix it now is from the one around it; a new
 * boundary splits a class of ports. Both get the next free number, and every unit answers for it
 * as it did for what it came from.
 */
export class LaterAxes {
  readonly axes: Axes;
  readonly #draft: ImageDraft;
  readonly #image: Image;
  readonly #prefixes: AxisWriter;
  readonly #ports: AxisWriter;
  /** The IPv4 trie where it lies. */
  readonly trie: SealedTrie4;
  readonly #numbers: Int32Array;
  readonly #laterNodes = new Later();
  readonly #laterClasses = new Later();
  /** By key, as it is now. */
  readonly #classOf: Uint16Array;

  constructor(compiled: CompiledImage, { dir, rowPages, portPages }: UnitColumns) {
    const { draft, image, lengths } = compiled;
    this.#draft = draft;
    this.#image = image;
    this.#prefixes = new AxisWriter(dir, rowPages, ROW_SHIFT);
    this.#ports = new AxisWriter(dir, portPages, PORT_SHIFT);
    this.#numbers = new Int32Array(draft.axes.numbers.length + idRoom).fill(-1);
    this.#numbers.set(draft.axes.numbers);
    this.#classOf = draft.axes.classOf.slice();
    this.trie = new SealedTrie4(Grower.within(image.trie4, lengths.trie4), draft.split);
    this.axes = {
      ...draft.axes,
      numbers: this.#numbers,
      laterNodes: this.#laterNodes,
      laterClasses: this.#laterClasses,
    };
  }

  /** Makes sure that all prefixes and boundaries of a unit have numbers; false when it cannot. */
  learn({ entries, first, end }: UnitRules): boolean {
    const { words } = entries.rules;
    for (let word = RULE_WORDS * first; word < RULE_WORDS * end; word += RULE_WORDS) {
      const peer = words[word];
      if (peer >= this.#numbers.length) return false;
      if (peer >= 0 && this.#numbers[peer] < 0 && !this.#learnPrefix(peer)) return false;
      if (!this.#learnBoundary(words[word + 1])) return false;
      if (!this.#learnBoundary(words[word + 2] + 1)) return false;
    }
    return true;
  }

  #learnPrefix(id: number): boolean {
    const { tables, nodes } = this.#draft;
    const number = nodes.count + this.#laterNodes.keys.length;
    const block = tables.prefixes.block4Of(id);
    const { keys, endKeys, froms, tos } = this.axes.nodes;
    if (block === undefined || number >= keys.length) return false;
    const { base, length } = block;
    const isKnown = (one: number) => this.#numbers[one] >= 0;
    const around = this.#numbers[tables.prefixes.around4(base, length, isKnown)];
    this.#numbers[id] = number;
    keys[number] = key4(base, length);
    endKeys[number] = endKey4(keys[number]);
    froms[number] = this.#orderedFrom(keys[number]);
    tos[number] = this.#orderedFrom(endKeys[number]);
    this.#adopt(number, around);
    this.#laterNodes.add(keys[number], number);
    this.#copyCells(this.#prefixes, UNIT_WORDS, around, number);
    this.trie.change(base, length, (leaf) => {
      return (leaf & NODE_MASK) === around ? (leaf & ~NODE_MASK) | number : leaf;
    });
    return true;
  }

  // What lay next inside the one around, and lies inside the new one, is now next inside that.
  #adopt(number: number, around: number): void {
    const { parents } = this.#image;
    const { keys, endKeys, froms, tos } = this.axes.nodes;
    parents[number] = around;
    for (let at = froms[number]; at < tos[number]; at++) {
      if (parents[at] === around) parents[at] = number;
    }
    const later = this.#laterNodes;
    const end = later.from(endKeys[number]);
    for (let at = later.from(keys[number]); at < end; at++) {
      const inner = later.numbers[at];
      if (parents[inner] === around) parents[inner] = number;
    }
  }

  // The first IPv4 prefix of those that were there from the start whose key is not less.
  #orderedFrom(key: number): number {
    const { keys } = this.axes.nodes;
    let low = 0;
    let high = this.#draft.nodes.bases4.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #learnBoundary(key: number): boolean {
    if (key === 0 || key === KEY_COUNT || this.#classOf[key - 1] !== this.#classOf[key])
      return true;
    const before = this.#classOf[key];
    const number = this.#draft.ports.count + this.#laterClasses.keys.length;
    const { stride, portBase } = this.axes;
    if (number > 0xffff || number >= (stride - portBase) << PORT_SHIFT) return false;
    let end = key;
    while (end < KEY_COUNT && this.#classOf[end] === before) end++;
    this.#classOf.fill(number, key, end);
    this.#laterClasses.add(key, number);
    this.#copyCells(this.#ports, portBase, before, number);
    const cell = this.#cellOf(key);
    this.#image.portClasses.fill(number, cell, cell + end - key);
    return true;
  }

  // A class lies inside one protocol, so that its keys are cells in a row.
  #cellOf(key: number): number {
    if (key >= FIRST_BARE_KEY) return key - FIRST_BARE_KEY;
    const { protocols4, protocols6 } = this.#image;
    const bases = [protocols4[TCP], protocols4[UDP], protocols4[ICMP], protocols6[ICMPV6]];
    return (bases[Math.floor(key / SLOT_KEYS)] >> 1) + (key % SLOT_KEYS);
  }

  // Every unit answers for the new number as for the old one.
  #copyCells(axis: AxisWriter, base: number, old: number, number: number): void {
    const { stride } = this.axes;
    for (let unit = base; unit < axis.dir.length; unit += stride) {
      const value = axis.valueAt(unit, old);
      // The cells of free numbers are 0.
      if (value !== 0) axis.fill(unit, number, number + 1, value);
    }
  }
}

/** Prefixes that may come before everything is compiled anew. */
const idRoom = 1 << 12;
