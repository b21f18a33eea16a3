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
export class RuleNumbers {
  readonly #words: number[] = [];
  readonly #places = new Numbering<string, string>();
  /** By policy: the number of its isolating, or undefined. */
  readonly #isolating: (number | undefined)[] = [];

  /** Numbers a place of a policy, which goes by a number as well; twice gets two numbers. */
  of(policy: number, at: string, effect: PolicyRuleName["effect"]): number {
    const place = this.#places.of(at, () => at);
    return this.#words.push(policy, place, effects.indexOf(effect)) / wordsEach - 1;
  }

  /** The number of a policy that closes what no rule of it opens. */
  ofIsolation(policy: number): number {
    const known = this.#isolating[policy];
    if (known !== undefined) return known;
    const made = this.of(policy, "spec.podSelector", "Isolate");
    this.#isolating[policy] = made;
    return made;
  }

  /** All names; `titles` are those of the policies. */
  packed(titles: readonly string[]): PackedNames {
    return { titles, places: this.#places.values, words: this.#words };
  }
}

/** The names in full. */
export function unpackNames({ titles, places, words }: PackedNames): readonly PolicyRuleName[] {
  return Array.from({ length: words.length / wordsEach }, (_, name) => {
    const [title, place, effect] = words.slice(name * wordsEach, (name + 1) * wordsEach);
    return { title: titles[title], at: places[place], effect: effects[effect] };
  });
}
