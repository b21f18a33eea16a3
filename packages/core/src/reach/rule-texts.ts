import type { GroupRuleName } from "./group-rows.ts";
import type { PolicyRuleName } from "./policy-subject.ts";
import { type PackedNames, unpackNames } from "./rule-numbers.ts";

/** Names of the deciding rules, by their numbers in the columns. */
export interface RuleNames {
  readonly groupRules: readonly GroupRuleName[];
  readonly policyRules: readonly PolicyRuleName[];
}

/** Longest part of a text that is put together at once: an argument list has a limit. */
const partUnits = 8192;

/** Names of rules as they are written: those of one compile, or those that came later. */
export interface PackedRules {
  readonly groupRules: readonly GroupRuleName[];
  readonly policies: PackedNames;
}

/** Words before a text: its length, and bytes of a unit. */
const headWords = 2;

/**
 * Names as words: how many words there are, then texts one behind the other, each its length, bytes
 * of a code unit, and the units, little-endian. What later texts name is behind what others name.
 *
 * @param spareWords room for later texts.
 */
export function ruleTexts(rules: PackedRules, spareWords: number): Int32Array {
  const text = textOf(rules);
  const words = new Int32Array(1 + sizeOf(text) + spareWords);
  words[0] = 1;
  writeText(words, text);
  return words;
}

/** Adds names behind the others; false where there is no room. */
export function addRuleTexts(words: Int32Array, rules: PackedRules): boolean {
  const text = textOf(rules);
  if (words[0] + sizeOf(text) > words.length) return false;
  writeText(words, text);
  return true;
}

function textOf({ groupRules, policies: { titles, places, words } }: PackedRules): string {
  return JSON.stringify({ groupRules, titles, places, words });
}

function sizeOf(text: string): number {
  return headWords + Math.ceil((text.length * unitBytesOf(text)) / 4);
}

function unitBytesOf(text: string): 1 | 2 {
  let all = 0;
  for (let i = 0; i < text.length; i++) all |= text.charCodeAt(i);
  return all < 256 ? 1 : 2;
}

function writeText(words: Int32Array, text: string): void {
  const at = words[0];
  words[at] = text.length;
  words[at + 1] = unitBytesOf(text);
  const units = unitsAt(words, at);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  words[0] = at + sizeOf(text);
}

function unitsAt(words: Int32Array, at: number): Uint8Array | Uint16Array {
  const from = words.byteOffset + 4 * (at + headWords);
  return words[at + 1] === 1
    ? new Uint8Array(words.buffer, from, words[at])
    : new Uint16Array(words.buffer, from, words[at]);
}

/** Reads what {@link ruleTexts} wrote. */
export function readRuleNames({ texts }: { readonly texts: Int32Array }): RuleNames {
  const groupRules: GroupRuleName[] = [];
  const titles: string[] = [];
  const places: string[] = [];
  const words: number[] = [];
  for (let at = 1; at < texts[0]; ) {
    const text = readText(unitsAt(texts, at));
    // Written by `textOf` in this shape.
    const read = JSON.parse(text) as Pick<RuleNames, "groupRules"> & PackedNames;
    addAll(groupRules, read.groupRules);
    addAll(titles, read.titles);
    addAll(places, read.places);
    addAll(words, read.words);
    at += sizeOf(text);
  }
  return { groupRules, policyRules: unpackNames({ titles, places, words }) };
}

function addAll<Item>(to: Item[], from: readonly Item[]): void {
  for (const item of from) to.push(item);
}

function readText(units: Uint8Array | Uint16Array): string {
  let text = "";
  for (let from = 0; from < units.length; from += partUnits) {
    text += String.fromCharCode(...units.subarray(from, from + partUnits));
  }
  return text;
}
