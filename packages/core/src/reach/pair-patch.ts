import type { CellPairs } from "./cell-pairs.ts";
import { hasSeveralRealms } from "./class-cells.ts";
import { bindClassKernels } from "./class-kernels.ts";
import {
  endWord,
  familiesAsked,
  MAX_NARROW,
  type PairedClasses,
  questionsOver,
  writeEndRules,
} from "./class-pairs.ts";
import { type EndSide, EndWriter, endColumns } from "./end-tables.ts";
import type { ReachImage } from "./reach-image.ts";
import { pairNumbers } from "./reach-kernels.ts";
import { CLASS, CLASS_WORDS, END, endWords } from "./reach-layout.ts";

/** A class of which rows of tables tell something else. */
export interface ChangedClass {
  readonly one: number;
  readonly isEgress: boolean;
  readonly isIngress: boolean;
}

/** Follows rows of the tables in the pairs of an image. */
export class PairPatch {
  readonly #image: ReachImage;
  readonly #words: CellPairs;
  readonly #numbers: Uint8Array | Uint16Array | Int32Array;
  readonly #ends: EndPatch | undefined;
  /** Number of the word that was written last. */
  #last = 0;
  readonly #relations: number;

  constructor(image: ReachImage, { words, ends }: PairedClasses) {
    this.#image = image;
    this.#words = words;
    this.#numbers = pairNumbers(image);
    this.#relations = 1 + image.hasNearPairs;
    this.#ends = ends && new EndPatch(image, ends);
  }

  /** Asks the tables again; false, with the pairs spoilt, when there is no room. */
  follow(changed: readonly ChangedClass[]): boolean {
    if (this.#image.pairs.length === 0) return true;
    if (this.#ends === undefined) return this.#askTables(changed);
    return this.#ends.follow(changed, (pair, word) => this.#write(pair, word));
  }

  #askTables(changed: readonly ChangedClass[]): boolean {
    const { classCount } = this.#image;
    const { yes } = bindClassKernels(this.#image);
    for (let near = 0; near < this.#relations; near++) {
      for (const { one } of changed) {
        for (let other = 1; other < classCount; other++) {
          const first = near * classCount * classCount;
          const sent = this.#write(first + one * classCount + other, yes(one, other, near));
          const taken = this.#write(first + other * classCount + one, yes(other, one, near));
          if (!sent || !taken) return false;
        }
      }
    }
    return true;
  }

  #write(pair: number, word: number): boolean {
    const { pairWords, pairBytes } = this.#image;
    if (word === pairWords[this.#last]) {
      this.#numbers[pair] = this.#last;
      return true;
    }
    const number = this.#words.of(word, 0);
    if (number >= pairWords.length || (pairBytes < 4 && number >> (8 * pairBytes) > 0))
      return false;
    pairWords[number] = word;
    this.#last = number;
    this.#numbers[pair] = number;
    return true;
  }
}

/** Writes the word of a pair; false when there is no room. */
type WritePair = (pair: number, word: number) => boolean;

/** Follows rows of the tables in what decides at either end, and thereby in pairs. */
class EndPatch {
  readonly #image: ReachImage;
  readonly #ends: CellPairs;
  readonly #asked: number;
  readonly #hasRealms: boolean;
  readonly #egress: Uint16Array;
  readonly #ingress: Uint16Array;
  readonly #stride: number;
  /** By relation. */
  readonly #writers: readonly EndWriter[];
  /** By column: the turn in which its end became another. */
  readonly #turns: Int32Array;
  #turn = 0;
  /** By end: what is allowed there. */
  readonly #yes: number[] = [];

  constructor(image: ReachImage, ends: CellPairs) {
    const [v6] = familiesAsked(image);
    this.#image = image;
    this.#ends = ends;
    this.#asked = questionsOver(image, v6) ?? 0;
    this.#hasRealms = hasSeveralRealms(image);
    this.#egress = narrowView(image.egressEnds);
    this.#ingress = narrowView(image.ingressEnds);
    this.#stride = endWords(image.hasNearPairs);
    this.#writers = Array.from({ length: 1 + image.hasNearPairs }, (_, near) => {
      return new EndWriter(image, near, endColumns(image, v6, near), ends);
    });
    const most = this.#writers.map(({ columnCount }) => columnCount);
    this.#turns = new Int32Array(Math.max(...most));
    for (let end = 0; end < ends.count; end++) this.#yes.push(endWord(image, { ends, end }));
  }

