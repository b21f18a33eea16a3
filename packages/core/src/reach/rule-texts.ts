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

/**
 * Names as words: length of the text, bytes of a code unit, then the units, little-endian.
 */
export function ruleTexts(groupRules: readonly GroupRuleName[], packed: PackedNames): Int32Array {
  const { titles, places, words: numbers } = packed;
  const text = JSON.stringify({ groupRules, titles, places, words: numbers });
  const unitBytes = isNarrow(text) ? 1 : 2;
  const words = new Int32Array(headWords + Math.ceil((text.length * unitBytes) / 4));
  words[0] = text.length;
  words[1] = unitBytes;
  const units = unitsOf(words.buffer, headWords * 4, words);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return words;
}

/** Words before the text: its length, and bytes of a unit. */
const headWords = 2;

function isNarrow(text: string): boolean {
  let all = 0;
  for (let i = 0; i < text.length; i++) all |= text.charCodeAt(i);
  return all < 256;
}

function unitsOf(buffer: ArrayBufferLike, at: number, [length, unitBytes]: Int32Array) {
  return unitBytes === 1 ? new Uint8Array(buffer, at, length) : new Uint16Array(buffer, at, length);
}

/** Reads what {@link ruleTexts} wrote. */
export function readRuleNames({ texts }: { readonly texts: Int32Array }): RuleNames {
  const units = unitsOf(texts.buffer, texts.byteOffset + headWords * 4, texts);
  let text = "";
  for (let from = 0; from < units.length; from += partUnits) {
    text += String.fromCharCode(...units.subarray(from, from + partUnits));
  }
  // Written by `ruleTexts` in this shape.
  const read = JSON.parse(text) as Pick<RuleNames, "groupRules"> & PackedNames;
  return { groupRules: read.groupRules, policyRules: unpackNames(read) };
}
