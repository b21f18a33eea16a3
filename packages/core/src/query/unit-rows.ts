import type { MatrixRow } from "./matrix.ts";
import { packWords } from "./pack-words.ts";
import { podsByNode } from "./pod-rows.ts";
import { isApart, type PodWords, samplePods, type VerdictWords } from "./pod-words.ts";
import type { Unit } from "./units.ts";

/** Rows of units of several pods: each kind of pair that there is between two units counts once. */
export function* unitRows(
  units: readonly Unit[],
  pods: PodWords,
  questionCount: number,
): Generator<MatrixRow> {
  const parts = partsOf(units, pods);
  const sums = new UnitSums(units.length);
  const onNode = podsByNode(pods.nodeOf);
  const near = new NearParts(parts, pods, onNode);
  const byteCount = Math.ceil((units.length * questionCount) / 8);
  const packed = (words: Int32Array) => {
    const bytes = new Uint8Array(byteCount);
    packWords(bytes, words, undefined, questionCount);
    return bytes;
  };
  for (const [at, { name, members }] of units.entries()) {
    sums.begin();
    for (let part = parts.starts[at]; part < parts.starts[at + 1]; part++) {
      addApart(part, parts, pods, sums);
      near.add(part, sums);
    }
    sums.addAlone(at, members, pods);
    const { all, any, unknown } = sums;
    const allAllowed = packed(all);
    // Where each unit is one pod both are the same.
    const isSame = any.every((word, to) => word === all[to]);
    const anyAllowed = isSame ? allAllowed : packed(any);
    yield { source: name, allAllowed, anyAllowed, anyUnknown: packed(unknown) };
  }
}

/** What a source says to each unit, over all kinds of pairs: a word a unit. */
class UnitSums {
  readonly all: Int32Array;
  readonly any: Int32Array;
  readonly unknown: Int32Array;
  readonly #hasPair: Uint8Array;

  constructor(unitCount: number) {
    this.all = new Int32Array(unitCount);
    this.any = new Int32Array(unitCount);
    this.unknown = new Int32Array(unitCount);
    this.#hasPair = new Uint8Array(unitCount);
  }

  begin(): void {
    this.all.fill(0);
    this.any.fill(0);
    this.unknown.fill(0);
    this.#hasPair.fill(0);
  }

  add(unit: number, allowed: number, unknown: number): void {
    this.all[unit] = this.#hasPair[unit] === 0 ? allowed : this.all[unit] & allowed;
    this.any[unit] |= allowed;
    this.unknown[unit] |= unknown;
    this.#hasPair[unit] = 1;
  }

  // One pod alone: its way to itself is all there is.
  addAlone(unit: number, [first]: readonly number[], pods: PodWords): void {
    if (this.#hasPair[unit] === 1) return;
    const words: VerdictWords = { allowed: 0, unknown: 0 };
    pods.write(first, first, words);
    this.add(unit, words.allowed, words.unknown);
  }
}

/** Pods of one class in one unit, numbered unit by unit. */
interface UnitParts {
  /** By unit: where its parts begin; one more at the end. */
  readonly starts: Int32Array;
  readonly unitOf: Int32Array;
  readonly classOf: Int32Array;
  /** By part: two of its pods, on two nodes if possible. */
  readonly samples: Int32Array;
  /** By pod. */
  readonly partOf: Int32Array;
  readonly members: readonly (readonly number[])[];
}

function partsOf(units: readonly Unit[], pods: PodWords): UnitParts {
  const starts = new Int32Array(units.length + 1);
  const unitOf: number[] = [];
  const classOf: number[] = [];
  const members: number[][] = [];
  const partOf = new Int32Array(pods.classOf.length);
  for (const [unit, { members: own }] of units.entries()) {
    const ofClass = new Map<number, number>();
    for (const pod of own) {
      const classId = pods.classOf[pod];
      const part = ofClass.get(classId) ?? members.push([]) - 1;
      ofClass.set(classId, part);
      unitOf[part] = unit;
      classOf[part] = classId;
      members[part].push(pod);
      partOf[pod] = part;
    }
    starts[unit + 1] = members.length;
  }
  const classCount = members.length;
  const samples = samplePods({ classOf: partOf, classCount, nodeOf: pods.nodeOf });
  const [ofUnit, ofClass] = [Int32Array.from(unitOf), Int32Array.from(classOf)];
  return { starts, unitOf: ofUnit, classOf: ofClass, samples, partOf, members };
}

function addApart(from: number, parts: UnitParts, pods: PodWords, sums: UnitSums): void {
  const { unitOf, classOf, samples } = parts;
  const { nodeOf } = pods;
  const { allowed, unknown } = pods.rowOf(classOf[from]);
  const one = samples[2 * from];
  for (let to = 0; to < unitOf.length; to++) {
    // The first two are as a rule.
    if (!isApart(one, samples[2 * to], nodeOf) && !hasApart(from, to, samples, nodeOf)) continue;
    const classId = classOf[to];
    sums.add(unitOf[to], allowed[classId], unknown === undefined ? 0 : unknown[classId]);
  }
}

function hasApart(from: number, to: number, samples: Int32Array, nodeOf: Int32Array): boolean {
  const [one, two] = [samples[2 * from], samples[2 * from + 1]];
  const [three, four] = [samples[2 * to], samples[2 * to + 1]];
  return isApart(one, four, nodeOf) || isApart(two, three, nodeOf) || isApart(two, four, nodeOf);
}

/** Finds which parts have a pod on a node of a part, and adds what is said to them there. */
class NearParts {
  readonly #parts: UnitParts;
  readonly #pods: PodWords;
  readonly #onNode: ReadonlyMap<number, readonly number[]>;
  /** By part: the last one that was near to it. */
  readonly #seenBy: Int32Array;
  readonly #words: VerdictWords = { allowed: 0, unknown: 0 };

  constructor(parts: UnitParts, pods: PodWords, onNode: ReadonlyMap<number, readonly number[]>) {
    this.#parts = parts;
    this.#pods = pods;
    this.#onNode = onNode;
    this.#seenBy = new Int32Array(parts.unitOf.length).fill(-1);
  }

  add(from: number, sums: UnitSums): void {
    const { members, partOf, unitOf } = this.#parts;
    for (const source of members[from]) {
      for (const near of this.#onNode.get(this.#pods.nodeOf[source]) ?? []) {
        const to = partOf[near];
        if (near === source || this.#seenBy[to] === from) continue;
        this.#seenBy[to] = from;
        this.#pods.write(source, near, this.#words);
        sums.add(unitOf[to], this.#words.allowed, this.#words.unknown);
      }
    }
  }
}
