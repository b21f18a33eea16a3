import type { Axes } from "./axes.ts";
import type { AxisWriter } from "./axis-writer.ts";
import { RULE_WORDS } from "./layout.ts";
import type { UnitRules } from "./rule-tables.ts";
import { KEY_COUNT } from "./traffic-keys.ts";

/**
 * The ports that one unit tells apart, as bits of its rows: the ranges between the keys at which
 * some rule begins or ends. Bit 0 is for ports that no rule names.
 */
export class UnitPorts {
  /** By entry of the unit: its first bit, and the one after its last. */
  froms = new Int32Array(256);
  tos = new Int32Array(256);
  readonly #axes: Axes;
  readonly #out: AxisWriter;
  /** By key, zero between two units: rules that begin there less those that end before it. */
  readonly #steps = new Int32Array(KEY_COUNT + 1);
  /** By key, zero between two units: the bit that begins there. */
  readonly #bitAt = new Int32Array(KEY_COUNT + 1);
  #cuts = new Int32Array(512);

  constructor(axes: Axes, out: AxisWriter) {
    this.#axes = axes;
    this.#out = out;
  }

  /**
   * Writes the ports of a unit; returns how many bits its rows have. Without a loop, as `UnitNodes`.
   *
   * @param base the cell of class 0.
   */
  write(unit: UnitRules, base: number): number {
    const cuts = this.#cutsOf(unit);
    const bitCount = this.#numberBits(cuts);
    this.#out.flush(base);
    this.#findSpans(unit);
    this.#forget(cuts);
    return bitCount;
  }

  #forget(cuts: Int32Array): void {
    for (let at = 0; at < cuts.length; at++) this.#bitAt[cuts[at]] = 0;
  }

  // Keys at which something changes, ascending.
  #cutsOf(unit: UnitRules): Int32Array {
    const ruleCount = unit.end - unit.first;
    if (this.#cuts.length < 2 * ruleCount) this.#cuts = new Int32Array(4 * ruleCount);
    const count = this.#findCuts(unit);
    return this.#cuts.subarray(0, count).sort();
  }

  // A loop alone, with nothing behind it: see `RuleReader`.
  #findCuts({ entries, first, end }: UnitRules): number {
    const { words } = entries.rules;
    const cuts = this.#cuts;
    const steps = this.#steps;
    const bitAt = this.#bitAt;
    let count = 0;
    for (let word = RULE_WORDS * first; word < RULE_WORDS * end; word += RULE_WORDS) {
      const low = words[word + 1];
      const behind = words[word + 2] + 1;
      steps[low]++;
      steps[behind]--;
      if (bitAt[low] === 0) cuts[count++] = low;
      bitAt[low] = -1;
      if (bitAt[behind] === 0) cuts[count++] = behind;
      bitAt[behind] = -1;
    }
    return count;
  }

  #numberBits(cuts: Int32Array): number {
    let bitCount = 1;
    let depth = 0;
    for (let at = 0; at < cuts.length; at++) {
      depth += this.#steps[cuts[at]];
      this.#steps[cuts[at]] = 0;
      this.#bitAt[cuts[at]] = bitCount;
      if (depth > 0) this.#join(cuts[at], cuts[at + 1], bitCount++);
    }
    return bitCount;
  }

  // The classes whose keys lie in a range of keys that begins and ends with a class.
  #join(low: number, behind: number, bit: number): void {
    const { classOf, laterClasses } = this.#axes;
    const from = low === 0 ? 0 : classOf[low - 1] + 1;
    this.#out.join(from, classOf[behind - 1] + 1, bit);
    if (laterClasses.keys.length === 0) return;
    const end = laterClasses.from(behind);
    for (let at = laterClasses.from(low); at < end; at++) {
      const number = laterClasses.numbers[at];
      this.#out.join(number, number + 1, bit);
    }
  }

  #findSpans({ entries, first, end }: UnitRules): void {
    const { words } = entries.rules;
    if (this.froms.length < end - first) {
      this.froms = new Int32Array(2 * (end - first));
      this.tos = new Int32Array(2 * (end - first));
    }
    const { froms, tos } = this;
    const bitAt = this.#bitAt;
    for (let at = first, word = RULE_WORDS * first; at < end; at++, word += RULE_WORDS) {
      froms[at - first] = bitAt[words[word + 1]];
      tos[at - first] = bitAt[words[word + 2] + 1];
    }
  }
}
