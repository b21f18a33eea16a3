import type { GroupSets } from "./group-sets.ts";
import { RULE_WORDS } from "./layout.ts";
import type { RuleTables } from "./rule-tables.ts";

/** The cold columns: what rules a unit has, so that a verdict can name the ones that decide. */
export interface RuleColumns {
  /** Sets as lists of groups: begins with one offset a set and the end of the last. */
  readonly setGroups: Int32Array;
  /** Two words a unit, first rule and group; then the end of the last unit's rules. */
  readonly unitRules: Int32Array;
  /**
   * Eight words a rule: prefix length, or -1 for a group; base as int32 (IPv4 in the first word,
   * the prefix length has 256 added for IPv6) or group number; first key; last key; text.
   */
  readonly rules: Int32Array;
  /**
   * UTF-16: begins with two words (low, high) where each text begins and the last ends, then the
   * texts: ids of groups by number, then ids of rules.
   */
  readonly texts: Uint16Array;
}

/** Added to the prefix length of an IPv6 rule. */
export const FAMILY_6 = 256;

/** Writes the columns. */
export function ruleColumns(tables: RuleTables, { sets }: GroupSets): RuleColumns {
  const texts = [...tables.groupNumbers.keys(), ...tables.texts];
  return { ...unitRuleColumns(tables), setGroups: listsOf(sets), texts: textColumn(texts) };
}

function unitRuleColumns({ units, prefixes, groupNumbers }: RuleTables) {
  // Unit 0 has no rules and is no group's.
  const unitRules: number[] = [0, -1];
  const ruleCount = units.reduce((sum, unit) => sum + (unit?.peers.length ?? 0), 0);
  const rules = new Int32Array(ruleCount * RULE_WORDS);
  let word = 0;
  for (const [number, unit] of units.entries()) {
    if (unit === undefined || unit.peers.length === 0) continue;
    unitRules.push(word / RULE_WORDS, number >> 1);
    for (const [at, peer] of unit.peers.entries()) {
      writePeer(rules, word, peer < 0 ? ~peer : prefixes.cidrOf(peer));
      rules[word + 5] = unit.low[at];
      rules[word + 6] = unit.high[at];
      rules[word + 7] = groupNumbers.size + unit.ruleIds[at];
      word += RULE_WORDS;
    }
  }
  return { unitRules: Int32Array.from([...unitRules, ruleCount]), rules };
}

function writePeer(
  rules: Int32Array,
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

function textColumn(texts: readonly string[]): Uint16Array {
  const first = 2 * (texts.length + 1);
  const units = new Uint16Array(texts.reduce((sum, text) => sum + text.length, first));
  let at = first;
  for (const [index, text] of texts.entries()) {
    units[2 * index] = at & 0xffff;
    units[2 * index + 1] = at >>> 16;
    for (let unit = 0; unit < text.length; unit++) units[at + unit] = text.charCodeAt(unit);
    at += text.length;
  }
  units[first - 2] = at & 0xffff;
  units[first - 1] = at >>> 16;
  return units;
}
