import type { PairSet } from "./change.ts";
import type { Kinds } from "./kinds.ts";
import type { RelatedPairs, Relations } from "./relations.ts";

/** A set of pairs, kind by kind. */
export class ChangedKinds {
  pairCount = 0;
  /** By source, by destination: the relations, a bit each. */
  readonly #kinds = new Map<number, Map<number, number>>();

  add({ from, to, relation, pairCount }: RelatedPairs): void {
    this.pairCount += pairCount;
    const own = this.#kinds.get(from) ?? new Map<number, number>();
    this.#kinds.set(from, own.set(to, (own.get(to) ?? 0) | (1 << relation)));
  }

  /** The same text for the same pairs. */
  text(): string {
    const sorted = (map: Iterable<readonly [number, unknown]>) =>
      [...map].sort(([a], [b]) => a - b);
    return JSON.stringify(
      sorted(this.#kinds).map(([from]) => [from, sorted(this.#kinds.get(from) ?? [])]),
    );
  }

  /** The pairs by name: sources with the same destinations stand together. */
  pairSets(kinds: Kinds, relations: Relations): readonly PairSet[] {
    const found = new Map<string, { readonly sources: number[]; readonly to: readonly number[] }>();
    const add = (key: string, sources: readonly number[], to: () => readonly number[]) => {
      const known = found.get(key) ?? { sources: [], to: to() };
      found.set(key, known);
      for (const source of sources) known.sources.push(source);
    };
    for (const from of [...this.#kinds.keys()].sort((a, b) => a - b)) {
      const { whole, parts } = this.#destinationsOf(from, relations);
      const { members } = kinds.kinds[from];
      const ofWhole = () => whole.flatMap((to) => kinds.kinds[to].members);
      if (parts.length === 0) {
        add(whole.join(), members, ofWhole);
        continue;
      }
      for (const source of members) {
        const some = parts.flatMap(({ to, mask }) =>
          kinds.kinds[to].members.filter((one) => {
            return one !== source && ((mask >> relations.of(source, one)) & 1) === 1;
          }),
        );
        if (whole.length + some.length === 0) continue;
        add(`${whole.join()} and ${some.join()}`, [source], () => [...ofWhole(), ...some]);
      }
    }
    const names = (members: readonly number[]) =>
      members.map((one) => kinds.members[one].name).sort();
    return [...found.values()].map(({ sources, to }) => {
      return { sources: names(sources), destinations: names(to) };
    });
  }

  // Kinds with all members of which the pairs are, and those with some.
  #destinationsOf(from: number, relations: Relations) {
    const whole: number[] = [];
    const parts: { readonly to: number; readonly mask: number }[] = [];
    for (const [to, mask] of this.#kinds.get(from) ?? []) {
      const all = relations
        .between(from, to)
        .reduce((sum, { relation }) => sum | (1 << relation), 0);
      if (mask === all) whole.push(to);
      else parts.push({ to, mask });
    }
    return { whole: whole.sort((a, b) => a - b), parts };
  }
}
