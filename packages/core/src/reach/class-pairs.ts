import { bindClassKernels } from "./class-kernels.ts";
import { PLACES } from "./placement.ts";
import type { ReachImage } from "./reach-image.ts";
import { CLASS, CLASS_WORDS, MAX_PAIRED_CLASSES } from "./reach-layout.ts";
import { Tuples } from "./tuples.ts";

/** All pairs of few classes, those of one node behind the others where nodes matter. */
export interface ClassPairs {
  /** Number of the word of each pair, `pairBytes` each. */
  readonly pairs: Int32Array;
  /** Distinct words. */
  readonly pairWords: Int32Array;
  /** Numbers of what decides at the source and at the destination, side by side, 16 bits each. */
  readonly pairEnds: Int32Array;
  /** By number and question: a rule of groups, and one of policies. */
  readonly endRules: Int32Array;
  readonly pairBytes: number;
  readonly hasNearPairs: number;
}

const noPairs: ClassPairs = {
  pairs: new Int32Array(0),
  pairWords: new Int32Array(0),
  pairEnds: new Int32Array(0),
  endRules: new Int32Array(0),
  pairBytes: 0,
  hasNearPairs: 0,
};

/** Asks the tables about all pairs of classes; none are kept when classes are many. */
export function classPairs(image: ReachImage): ClassPairs {
  const { classCount } = image;
  if (classCount > MAX_PAIRED_CLASSES) return noPairs;
  const hasNearPairs = Number(doesNodeMatter(image));
  const relations = 1 + hasNearPairs;
  const { yes } = bindClassKernels(image);
  const words = new Tuples(1);
  const word = new Int32Array(1);
  const numbers = new Int32Array(relations * classCount * classCount);
  let at = 0;
  for (let near = 0; near < relations; near++) {
    for (let source = 0; source < classCount; source++) {
      for (let destination = 0; destination < classCount; destination++) {
        word[0] = yes(source, destination, near);
        numbers[at++] = words.intern(word, 0);
      }
    }
  }
  const pairBytes = words.count <= 2 ** 8 ? 1 : words.count <= 2 ** 16 ? 2 : 4;
  const pairWords = words.used().slice();
  const ends = endPairs(image, relations);
  return { pairs: narrowed(numbers, pairBytes), pairWords, ...ends, pairBytes, hasNearPairs };
}

/** Numbers as words that hold `bytes` each. */
function narrowed(numbers: Int32Array, bytes: number): Int32Array {
  if (bytes === 4) return numbers;
  const words = new Int32Array(Math.ceil((numbers.length * bytes) / 4));
  const narrow = bytes === 1 ? new Uint8Array(words.buffer) : new Uint16Array(words.buffer);
  narrow.set(numbers);
  return words;
}

// Strict branches see no difference between pods of their node and others.
function doesNodeMatter({ classes }: ReachImage): boolean {
  for (let at = CLASS_WORDS; at < classes.length; at += CLASS_WORDS) {
    if (classes[at + CLASS.place] !== PLACES.strict) return true;
  }
  return false;
}

// What decides is the same for all questions of one family, so that mixed pairs are left out.
function endPairs(image: ReachImage, relations: number) {
  const none = { pairEnds: noPairs.pairEnds, endRules: noPairs.endRules };
  const { classCount, questionCount } = image;
  if (!isOfOneFamily(image)) return none;
  const { cells } = bindClassKernels(image);
  const ends = new Tuples(2);
  const pairEnds = new Int32Array(relations * classCount * classCount);
  const out = new Int32Array(4);
  const pair = { source: 0, destination: 0, near: 0 };
  let at = 0;
  for (; pair.near < relations; pair.near++) {
    for (pair.source = 0; pair.source < classCount; pair.source++) {
      for (pair.destination = 0; pair.destination < classCount; pair.destination++) {
        cells(pair, 0, out);
        pairEnds[at++] = ends.intern(out, 0) | (ends.intern(out, 2) << 16);
      }
    }
    if (ends.count > 2 ** 16) return none;
  }
  const endRules = new Int32Array(ends.count * questionCount * 2).fill(-1);
  for (let end = 0; end < ends.count; end++) {
    const group = ends.words[2 * end];
    const policy = ends.words[2 * end + 1];
    for (let question = 0; question < questionCount; question++) {
      const to = 2 * (end * questionCount + question);
      if (group >= 0) endRules[to] = image.groupRules[group * questionCount + question];
      if (policy >= 0) endRules[to + 1] = image.policyRules[policy * questionCount + question];
    }
  }
  return { pairEnds, endRules };
}

// All pods have one known family, which every question is asked over.
function isOfOneFamily({ classes }: ReachImage): boolean {
  const orders = new Set<number>();
  for (let at = CLASS_WORDS; at < classes.length; at += CLASS_WORDS) {
    orders.add(classes[at + CLASS.families]);
  }
  return orders.size === 1 && !orders.has(0);
}
