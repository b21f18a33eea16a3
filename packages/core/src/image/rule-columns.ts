import type { GroupSets } from "./group-sets.ts";
import { Grower } from "./grower.ts";
import { RULE_WORDS } from "./layout.ts";
import type { RuleTables, UnitRules } from "./rule-tables.ts";

/** The cold columns: what rules a unit has, so that a verdict can name the ones that decide. */
export interface RuleColumns {
  /** Sets as lists of groups: begins with one offset a set and the end of the last. */
  readonly setGroups: Int32Array;
  /** Three words a unit: its first rule, the rule after its last, the text of its group's id. */
  readonly unitRules: Int32Array;
  /**
   * Eight words a rule: prefix length, or -1 for a group; base as int32 (IPv4 in the first word,
   * the prefix length has 256 added for IPv6) or group number; first key; last key; text.
   */
  readonly rules: Int32Array;
  /** UTF-16 texts, each with its length before it; a text is where its length stands. */
  readonly texts: Uint16Array;
}

/** Added to the prefix length of an IPv6 rule. */
export const FAMILY_6 = 256;

/** Writes the columns. */
export function ruleColumns(tables: RuleTables, { sets }: GroupSets): RuleColumns {
  const texts = new Grower();
  const groupTexts = Array.from(tables.groupNumbers.keys(), (groupId) => addText(texts, groupId));
  const unitRules = [0, 0, groupTexts[0] ?? 0];
  const rules = new Grower();
  for (const [number, unit] of tables.units.entries()) {
    if (unit === undefined || unit.peers.length === 0) continue;
    const first = rules.length / RULE_WORDS;
    addRules({ rules, texts }, unit, tables);
    unitRules.push(first, rules.length / RULE_WORDS, groupTexts[number >> 1]);
  }
  return {
    setGroups: listsOf(sets),
    unitRules: Int32Array.from(unitRules),
    rules: rules.used(),
    texts: new Uint16Array(texts.used()),
  };
}

/** Adds the rules of a unit. */
export function addRules(
  { rules, texts }: { readonly rules: Grower; readonly texts: Grower },
  unit: UnitRules,
  { prefixes, texts: ruleIds }: Pick<RuleTables, "prefixes" | "texts">,
): void {
  let word = rules.add(unit.peers.length * RULE_WORDS, 0);
  let last = -1;
  let text = 0;
  for (let at = 0; at < unit.peers.length; at++) {
    const peer = unit.peers[at];
    // A prefix list is several entries of one rule.
    if (unit.ruleIds[at] !== last) text = addText(texts, ruleIds[unit.ruleIds[at]]);
    last = unit.ruleIds[at];
    writePeer(rules.words, word, peer < 0 ? ~peer : prefixes.cidrOf(peer));
    rules.words[word + 5] = unit.low[at];
    rules.words[word + 6] = unit.high[at];
    rules.words[word + 7] = text;
    word += RULE_WORDS;
  }
}

/** EC2's ids have 21 characters; the rest of a longer one is cut. */
const maxTextLength = 4096;

function addText(texts: Grower, text: string): number {
  const length = Math.min(text.length, maxTextLength);
  const at = texts.add(1 + length, 0);
  texts.words[at] = length;
  for (let unit = 0; unit < length; unit++) texts.words[at + 1 + unit] = text.charCodeAt(unit);
  return at;
}

function writePeer(
  rules: Int32Array | Uint16Array,
  word: number,
  peer: number | ReturnType<RuleTables["prefixes"]["cidrOf"]>,
): void {
  if (typeof peer === "number") {
    rules[word] = -1;
    rules[word + 1] = peer;
  } else if (peer.family === 4) {
    rules[word] = peer.prefixLength;
    rules[word + 1] = peer.base;
  } else {
    rules[word] = peer.prefixLength + FAMILY_6;
    rules.set(peer.base, word + 1);
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
