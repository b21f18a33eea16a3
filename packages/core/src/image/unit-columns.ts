import type { Axes } from "./axes.ts";
import type { ImageDraft } from "./compile-image.ts";
import { type Grower, growing16, growing32 } from "./grower.ts";
import { PLACE_BITS, PORT_SHIFT, ROW_SHIFT } from "./layout.ts";
import { UnitCompiler } from "./unit-compiler.ts";

/** Where units are written to. */
export interface UnitColumns {
  readonly dir: Grower;
  readonly rowPages: Grower<Uint16Array>;
  readonly portPages: Grower<Uint16Array>;
  /** Begins with zeros, the one row of unit 0. */
  readonly bits: Grower;
}

/** Entries of pages that a rule takes at first guess. */
const pageRoom = 14;

// Fresh memory costs as much as what is written to it, and a collection of everything for every
// few images. So the columns of one compile are those of the next, unless memory ran short.
let kept: WeakRef<UnitColumns> | undefined;

/** Empty columns, for one compile at a time. */
export function takeUnitColumns({ stride }: Axes, entryCount: number): UnitColumns {
  const columns = kept?.deref();
  kept = undefined;
  if (columns === undefined) {
    return {
      dir: growing32(stride),
      rowPages: growing16(pageRoom * entryCount),
      portPages: growing16(pageRoom * entryCount),
      bits: growing32(4 * entryCount),
    };
  }
  const { dir, rowPages, portPages, bits } = columns;
  for (const column of [dir, rowPages, portPages, bits]) column.clear();
  return columns;
}

/** Leaves columns to the next compile. */
export function giveBack(columns: UnitColumns): void {
  kept = new WeakRef(columns);
}

/** Compiles all units. */
export function compileUnits({ tables, axes, offsets }: ImageDraft, columns: UnitColumns): void {
  const unitCount = 1 + offsets.reduce((sum, at) => sum + (at > 0 ? 1 : 0), 0);
  // Cells that are 0 lead to the pages at 0, whose entries are 0.
  columns.rowPages.add(1 << ROW_SHIFT, 0);
  columns.portPages.add(1 << PORT_SHIFT, 0);
  columns.bits.add(1 << PLACE_BITS, 0);
  columns.dir.add(axes.stride * unitCount, 0);
  const compiler = new UnitCompiler(axes, columns);
  for (let at = 0; at < offsets.length; at++) {
    const unit = tables.units[at];
    if (unit !== undefined && offsets[at] > 0) compiler.compile(unit, offsets[at]);
  }
}
