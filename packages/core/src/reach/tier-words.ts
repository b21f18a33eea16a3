import type { PolicyAction } from "../network-policies/read-policy.ts";
import type { PolicyEntry } from "./policy-entries.ts";
import { NO_RULE } from "./row-board.ts";

/** The tier says nothing, or passes: what comes after it decides, and names its rule. */
export const LATER_RULE = -2;

/** A policy of a tier, ready to be asked about one column. */
export interface TierPolicy {
  /** Undefined for one that is broken: it may say anything. */
  readonly rules: readonly (readonly PolicyEntry[])[] | undefined;
}

/** What an entry says to all questions about the column at hand. */
export type EntryWords = (entry: PolicyEntry) => { readonly yes: number; readonly maybe: number };

/** What a tier may say to each question. Unknown where more than one bit is set. */
export interface TierWords {
  allow: number;
  deny: number;
  /** Passed on, or not spoken of. */
  next: number;
  /** By question: the rule that decides, the first of those that may. */
  readonly rules: Int32Array;
}

/** What one policy, or several of one priority, may say. */
interface Said {
  Allow: number;
  Deny: number;
  Pass: number;
  none: number;
  /** More than one rule may be the first. */
  unsure: number;
  readonly rules: { readonly [Action in PolicyAction | "first"]: Int32Array };
}

/**
 * Asks a tier about one column: the lowest priority first, and the first rule that covers a
 * question decides it. The same as `decideTier` for all questions at once.
 *
 * @param groups policies of one priority each.
 */
export function tierWords(
  groups: readonly (readonly TierPolicy[])[],
  wordsOf: EntryWords,
  questionCount: number,
): TierWords {
  const rules = new Int32Array(questionCount).fill(LATER_RULE);
  const said: TierWords = { allow: 0, deny: 0, next: 0, rules };
  let open = -1;
  let untold = -1;
  for (const group of groups) {
    if (open === 0) break;
    const own = sayGroup(group, wordsOf, questionCount);
    const sure = ~own.unsure;
    const deny = open & own.Deny;
    const allow = open & own.Allow & ~(sure & own.Deny);
    const pass = open & own.Pass & ~(sure & (own.Deny | own.Allow));
    said.deny |= deny;
    said.allow |= allow;
    said.next |= pass;
    note(rules, untold & deny & sure, own.rules.Deny);
    note(rules, untold & allow & sure, own.rules.Allow);
    note(rules, untold & own.unsure & (deny | allow | pass), own.rules.first);
    untold &= ~(deny | allow | pass);
    open &= own.none;
  }
  said.next |= open;
  return said;
}

function sayGroup(group: readonly TierPolicy[], wordsOf: EntryWords, questionCount: number): Said {
  const all = silence(questionCount);
  for (const { rules } of group) {
    const own =
      rules === undefined ? anything(questionCount) : sayPolicy(rules, wordsOf, questionCount);
    note(all.rules.Allow, own.Allow & ~all.Allow, own.rules.Allow);
    note(all.rules.Deny, own.Deny & ~all.Deny, own.rules.Deny);
    note(all.rules.first, (own.Allow | own.Deny | own.Pass) & ~spoken(all), own.rules.first);
    all.Allow |= own.Allow;
    all.Deny |= own.Deny;
    all.Pass |= own.Pass;
    all.unsure |= own.unsure;
    all.none &= own.none;
  }
  return all;
}

function sayPolicy(
  rules: readonly (readonly PolicyEntry[])[],
  wordsOf: EntryWords,
  questionCount: number,
): Said {
  const said = silence(questionCount);
  for (const entries of rules) {
    if (said.none === 0) break;
    let [yes, maybe] = [0, 0];
    for (const entry of entries) {
      const own = wordsOf(entry);
      const fresh = said.none & own.yes & ~yes;
      note(said.rules[entry.action], fresh & ~said[entry.action], undefined, entry.rule);
      yes |= own.yes;
      maybe |= own.maybe;
    }
    const [first] = entries;
    if (first === undefined) continue;
    noteFirst(said, entries, wordsOf, yes);
    said[first.action] |= said.none & maybe;
    said.unsure |= said.none & maybe & ~yes;
    said.none &= ~yes;
  }
  return said;
}

// The first rule that may cover a question, at the peer that its answer rests on.
function noteFirst(
  said: Said,
  entries: readonly PolicyEntry[],
  wordsOf: EntryWords,
  yes: number,
): void {
  let untold = said.none & ~spoken(said);
  for (const entry of entries) {
    const own = wordsOf(entry);
    const fresh = untold & (own.yes | (own.maybe & ~yes));
    note(said.rules.first, fresh, undefined, entry.action === "Pass" ? LATER_RULE : entry.rule);
    untold &= ~fresh;
  }
}

function spoken({ Allow, Deny, Pass }: Said): number {
  return Allow | Deny | Pass;
}

function silence(questionCount: number): Said {
  const none = () => new Int32Array(questionCount).fill(NO_RULE);
  const rules = { Allow: none(), Deny: none(), Pass: none(), first: none() };
  return { Allow: 0, Deny: 0, Pass: 0, none: -1, unsure: 0, rules };
}

function anything(questionCount: number): Said {
  return { ...silence(questionCount), Allow: -1, Deny: -1, unsure: -1 };
}

// Notes for each question of a word its rule.
function note(to: Int32Array, word: number, from: Int32Array | undefined, rule = NO_RULE): void {
  for (let bits = word; bits !== 0; bits &= bits - 1) {
    const question = 31 - Math.clz32(bits & -bits);
    if (question < to.length) to[question] = from === undefined ? rule : from[question];
  }
}
