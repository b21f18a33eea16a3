import { CellPairs } from "./cell-pairs.ts";

/** Number of the list that holds nothing. */
export const NO_ITEMS = 0;

/** Lists of numbers, by number: equal lists have one, 0 is empty. */
export class IntLists {
  // List i + 1 is pair i: the list before its last item, and that item.
  readonly #pairs = new CellPairs();

  /** The list with one item more. */
  with(list: number, item: number): number {
    return this.#pairs.of(list, item) + 1;
  }

  /** The list of these items. */
  of(items: readonly number[]): number {
    let list = NO_ITEMS;
    for (let i = 0; i < items.length; i++) list = this.with(list, items[i]);
    return list;
  }

  /** Its items, in their order. */
  itemsOf(list: number): number[] {
    const items: number[] = [];
    const { words } = this.#pairs;
    for (let rest = list; rest !== NO_ITEMS; rest = words[2 * (rest - 1)]) {
      items.push(words[2 * (rest - 1) + 1]);
    }
    return items.reverse();
  }
}
