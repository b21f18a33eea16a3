import { invalid, TrunklineError } from "../errors/trunkline-error.ts";
import type { LabelSelector, Labels } from "../world/cluster.ts";
import type { BoundNeed } from "./bound-need.ts";
import { keyNeeds } from "./key-need.ts";
import { LabelState } from "./label-state.ts";
import {
  holdsFor,
  type MatchColumns,
  openColumns,
  podsFor,
  saveMatches,
  selectorsFor,
} from "./match-columns.ts";
import { checkSelector } from "./selector.ts";

/** Numbers of pods are below it. */
export const MAX_INDEXED_PODS = 1_048_576;
/** Numbers of selectors are below it. */
export const MAX_INDEXED_SELECTORS = 16_384;
/** Empty classes, and atoms of selectors that are gone, that are kept before a fresh start. */
const slack = 4096;

/** What an index reads of a pod. Kept, not copied: a change comes with {@link LabelIndex.setPod}. */
export interface LabelledPod {
  readonly namespace: string;
  readonly labels: Labels;
}

/** A selector, and the namespace it selects in; without one it selects in all. */
export interface NamespacedSelector {
  readonly namespace?: string;
  readonly selector: LabelSelector;
}

/** Which selectors hold for which pods, by their numbers. */
export interface LabelMatches {
  /** True when the selector holds for the pod; false for numbers that are not in use. */
  holds(pod: number, selector: number): boolean;
  /** The selectors that hold for the pod, ascending. */
  selectorsOf(pod: number): number[];
  /** The pods the selector holds for: bit i of word j is pod 32 * j + i. O(pods). */
  podsOf(selector: number): Int32Array;
}

/** How large an index is. */
export interface LabelIndexCounts {
  /** Distinct sets of labels, as far as selectors can tell. */
  readonly classCount: number;
  /** Keys and values that selectors tell apart. */
  readonly atomCount: number;
  /** Bytes of the state, without the pods and selectors, which belong to the caller. */
  readonly stateBytes: number;
}

/** A selector as it is in force; an invalid one has no needs and holds for nothing. */
interface InForce {
  readonly source: NamespacedSelector;
  readonly needs: readonly BoundNeed[] | undefined;
}

/**
 * Selectors at scale: the answers of `matchesSelector` for all pods and all selectors, kept up to
 * date while both change.
 *
 * Only what selectors can tell apart is kept: pods with the same values of the keys in use are one
 * class, and a class has one row of bits. Callers number pods and selectors, best without gaps.
 * Cost: a pod O(its labels), or O(keys * selectors / 32) when it is the first of its class; a
 * selector O(classes), or O(pods) when it is the first to name a key or value.
 */
export class LabelIndex implements LabelMatches {
  readonly #pods: (LabelledPod | undefined)[] = [];
  readonly #selectors: (InForce | undefined)[] = [];
  #state = new LabelState();
  /** Atoms after the last fresh start. */
  #atomsAtStart = 0;

  /** Numbers pods and selectors from 0 as in the lists. @throws like setPod and setSelector. */
  constructor(pods: readonly LabelledPod[] = [], selectors: readonly NamespacedSelector[] = []) {
    // Selectors first: then every key and value is known before there are pods to look through.
    for (const [id, selector] of selectors.entries()) this.setSelector(id, selector);
    if (pods.length > 0) this.setPod(pods.length - 1, pods[pods.length - 1]);
    for (const [id, pod] of pods.entries()) this.setPod(id, pod);
  }

