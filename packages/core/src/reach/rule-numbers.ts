import { CellPairs } from "./cell-pairs.ts";
import { Numbering } from "./numbering.ts";
import type { PolicyRuleName } from "./policy-subject.ts";

/** What a place of a policy does, by number. */
const effects: readonly PolicyRuleName["effect"][] = ["Allow", "Deny", "Pass", "Isolate"];

/** Names of places in policies, in numbers: many policies have the same places. */
export interface PackedNames {
  readonly titles: readonly string[];
  readonly places: readonly string[];
  /** Title of each name, then its place, times the number of effects, plus its effect. */
  readonly words: readonly number[];
}

/** How much there is of each part of packed names. */
export interface NameCounts {
  readonly titles: number;
  readonly places: number;
  readonly words: number;
}

/** Numbers places in policies, each with what it does there. */
export class RuleNumbers {
  readonly #names = new CellPairs();
  readonly #places = new Numbering<string, string>();
  readonly #isolating = this.#placeOf("spec.podSelector", "Isolate");

  /** The number of a place of a policy, which goes by the number of its title. */
  of(title: number, at: string, effect: PolicyRuleName["effect"]): number {
    return this.#names.of(title, this.#placeOf(at, effect));
  }

  /** The number of a policy that closes what no rule of it opens. */
  ofIsolation(title: number): number {
    return this.#names.of(title, this.#isolating);
  }

  /** How many names there are; titles are counted by whoever has them. */
  get counts(): Omit<NameCounts, "titles"> {
    return { places: this.#places.count, words: 2 * this.#names.count };
  }

  /** All names, or those that came after others. */
  packed(titles: readonly string[], known = noNames): PackedNames {
    const { words, count } = this.#names;
    return {
      titles: titles.slice(known.titles),
      places: this.#places.values.slice(known.places),
      words: [...words.subarray(known.words, 2 * count)],
    };
  }

  #placeOf(at: string, effect: PolicyRuleName["effect"]): number {
    const place = this.#places.find(at) ?? this.#places.add(at, at);
    return place * effects.length + effects.indexOf(effect);
  }
}

const noNames: NameCounts = { titles: 0, places: 0, words: 0 };

/** The names in full. */
export function unpackNames({ titles, places, words }: PackedNames): readonly PolicyRuleName[] {
  return Array.from({ length: words.length / 2 }, (_, name) => {
    const place = Math.floor(words[2 * name + 1] / effects.length);
    const effect = effects[words[2 * name + 1] % effects.length];
    return { title: titles[words[2 * name]], at: places[place], effect };
  });
}
