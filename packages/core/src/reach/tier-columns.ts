import { inOrder } from "./policy-book.ts";
import type { EntryContext, PolicyEntry } from "./policy-entries.ts";
import { NO_WORDS } from "./questions.ts";
import type { CellEdit, RowBoard } from "./row-board.ts";
import { LATER_RULE, type TierPolicy, type TierWords, tierWords } from "./tier-words.ts";

/** What a tier says to the columns its rules speak of, and to all others alike. */
export class TierColumns {
  /** Columns that get the same words. */
  readonly #parts: readonly { readonly columns: number[]; readonly words: TierWords }[];
  readonly #others: TierWords;

  /** @param namedPorts those of the pod that the tier is asked for; undefined for egress. */
  constructor(
    groups: readonly (readonly TierPolicy[])[],
    namedPorts: number | undefined,
    context: EntryContext,
  ) {
    const ordered = groups.map((group) =>
      group.map(({ rules }) => ({ rules: rules && inOrder(rules, context.switches) })),
    );
    const entries = ordered.flat().flatMap(({ rules }) => rules?.flat() ?? []);
    const covers = new Map(entries.map((entry) => [entry, coverOf(entry)]));
    const { values } = context.columns.columns;
    const spoken = new Set([...covers.values()].flatMap((cover) => [...(cover?.keys() ?? [])]));
    // Rules for everybody that name ports mean another port on every pod.
    if (entries.some(({ columns, hasNames }) => columns === undefined && hasNames)) {
      for (const column of values.keys()) spoken.add(column);
    }
    const wordsAt = (column: number | undefined) => (entry: PolicyEntry) => {
      const cover = covers.get(entry);
      const isCertain = cover === undefined || (column !== undefined && cover.get(column));
      if (isCertain === undefined || (column === undefined && !isCertain)) return NO_WORDS;
      const words = entry.words(namedPorts ?? (column === undefined ? 0 : values[column].ports));
      return isCertain ? words : { yes: 0, maybe: words.maybe };
    };
    const count = context.questions.length;
    const parts = new Map<string, { readonly columns: number[]; readonly words: TierWords }>();
    for (const column of spoken) {
      const words = tierWords(ordered, wordsAt(column), count);
      const key = `${words.allow} ${words.deny} ${words.next} ${words.rules}`;
      const known = parts.get(key);
      if (known === undefined) parts.set(key, { columns: [column], words });
      else known.columns.push(column);
    }
    this.#parts = [...parts.values()];
    this.#others = tierWords(ordered, wordsAt(undefined), count);
  }

  /** Puts the tier before what the board says: where it decides, nothing else counts. */
  apply(board: RowBoard): void {
    const parts = this.#parts.map(({ columns, words }) => ({ columns, edit: putting(words) }));
    board.changeApart(parts, putting(this.#others));
  }
}

/** By column: is it certain that the entry covers it? Undefined for everybody. */
function coverOf({ columns }: PolicyEntry): ReadonlyMap<number, boolean> | undefined {
  if (columns === undefined) return undefined;
  const { yes, maybe } = columns;
  return new Map([
    ...maybe.map((column) => [column, false] as const),
    ...yes.map((column) => [column, true] as const),
  ]);
}

function putting(said: TierWords): CellEdit {
  return (cells, at) => {
    const mayPass = said.allow | (said.next & cells[at + 1]);
    const mayStop = said.deny | (said.next & ~cells[at]);
    cells[at] = mayPass & ~mayStop;
    cells[at + 1] = mayPass;
    for (let question = 0; question < said.rules.length; question++) {
      const rule = said.rules[question];
      if (rule !== LATER_RULE) cells[at + 2 + question] = rule;
    }
  };
}
