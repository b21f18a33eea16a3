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
  const narrow = new Uint8Array((text.length + 3) & ~3);
  let wide = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    narrow[at] = unit;
    wide |= unit >> 8;
  }
  return wide === 0 ? lettered(text.length, 1, new Int32Array(narrow.buffer)) : wideTexts(text);
}

function wideTexts(text: string): Int32Array {
  const units = new Uint16Array((text.length + 1) & ~1);
  for (let at = 0; at < text.length; at++) units[at] = text.charCodeAt(at);
  return lettered(text.length, 2, new Int32Array(units.buffer));
}

function lettered(length: number, unitBytes: number, units: Int32Array): Int32Array {
  const words = new Int32Array(2 + units.length);
  words[0] = length;
  words[1] = unitBytes;
  words.set(units, 2);
  return words;
}

/** Reads what {@link ruleTexts} wrote. */
export function readRuleNames({ texts }: { readonly texts: Int32Array }): RuleNames {
  const [length, unitBytes] = texts;
  const at = texts.byteOffset + 8;
  const units =
    unitBytes === 1
      ? new Uint8Array(texts.buffer, at, length)
      : new Uint16Array(texts.buffer, at, length);
  let text = "";
  for (let from = 0; from < length; from += partUnits) {
    text += String.fromCharCode(...units.subarray(from, from + partUnits));
  }
  // Written by `ruleTexts` in this shape.
  const read = JSON.parse(text) as Pick<RuleNames, "groupRules"> & PackedNames;
  return { groupRules: read.groupRules, policyRules: unpackNames(read) };
}
