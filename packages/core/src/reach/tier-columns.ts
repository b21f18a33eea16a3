import { inOrder } from "./policy-book.ts";
import type { EntryContext, PolicyEntry } from "./policy-entries.ts";
import { NO_WORDS } from "./questions.ts";
import type { RowBoard } from "./row-board.ts";
import { LATER_RULE, type TierPolicy, type TierWords, tierWords } from "./tier-words.ts";

/** What a tier says to the columns its rules speak of, and to all others alike. */
export class TierColumns {
  readonly #columns: readonly number[];
  readonly #words: readonly TierWords[];
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
    this.#columns = [...spoken];
    this.#words = this.#columns.map((column) => tierWords(ordered, wordsAt(column), count));
    this.#others = tierWords(ordered, wordsAt(undefined), count);
  }

  /** Puts the tier before what the board says: where it decides, nothing else counts. */
  apply(board: RowBoard): void {
    for (const column of this.#columns) board.touch(column);
    const own = new Map(this.#columns.map((column, at) => [column, at]));
    for (let i = 0; i < board.size; i++) {
      const at = own.get(board.touched[i]);
      put(board, board.touched[i] * board.width, at === undefined ? this.#others : this.#words[at]);
    }
    put(board, board.defaultAt, this.#others);
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

function put({ cells, width }: RowBoard, at: number, said: TierWords): void {
  const mayPass = said.allow | (said.next & cells[at + 1]);
  const mayStop = said.deny | (said.next & ~cells[at]);
  cells[at] = mayPass & ~mayStop;
  cells[at + 1] = mayPass;
  for (let question = 0; question < width - 2; question++) {
    const rule = said.rules[question];
    if (rule !== LATER_RULE) cells[at + 2 + question] = rule;
  }
}
