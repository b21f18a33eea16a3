import { type ColumnSources, readyColumns } from "./column-source.ts";
import type { GroupSets } from "./group-sets.ts";
import type { Grower } from "./grower.ts";
import { RULE_WORDS } from "./layout.ts";
import type { PrefixNodes } from "./prefix-nodes.ts";
import type { RuleTables, UnitRules } from "./rule-tables.ts";
import { addText } from "./texts.ts";

/**
 * The cold columns: what rules a unit has, so that a verdict can name the ones that decide.
 *
 *     setGroups  sets as lists of groups: begins with one offset a set and the end of the last
 *     unitRules  three words a unit: its first rule, the rule after its last, its group's text
 *     rules      four words a rule: number of a prefix, or ~(group); first key; last key; text
 *     parents    by number of a prefix: the next one around, -1 where there is none
 *     texts      ids of rules, then of groups (texts.ts)
 */
export type RuleColumns = ColumnSources<"setGroups" | "unitRules" | "rules" | "parents" | "texts">;

/** Makes the columns. Adds the ids of groups to the texts of entries. */
export function ruleColumns(
  { groupNumbers, units, entries }: RuleTables,
  { sets }: GroupSets,
  { numbers, parents }: Pick<PrefixNodes, "numbers" | "parents">,
): RuleColumns {
  const { texts } = entries;
  const groupTexts = Array.from(groupNumbers.keys(), (groupId) => addText(texts, groupId));
  const unitRules = [0, 0, groupTexts[0] ?? 0];
  for (const [number, unit] of units.entries()) {
    if (unit === undefined || unit.first === unit.end) continue;
    unitRules.push(unit.first, unit.end, groupTexts[number >> 1]);
  }
  const all = { entries, first: 0, end: entries.count };
  const rules = {
    length: RULE_WORDS * entries.count,
    write: (place: Int32Array) => writeRules(place, all, { numbers, textsAt: 0 }),
  };
  const setGroups = listsOf(sets);
  const ready = { setGroups, unitRules: Int32Array.from(unitRules), parents, texts: texts.used() };
  return { rules, ...readyColumns(ready) };
}

/** Adds the rules of a unit whose texts have been added from a place on. */
export function addRules(
  rules: Grower,
  unit: Omit<UnitRules, "isCertain">,
  texts: { readonly numbers: Int32Array; readonly textsAt: number },
): void {
  const from = rules.add(RULE_WORDS * (unit.end - unit.first), 0);
  writeRules(rules.words.subarray(from), unit, texts);
}

function writeRules(
  words: Int32Array,
  { entries: { rules }, first, end }: Omit<UnitRules, "isCertain">,
  { numbers, textsAt }: { readonly numbers: Int32Array; readonly textsAt: number },
): void {
  const wordCount = RULE_WORDS * (end - first);
  words.set(rules.words.subarray(RULE_WORDS * first, RULE_WORDS * end));
  for (let word = 0; word < wordCount; word += RULE_WORDS) {
    if (words[word] >= 0) words[word] = numbers[words[word]];
    words[word + 3] += textsAt;
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
