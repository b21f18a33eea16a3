import type { PolicyDirection } from "../network-policies/read-policy.ts";
import {
  columnsInHole,
  type EntryContext,
  type PolicyEntries,
  type PolicyEntry,
} from "./policy-entries.ts";
import type { PolicySubject } from "./policy-subject.ts";
import { NO_WORDS, type Words } from "./questions.ts";
import { type CellEdit, NO_RULE, type RowBoard } from "./row-board.ts";

/** The NetworkPolicies that isolate a pod in one direction. */
export interface Isolated {
  readonly policies: readonly PolicyEntries[];
  /** Number of the title of the first, whose doing it is when no rule allows; none if only broken ones may. */
  readonly first: number | undefined;
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
  #hasHoles = false;
  /** By column: port entries of all peers that cover it. */
  readonly #portCounts: Int32Array;

  constructor(board: RowBoard, context: EntryContext) {
    this.#board = board;
    this.#context = context;
    const isMasking = context.switches.exceptMasksOthers;
    this.#holeBits = new Int32Array(isMasking ? board.columnCount : 0);
    const isLimited = context.switches.portsPerAddressMax !== undefined;
    this.#portCounts = new Int32Array(isLimited ? board.columnCount : 0);
  }

  /** Begins the board's row with what the policies say. */
  write({ policies, first, isUnsure, direction, subject }: Isolated): void {
    const board = this.#board;
    const isolate = first === undefined ? NO_RULE : this.#context.rules.ofIsolation(first);
    board.begin(isUnsure ? { yes: 0, maybe: -1 } : NO_WORDS, isolate);
    const entries = policies.flat(2);
    this.#markHoles(entries);
    for (const entry of entries) this.#apply(entry, direction, subject);
    this.#dropCrowded(entries);
    if (direction === "egress") this.#openOwnNode();
  }

  #apply(entry: PolicyEntry, direction: PolicyDirection, { ports }: PolicySubject): void {
    const { columns, hasNames } = entry;
    if (direction === "egress" && hasNames) {
      const all = this.#context.columns;
      for (const [own, some] of all.byPorts(columns?.yes)) {
        this.#allow(some, entry.words(own), entry);
      }
      for (const [own, some] of all.byPorts(columns?.maybe ?? [])) {
        this.#allow(some, asMaybe(entry.words(own)), entry);
      }
      return;
    }
    const words = entry.words(ports);
    if (columns === undefined) {
      this.#allowAll(words, entry);
      return;
    }
    this.#allow(columns.yes, words, entry);
    if (columns.maybe.length > 0) this.#allow(columns.maybe, asMaybe(words), entry);
  }

  #allow(columns: readonly number[], words: Words, { rule, prefixLength }: PolicyEntry): void {
    const board = this.#board;
    if (!this.#hasHoles) {
      board.allow(columns, words, rule);
      return;
    }
    const { values } = this.#context.columns.columns;
    // In a table of longest prefixes the hole is found instead, or as well.
    const beyond = (column: number) => {
      const own = prefixLength ?? (values[column].family === 4 ? 32 : 128);
      return own - this.#holeBits[column];
    };
    board.allow(
      columns.filter((column) => beyond(column) > 0),
      words,
      rule,
    );
    const equal = columns.filter((column) => beyond(column) === 0);
    board.allow(equal, asMaybe(words), rule);
  }

  #allowAll(words: Words, entry: PolicyEntry): void {
    if (this.#hasHoles) this.#allow([...this.#holeBits.keys()], words, entry);
    else this.#board.allowAll(words, entry.rule);
  }

  #markHoles(entries: readonly PolicyEntry[]): void {
    if (!this.#context.switches.exceptMasksOthers) return;
    const holes = entries.flatMap((entry) => entry.holes);
    this.#hasHoles = holes.length > 0;
    if (!this.#hasHoles) return;
    this.#holeBits.fill(-1);
    for (const hole of holes) {
      for (const column of columnsInHole(hole, this.#context.columns)) {
        this.#holeBits[column] = Math.max(this.#holeBits[column], hole.prefixLength);
      }
    }
  }

  // Which of too many entries are left out depends on the order in which they were written.
  #dropCrowded(entries: readonly PolicyEntry[]): void {
    const max = this.#context.switches.portsPerAddressMax;
    const most = entries.reduce((sum, { portCount }) => sum + portCount, 0);
    if (max === undefined || most <= max) return;
    const counts = this.#portCounts.fill(0);
    let everywhere = 0;
    for (const { columns, portCount } of entries) {
      if (columns === undefined) everywhere += portCount;
      for (const column of columns?.yes ?? []) counts[column] += portCount;
    }
    const crowded = [...counts.keys()].filter((column) => counts[column] + everywhere > max);
    if (everywhere > max) this.#board.changeAll(dropCertain);
    else this.#board.change(crowded, dropCertain);
  }

  #openOwnNode(): void {
    const { ownHosts } = this.#context.columns;
    if (ownHosts.length > 0) this.#board.change(ownHosts, openCell(this.#board.width));
  }
}

function dropCertain(cells: Int32Array, at: number): void {
  cells[at] = 0;
}

/** The change to a cell that allows everything, by no rule. */
export function openCell(width: number): CellEdit {
  return (cells, at) => {
    cells.fill(NO_RULE, at, at + width);
  };
}

function asMaybe({ maybe }: Words): Words {
  return { yes: 0, maybe };
}
