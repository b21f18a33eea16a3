import type { GroupSets } from "./group-sets.ts";
import { type Grower, growing8, growing32 } from "./grower.ts";
import { RULE_WORDS } from "./layout.ts";
import type { RuleTables, UnitRules } from "./rule-tables.ts";
import { addText } from "./texts.ts";

/** The cold columns: what rules a unit has, so that a verdict can name the ones that decide. */
export interface RuleColumns {
  /** Sets as lists of groups: begins with one offset a set and the end of the last. */
  readonly setGroups: Int32Array;
  /** Three words a unit: its first rule, the rule after its last, the text of its group's id. */
  readonly unitRules: Int32Array;
  /** Four words a rule: number of a prefix, or ~(group); first key; last key; text of its id. */
  readonly rules: Int32Array;
  /** By number of a prefix: the next one around, -1 where there is none. */
  readonly parents: Int32Array;
  readonly texts: Uint8Array;
}

/** Writes the columns; `numbers` has the number of a prefix by its id. */
export function ruleColumns(
  { groupNumbers, units, entries }: RuleTables,
  { sets }: GroupSets,
  { numbers, parents }: { readonly numbers: Int32Array; readonly parents: Int32Array },
): RuleColumns {
  const texts = growing8(32 * entries.count);
  const groupTexts = Array.from(groupNumbers.keys(), (groupId) => addText(texts, groupId));
  const unitRules = [0, 0, groupTexts[0] ?? 0];
  const rules = growing32(RULE_WORDS * entries.count);
  for (const [number, unit] of units.entries()) {
    if (unit === undefined || unit.first === unit.end) continue;
    const first = rules.length / RULE_WORDS;
    addRules({ rules, texts }, unit, numbers);
    unitRules.push(first, rules.length / RULE_WORDS, groupTexts[number >> 1]);
  }
  return {
    setGroups: listsOf(sets),
    unitRules: Int32Array.from(unitRules),
    rules: rules.used(),
    parents,
    texts: texts.used(),
  };
}

/** Adds the rules of a unit. */
export function addRules(
  { rules, texts }: { readonly rules: Grower; readonly texts: Grower<Uint8Array> },
  { entries, first, end, rules: sources }: UnitRules,
  numbers: Int32Array,
): void {
  const { peers, lows, highs, rules: positions } = entries;
  let word = rules.add((end - first) * RULE_WORDS, 0);
  let last = -1;
  let text = 0;
  for (let at = first; at < end; at++) {
    // A prefix list is several entries of one rule.
    if (positions.words[at] !== last) {
      last = positions.words[at];
      text = addText(texts, sources[last].ruleId);
    }
    const peer = peers.words[at];
    rules.words[word] = peer < 0 ? peer : numbers[peer];
    rules.words[word + 1] = lows.words[at];
    rules.words[word + 2] = highs.words[at];
    rules.words[word + 3] = text;
    word += RULE_WORDS;
  }
}

function listsOf(lists: readonly (readonly number[])[]): Int32Array {
  const first = lists.length + 1;
  const words = new Int32Array(lists.reduce((sum, list) => sum + list.length, first));
  let at = first;
  for (const [index, list] of lists.entries()) {
    words[index] = at;
    words.set(list, at);
    at += list.length;
  }
  words[lists.length] = at;
  return words;
}
