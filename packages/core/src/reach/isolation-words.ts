import type { PolicyDirection, ReadPolicy } from "../network-policies/read-policy.ts";
import {
  columnsInHole,
  type EntryContext,
  type PolicyEntries,
  type PolicyEntry,
} from "./policy-entries.ts";
import type { PolicySubject } from "./policy-subject.ts";
import { NO_WORDS, type Words } from "./questions.ts";
import { NO_RULE, type RowBoard } from "./row-board.ts";

/** The NetworkPolicies that isolate a pod in one direction. */
export interface Isolated {
  readonly policies: readonly PolicyEntries[];
  /** The first of them, whose doing it is when no rule allows; none if only broken ones may. */
  readonly first: ReadPolicy | undefined;
  /** True when broken policies of the namespace may allow more. */
  readonly isUnsure: boolean;
  readonly direction: PolicyDirection;
  readonly subject: PolicySubject;
}

/** Writes rows of NetworkPolicies: closed, and opened by the union of all rules of all policies. */
export class IsolationWords {
  readonly #board: RowBoard;
  readonly #context: EntryContext;
  /** By column: longest prefix of a hole that holds it, or -1; only while holes mask. */
  readonly #holeBits: Int32Array;
  /** By column, the default behind them: port entries of all peers that cover it. */
  readonly #portCounts: Int32Array;

  constructor(board: RowBoard, context: EntryContext) {
    this.#board = board;
    this.#context = context;
    const isMasking = context.switches.exceptMasksOthers;
    this.#holeBits = new Int32Array(isMasking ? board.columnCount + 1 : 0);
    const isLimited = context.switches.portsPerAddressMax !== undefined;
    this.#portCounts = new Int32Array(isLimited ? board.columnCount + 1 : 0);
  }

  /** Begins the board's row with what the policies say. */
  write({ policies, first, isUnsure, direction, subject }: Isolated): void {
    const board = this.#board;
    const isolate = first && this.#context.ruleNumber(first, "spec.podSelector", "Isolate");
    board.begin(isUnsure ? { yes: 0, maybe: -1 } : NO_WORDS, isolate ?? NO_RULE);
    const entries = policies.flat(2);
    this.#markHoles(entries);
    for (const entry of entries) this.#apply(entry, direction, subject);
    this.#dropCrowded(entries);
    if (direction === "egress") this.#openOwnNode();
  }

  #apply(entry: PolicyEntry, direction: PolicyDirection, { ports }: PolicySubject): void {
    const board = this.#board;
    const { columns, hasNames, rule } = entry;
    if (direction === "egress" && hasNames) {
      const all = this.#context.columns.columns.values;
      const yes = columns?.yes ?? all.map((_, at) => at);
      for (const at of yes) this.#allow(at, entry.words(all[at].ports), rule, entry);
      for (const at of columns?.maybe ?? []) {
        this.#allow(at, asMaybe(entry.words(all[at].ports)), rule, entry);
      }
      return;
    }
    const words = entry.words(ports);
    if (columns === undefined) {
      for (let i = 0; i < board.size; i++) this.#allow(board.touched[i], words, rule, entry);
      board.allow(board.defaultAt, words, rule);
      return;
    }
    for (const at of columns.yes) this.#allow(at, words, rule, entry);
    for (const at of columns.maybe) this.#allow(at, asMaybe(words), rule, entry);
  }

  #allow(column: number, words: Words, rule: number, { prefixLength }: PolicyEntry): void {
    const at = this.#board.touch(column);
    const hole = this.#holeBits.length > 0 ? this.#holeBits[column] : -1;
    const { family } = this.#context.columns.columns.values[column];
    const own = prefixLength ?? (family === 4 ? 32 : 128);
    // In a table of longest prefixes the hole is found instead, or as well.
    if (own < hole) return;
    this.#board.allow(at, own === hole ? asMaybe(words) : words, rule);
  }

  #markHoles(entries: readonly PolicyEntry[]): void {
    if (this.#holeBits.length === 0) return;
    this.#holeBits.fill(-1);
    for (const hole of entries.flatMap(({ holes }) => holes)) {
      for (const column of columnsInHole(hole, this.#context.columns)) {
        this.#board.touch(column);
        this.#holeBits[column] = Math.max(this.#holeBits[column], hole.prefixLength);
      }
    }
  }

  // Which of too many entries are left out depends on the order in which they were written.
  #dropCrowded(entries: readonly PolicyEntry[]): void {
    const max = this.#context.switches.portsPerAddressMax;
    const most = entries.reduce((sum, { portCount }) => sum + portCount, 0);
    if (max === undefined || most <= max) return;
    const board = this.#board;
    const counts = this.#portCounts.fill(0);
    let everywhere = 0;
    for (const { columns, portCount } of entries) {
      if (columns === undefined) everywhere += portCount;
      for (const column of columns?.yes ?? []) {
        board.touch(column);
        counts[column] += portCount;
      }
    }
    for (let i = 0; i < board.size; i++) {
      const column = board.touched[i];
      if (counts[column] + everywhere > max) board.cells[column * board.width] = 0;
    }
    if (everywhere > max) board.cells[board.defaultAt] = 0;
  }

  #openOwnNode(): void {
    const { columns, hosts } = this.#context.columns;
    for (const column of hosts) {
      if (!columns.values[column].isOwnNode) continue;
      const at = this.#board.touch(column);
      this.#board.cells.fill(NO_RULE, at, at + this.#board.width);
    }
  }
}

function asMaybe({ maybe }: Words): Words {
  return { yes: 0, maybe };
}
