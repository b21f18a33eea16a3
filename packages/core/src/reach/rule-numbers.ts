import type { ReadPolicy } from "../network-policies/read-policy.ts";
import { Numbering } from "./numbering.ts";
import type { PolicyRuleName } from "./policy-subject.ts";

/** What a place of a policy does, by number. */
const effects: readonly PolicyRuleName["effect"][] = ["Allow", "Deny", "Pass", "Isolate"];
const wordsEach = 3;

/** Names of places in policies, in numbers: many policies have the same places. */
export interface PackedNames {
  readonly titles: readonly string[];
  readonly places: readonly string[];
  /** Title, place and effect of each name. */
  readonly words: readonly number[];
}

/** Numbers places in policies, each with what it does there. */
export class RuleNumbers implements PackedNames {
  readonly titles: string[] = [];
  readonly words: number[] = [];
  readonly #places = new Numbering<string, string>();
  readonly #isolating = new Map<number, number>();
  readonly #titleOf = new Map<ReadPolicy, number>();
  #last: ReadPolicy | undefined;
  #lastTitle = 0;

  get places(): readonly string[] {
    return this.#places.values;
  }

  /** Numbers a place; the same one twice gets two numbers. */
  of(policy: ReadPolicy, at: string, effect: PolicyRuleName["effect"]): number {
    const place = this.#places.of(at, () => at);
    this.words.push(this.#titleNumber(policy), place, effects.indexOf(effect));
    return this.words.length / wordsEach - 1;
  }

  /** The number of a policy that closes what no rule of it opens. */
  ofIsolation(policy: ReadPolicy): number {
    const title = this.#titleNumber(policy);
    const known = this.#isolating.get(title);
    if (known !== undefined) return known;
    const made = this.of(policy, "spec.podSelector", "Isolate");
    this.#isolating.set(title, made);
    return made;
  }

  // Places of one policy come one after the other.
  #titleNumber(policy: ReadPolicy): number {
    if (policy === this.#last) return this.#lastTitle;
    const known = this.#titleOf.get(policy);
    const title = known ?? this.titles.push(policy.title) - 1;
    if (known === undefined) this.#titleOf.set(policy, title);
    this.#last = policy;
    this.#lastTitle = title;
    return title;
  }
}

/** The names in full. */
export function unpackNames({ titles, places, words }: PackedNames): readonly PolicyRuleName[] {
  return Array.from({ length: words.length / wordsEach }, (_, name) => {
    const [title, place, effect] = words.slice(name * wordsEach, (name + 1) * wordsEach);
    return { title: titles[title], at: places[place], effect: effects[effect] };
  });
}