  /**
   * Adds the pod, or changes it.
   *
   * @throws TrunklineError INVALID_ARGUMENT for a number out of range; QUOTA when the state would
   * be too large. Then nothing has changed.
   */
  setPod(pod: number, object: LabelledPod): void {
    requireNumber("pod", pod, MAX_INDEXED_PODS);
    this.#state.fitPods(pod + 1);
    this.#state.place(pod, object);
    while (this.#pods.length < pod) this.#pods.push(undefined);
    this.#pods[pod] = object;
    const { emptyCount, count } = this.#state.classes;
    if (emptyCount > count / 2 + slack) this.#startAfresh();
  }

  /** Removes the pod; a number that is not in use is fine. */
  removePod(pod: number): void {
    if (this.#pods[pod] === undefined) return;
    this.#state.place(pod, undefined);
    this.#pods[pod] = undefined;
  }

  /**
   * Adds the selector, or changes it. One that `checkSelector` objects to holds for nothing.
   *
   * @throws TrunklineError INVALID_ARGUMENT for a number out of range; QUOTA when keys, values or
   * the state would be too many. Then nothing has changed.
   */
  setSelector(selector: number, source: NamespacedSelector): void {
    requireNumber("selector", selector, MAX_INDEXED_SELECTORS);
    if (this.#state.atoms.count > 2 * this.#atomsAtStart + slack) this.#startAfresh();
    let inForce: InForce;
    try {
      inForce = this.#bind(selector, source);
    } catch (error) {
      // Pods may already be told apart by what the refused selector names.
      if (error instanceof TrunklineError) this.#startAfresh();
      throw error;
    }
    this.removeSelector(selector);
    if (inForce.needs) this.#state.apply(selector, inForce.needs, true);
    while (this.#selectors.length < selector) this.#selectors.push(undefined);
    this.#selectors[selector] = inForce;
  }

  /** Removes the selector; a number that is not in use is fine. */
  removeSelector(selector: number): void {
    const old = this.#selectors[selector];
    if (old === undefined) return;
    if (old.needs) this.#state.apply(selector, old.needs, false);
    this.#selectors[selector] = undefined;
  }

  holds(pod: number, selector: number): boolean {
    return holdsFor(this.#columns(), pod, selector);
  }

  selectorsOf(pod: number): number[] {
    return selectorsFor(this.#columns(), pod);
  }

  podsOf(selector: number): Int32Array {
    return podsFor(this.#columns(), selector);
  }

  /** How large the index is now. */
  counts(): LabelIndexCounts {
    const { classes, atoms, bytes } = this.#state;
    return {
      classCount: classes.count - 1 - classes.emptyCount,
      atomCount: atoms.count - 1,
      stateBytes: bytes,
    };
  }

  /**
   * Computes all rows from the masks anew. Changes nothing: it is what matching all pods with all
   * selectors costs, to be measured, and in tests the check that edits kept the rows.
   */
  matchAll(): void {
    const { rows, atoms, classes } = this.#state;
    rows.computeAll(classes.count, { keys: atoms.keys, columns: classes.columns });
  }

  /**
   * The answers for {@link openMatches}, which needs no index. Indexes that answer alike give the
   * same bytes, whatever edits led there.
   */
  save(): ArrayBuffer {
    const podCount = this.#pods.findLastIndex((pod) => pod !== undefined) + 1;
    const selectorCount = this.#selectors.findLastIndex((one) => one !== undefined) + 1;
    return saveMatches({ ...this.#columns(), podCount, selectorCount });
  }

  #columns(): MatchColumns {
    const { classOfPod, rows } = this.#state;
    return {
      rowOfPod: classOfPod,
      rows: rows.rows,
      stride: rows.stride,
      podCount: this.#pods.length,
      selectorCount: this.#selectors.length,
    };
  }

  #bind(selector: number, source: NamespacedSelector): InForce {
    if (checkSelector(source.selector).length > 0) return { source, needs: undefined };
    this.#state.rows.fitSelectors(selector + 1);
    const needs = keyNeeds(source.selector, source.namespace);
    return { source, needs: this.#state.bind(needs, this.#pods) };
  }

  /** Builds the state anew from the pods and selectors, without what only the past knew. */
  #startAfresh(): void {
    this.#state = new LabelState();
    for (const [selector, old] of this.#selectors.entries()) {
      if (old === undefined) continue;
      const inForce = this.#bind(selector, old.source);
      if (inForce.needs) this.#state.apply(selector, inForce.needs, true);
      this.#selectors[selector] = inForce;
    }
    this.#atomsAtStart = this.#state.atoms.count;
    this.#state.fitPods(this.#pods.length);
    for (const [pod, object] of this.#pods.entries()) this.#state.place(pod, object);
  }
}

/**
 * Opens what {@link LabelIndex.save} wrote, without a copy.
 *
 * @param byteOffset where it begins, a multiple of 4.
 * @throws TrunklineError INVALID_ARGUMENT when the bytes are anything else, or of another version.
 */
export function openMatches(buffer: ArrayBufferLike, byteOffset = 0): LabelMatches {
  const columns = openColumns(buffer, byteOffset);
  return {
    holds: (pod, selector) => holdsFor(columns, pod, selector),
    selectorsOf: (pod) => selectorsFor(columns, pod),
    podsOf: (selector) => podsFor(columns, selector),
  };
}

function requireNumber(what: string, number: number, limit: number): void {
  if (Number.isInteger(number) && number >= 0 && number < limit) return;
  const description = `${number} is not a whole number in 0..${limit - 1}`;
  throw invalid(`a label index has no ${what} ${number}`, [{ field: what, description }]);
}
