import type { ImageColumns } from "./image.ts";
import type { ColumnName } from "./layout.ts";

/** What goes into a column, before there is a place for it. */
export interface ColumnSource<W> {
  /** Elements. */
  readonly length: number;
  /** Writes them to the beginning of their place, which is zero. */
  write(place: W): void;
}

/** A source for each of some columns. */
export type ColumnSources<N extends ColumnName = ColumnName> = {
  readonly [Name in N]: ColumnSource<ImageColumns[Name]>;
};

/** Sources of columns that are made already. */
export function readyColumns<N extends ColumnName>(
  columns: Pick<ImageColumns, N>,
): ColumnSources<N> {
  const sources = Object.entries<ImageColumns[N]>(columns).map(([name, words]) => {
    const source = { length: words.length, write: (place: ImageColumns[N]) => place.set(words) };
    return [name, source] as const;
  });
  // One source a column: the names are those of `columns`.
  return Object.fromEntries(sources) as unknown as ColumnSources<N>;
}
