import { ICMP, ICMPV6, TCP, UDP } from "../net/protocol.ts";
import type { ImageDraft } from "./compile-image.ts";
import { Grower } from "./grower.ts";
import type { Image } from "./image.ts";
import { NODE_MASK, PORT_SHIFT, ROW_SHIFT } from "./layout.ts";
import { endKey4, key4 } from "./prefix-nodes.ts";
import type { UnitRules } from "./rule-tables.ts";
import { FIRST_BARE_KEY, KEY_COUNT, SLOT_KEYS } from "./traffic-keys.ts";
import { Trie4 } from "./trie4.ts";
import { type Axes, fill, type Later, type UnitColumns } from "./unit-compiler.ts";

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
  readonly #out: UnitColumns;
  /** The IPv4 trie where it lies. */
  readonly trie: Trie4;
  readonly #numbers: number[];
  readonly #laterNodes: Later[] = [];
  readonly #laterClasses: Later[] = [];
  /** By key, as it is now. */
  readonly #classOf: Uint16Array;

  constructor(draft: ImageDraft, image: Image, out: UnitColumns) {
    this.#draft = draft;
    this.#image = image;
    this.#out = out;
    this.#numbers = [...draft.axes.numbers];
    this.#classOf = draft.axes.classOf.slice();
    this.trie = new Trie4(new Grower(0, image.trie4, draft.columns.trie4.length));
    this.axes = {
      ...draft.axes,
      numbers: this.#numbers,
      laterNodes: this.#laterNodes,
      laterClasses: this.#laterClasses,
    };
  }

  /** Makes sure that all prefixes and boundaries of a unit have numbers; false when it cannot. */
  learn({ peers, low, high }: UnitRules): boolean {
    for (const [at, peer] of peers.entries()) {
      if (peer >= 0 && (this.#numbers[peer] ?? -1) < 0 && !this.#learnPrefix(peer)) return false;
      if (!this.#learnBoundary(low[at]) || !this.#learnBoundary(high[at] + 1)) return false;
    }
    return true;
  }

  #learnPrefix(id: number): boolean {
    const { tables, counts } = this.#draft;
    const number = counts.nodeCount + this.#laterNodes.length;
    const cidr = tables.prefixes.cidrOf(id);
    const { keys, endKeys, froms, tos } = this.axes.nodes;
    if (cidr.family === 6 || number >= keys.length) return false;
    const around = this.#numbers[tables.prefixes.around4(cidr, (one) => this.#numbers[one] >= 0)];
    while (this.#numbers.length <= id) this.#numbers.push(-1);
    this.#numbers[id] = number;
    keys[number] = key4(cidr);
    endKeys[number] = endKey4(cidr);
    froms[number] = this.#orderedFrom(keys[number]);
    tos[number] = this.#orderedFrom(endKeys[number]);
    this.#laterNodes.push({ number, key: keys[number] });
    this.#copyCells(around, number, false);
    this.trie.paint(cidr.base, cidr.prefixLength, (leaf) => {
      return (leaf & NODE_MASK) === around ? (leaf & ~NODE_MASK) | number : leaf;
    });
    return true;
  }

  // The first IPv4 prefix of those that were there from the start whose key is not less.
  #orderedFrom(key: number): number {
    const { keys } = this.axes.nodes;
    let low = 0;
    let high = this.#draft.nodeCount4;
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
    const number = this.#draft.ports.count + this.#laterClasses.length;
    const { stride, portBase } = this.axes as ImageDraft["axes"];
    if (number > 0xffff || number >= (stride - portBase) << PORT_SHIFT) return false;
    let end = key;
    while (end < KEY_COUNT && this.#classOf[end] === before) end++;
    this.#classOf.fill(number, key, end);
    this.#laterClasses.push({ number, key });
    this.#copyCells(before, number, true);
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
  #copyCells(old: number, number: number, isPort: boolean): void {
    const { dir, rowPages, portPages, stride, portBase } = this.#image;
    const shift = isPort ? PORT_SHIFT : ROW_SHIFT;
    const pages = isPort ? portPages : rowPages;
    for (let unit = 0; unit < this.#out.dir.length; unit += stride) {
      const base = isPort ? unit + portBase : unit;
      const cell = dir[base + (old >> shift)];
      const value = cell >= 0 ? cell : pages[~cell + (old & ((1 << shift) - 1))];
      // The cells of free numbers are 0.
      if (value !== 0) fill(this.#out, base, { from: number, to: number + 1, value, isPort });
    }
  }
}
