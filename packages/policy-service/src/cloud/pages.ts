/** Pages of one list; more would be an account far beyond any quota, or a server that loops. */
const PAGES_MAX = 10_000;

/** Gathers the items of all pages; a page may be empty and still be followed by another. */
export async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let pageCount = 0;
  for await (const page of pages) {
    for (const item of itemsOf(page) ?? []) items.push(item);
    pageCount += 1;
    if (pageCount >= PAGES_MAX) throw new Error(`EC2 answered more than ${PAGES_MAX} pages`);
  }
  return items;
}
