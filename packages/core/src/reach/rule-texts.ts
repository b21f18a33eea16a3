import type { GroupRuleName } from "./group-rows.ts";
import type { PolicyRuleName } from "./policy-subject.ts";

/** Names of the deciding rules, by their numbers in the columns. */
export interface RuleNames {
  readonly groupRules: readonly GroupRuleName[];
  readonly policyRules: readonly PolicyRuleName[];
}

/** Names as words: length of the text, then its code units, two a word. */
export function ruleTexts(
  groupRules: readonly GroupRuleName[],
  policyRules: readonly PolicyRuleName[],
): Int32Array {
  const text = JSON.stringify({ groupRules, policyRules });
  const words = new Int32Array(1 + ((text.length + 1) >> 1));
  words[0] = text.length;
  const units = new Uint16Array(words.buffer, 4);
  for (let at = 0; at < text.length; at++) units[at] = text.charCodeAt(at);
  return words;
}

/** Reads what {@link ruleTexts} wrote. */
export function readRuleNames({ texts }: { readonly texts: Int32Array }): RuleNames {
  const units = new Uint16Array(texts.buffer, texts.byteOffset + 4, texts[0]);
  let text = "";
  // In parts: an argument list has a limit.
  for (let at = 0; at < units.length; at += 8192) {
    text += String.fromCharCode(...units.subarray(at, at + 8192));
  }
  // Written by `ruleTexts` in this shape.
  return JSON.parse(text) as RuleNames;
}
