import { TrunklineError } from "@trunkline/core";
import type { Account } from "../account/account.ts";
import type { IndexedTables } from "../account/indexes.ts";
import { chanceOf, History, laggedView } from "../account/lagged.ts";
import { type Duration, drawDuration } from "../account/settings.ts";
import type { Change } from "../account/table.ts";
import { KINDS } from "../domain/kinds.ts";
import type { StaleReads } from "./faults.ts";
import { METADATA_LAG, READ_LAG } from "./latency.ts";

/** How often the past is forgotten, in calls that changed something. */
const FORGET_EVERY = 256;

/** Resource types as tags name them, by the table that holds them. */
const TYPE_OF_TABLE: ReadonlyMap<string, string> = new Map(
  Object.values(KINDS).map((kind) => [kind.table, kind.tagType]),
);

const TYPES: ReadonlySet<string> = new Set(TYPE_OF_TABLE.values());

/** Who reads: a caller of the API by access key, or an instance its own metadata. */
export interface Reader {
  readonly name: string;
  readonly isMetadata?: boolean;
}

/** True when reads of this resource type can be late. */
export function isResourceType(name: string): boolean {
  return TYPES.has(name);
}

/** Throws NOT_FOUND unless every name is a resource type that can be shown late. */
export function checkResourceTypes(names: readonly string[]): void {
  const unknown = names.find((name) => !isResourceType(name));
  if (unknown === undefined) return;
  const known = [...TYPES].sort().join(", ");
  throw new TrunklineError("NOT_FOUND", `"${unknown}" is no resource type; there are ${known}`);
}

/** Shows readers the account a little late: eventual consistency, by reader and resource type. */
export class Lag {
  readonly #scale: number;
  readonly #own: Readonly<Record<string, Duration>>;
  readonly #history = new History();
  #ordered: readonly StaleReads[] = [];
  #sinceForget = 0;

  /** `own` are lags by resource type, whatever the scale. */
  constructor(scale: number, own: Readonly<Record<string, Duration>>) {
    this.#scale = scale;
    this.#own = own;
  }

  /** Lags that are ordered as faults; the first that concerns a read decides. */
  order(faults: readonly StaleReads[]): void {
    this.#ordered = faults;
  }

  get #isOn(): boolean {
    return this.#scale > 0 || this.#ordered.length > 0 || Object.keys(this.#own).length > 0;
  }

  /** Remembers what a call changed, as long as somebody may see it late. */
  keep(changes: readonly Change[], nowMs: number): void {
    if (!this.#isOn) return;
    this.#history.add(changes, nowMs);
    if (++this.#sinceForget < FORGET_EVERY) return;
    this.#sinceForget = 0;
    this.#history.forget(nowMs - this.#longestMs());
  }

  /** The account as the reader sees it; the account itself when nobody reads late. */
  viewOf(account: Account, reader: Reader, nowMs: number): IndexedTables {
    if (!this.#isOn) return account;
    const lagOf = (name: string, table: string, id: string, atMs: number) => {
      let draws = 0;
      const key = `${name} ${table} ${id} ${atMs}`;
      const { duration, scale } = this.#lagFor(reader, TYPE_OF_TABLE.get(table) ?? table);
      return drawDuration(duration, () => chanceOf(`${key} ${draws++}`)) * scale;
    };
    return laggedView(account.tables, this.#history, { name: reader.name, nowMs, lagOf });
  }

  #lagFor(reader: Reader, type: string): { readonly duration: Duration; readonly scale: number } {
    const fault = this.#ordered.find(
      (one) =>
        (one.reader === undefined || one.reader === reader.name) &&
        (one.resourceTypes.length === 0 || one.resourceTypes.includes(type)),
    );
    if (fault !== undefined) return { duration: durationOf(fault), scale: 1 };
    const own = this.#own[type];
    if (own !== undefined) return { duration: own, scale: 1 };
    return { duration: reader.isMetadata ? METADATA_LAG : READ_LAG, scale: this.#scale };
  }

  #longestMs(): number {
    const usual = Math.max(READ_LAG.tailMs, METADATA_LAG.tailMs) * this.#scale;
    const own = Object.values(this.#own).map((one) => Math.max(one.maxMs, one.tailMs));
    return Math.max(usual, ...own, ...this.#ordered.map((one) => one.maxMs));
  }
}

function durationOf({ minMs, maxMs }: StaleReads): Duration {
  return { minMs, maxMs, tailMs: maxMs };
}