  follow(changed: readonly ChangedClass[], write: WritePair): boolean {
    for (const [near, writer] of this.#writers.entries()) {
      writer.forget();
      for (const { one, isEgress, isIngress } of changed) {
        if (isEgress && !this.#followRow(one, { near, isEgress: true }, write)) return false;
        if (isIngress && !this.#followRow(one, { near, isEgress: false }, write)) return false;
      }
    }
    return true;
  }

  #followRow(one: number, way: Way, write: WritePair): boolean {
    const { near, isEgress } = way;
    const { classEnds } = this.#image;
    const field = near * END.near + (isEgress ? END.egress : END.ingress);
    const first = classEnds[one * this.#stride + field];
    const row = (isEgress ? this.#egress : this.#ingress).subarray(first);
    const columns = this.#writers[near].rewrite(this.#sideOf(one, isEgress), isEgress, row);
    if (!this.#numberEnds()) return false;
    if (columns.length === 0) return true;
    this.#turn++;
    for (const column of columns) this.#turns[column] = this.#turn;
    return this.#followPairs(one, way, { row, write });
  }

  // Pairs of the class with those whose column has become another.
  #followPairs(one: number, { near, isEgress }: Way, { row, write }: ChangedRow): boolean {
    const { classCount, classEnds } = this.#image;
    const relation = near * END.near;
    const own = classEnds[one * this.#stride + relation + END.column];
    const way = isEgress ? END.ingress : END.egress;
    const others = isEgress ? this.#ingress : this.#egress;
    const first = near * classCount * classCount;
    for (let other = 1; other < classCount; other++) {
      const at = other * this.#stride + relation;
      const column = classEnds[at + END.column];
      if (this.#turns[column] !== this.#turn) continue;
      const word = this.#yes[row[column]] & this.#yes[others[classEnds[at + way] + own]];
      const pair = isEgress ? one * classCount + other : other * classCount + one;
      if (!write(first + pair, word & this.#asked)) return false;
    }
    return true;
  }

  #numberEnds(): boolean {
    const { endRules, questionCount } = this.#image;
    const ends = this.#ends;
    if (ends.count > MAX_NARROW || ends.count * questionCount * 2 > endRules.length) return false;
    for (let end = this.#yes.length; end < ends.count; end++) {
      this.#yes.push(endWord(this.#image, { ends, end }));
      writeEndRules(this.#image, this.#asked, { ends, end }, endRules);
    }
    return true;
  }

  #sideOf(one: number, isEgress: boolean): EndSide {
    const { classes } = this.#image;
    const at = one * CLASS_WORDS;
    return {
      place: classes[at + CLASS.place],
      realm: this.#hasRealms ? classes[at + CLASS.realm] : -1,
      group: classes[at + (isEgress ? CLASS.groupEgress : CLASS.groupIngress)],
      policy: classes[at + (isEgress ? CLASS.policyEgress : CLASS.policyIngress)],
    };
  }
}

interface Way {
  readonly near: number;
  readonly isEgress: boolean;
}

interface ChangedRow {
  /** Its ends by column. */
  readonly row: Uint16Array;
  readonly write: WritePair;
}

function narrowView({ buffer, byteOffset, length }: Int32Array): Uint16Array {
  return new Uint16Array(buffer, byteOffset, length * 2);
}
