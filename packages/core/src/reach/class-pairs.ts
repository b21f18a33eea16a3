import { CellPairs } from "./cell-pairs.ts";
import { type EndTables, endTables, NO_END } from "./end-tables.ts";
import { FAMILY_ORDERS, PLACES } from "./placement.ts";
import {
  CLASS,
  CLASS_WORDS,
  END,
  MAX_PAIRED_CLASSES,
  type ReachCounts,
  type ReachTables,
} from "./reach-layout.ts";

/** Columns of pairs of few classes. */
export interface PairColumns {
  /** Number of the word of each pair, those of one node behind the others where nodes matter. */
  readonly pairs: Int32Array;
  /** Distinct words. */
  readonly pairWords: Int32Array;
  /** By class: where its rows of ends begin, and its column. */
  readonly classEnds: Int32Array;
  /** Numbers of what decides at one end, 16 bits each, by row and column. */
  readonly egressEnds: Int32Array;
  readonly ingressEnds: Int32Array;
  /** By number and question: what decides there, as `endWord` has it. */
  readonly endRules: Int32Array;
}

/** All pairs of few classes, with what is needed to follow edits. */
export interface PairedClasses {
  readonly pairs: PairColumns & Pick<ReachCounts, "pairBytes" | "hasNearPairs">;
  /** Numbers of the words of pairs. */
  readonly words: CellPairs;
  /** Ends by number, where these are kept. */
  readonly ends: CellPairs | undefined;
}

const none = new Int32Array(0);
const noEnds = { classEnds: none, egressEnds: none, ingressEnds: none, endRules: none };
const noPairs = {
  ...{ pairs: none, pairWords: none, ...noEnds },
  ...{ pairBytes: 0, hasNearPairs: 0 },
};

/** Most numbers of 16 bits. */
export const MAX_NARROW = 2 ** 16;

/**
 * Asks the tables about all pairs of classes; none are kept when classes are many.
 *
 * @param isApart gives every class rows of ends of its own, so that edits can change them.
 */
export function classPairs(image: ReachTables, isApart: boolean): PairedClasses {
  const { classCount } = image;
  const numbers = new CellPairs();
  if (classCount > MAX_PAIRED_CLASSES) return { pairs: noPairs, words: numbers, ends: undefined };
  const hasNearPairs = Number(doesNodeMatter(image));
  const words = new Int32Array((1 + hasNearPairs) * classCount * classCount);
  const asked = familiesAsked(image);
  let decided: DecidedEnds | undefined;
  for (const v6 of asked) {
    const tables = endTables(image, v6, { relations: 1 + hasNearPairs, isApart });
    addWords(image, v6, tables, words);
    // What decides is kept where it is the same for all questions.
    if (asked.length === 1) decided = decidedEnds(image, v6, tables);
  }
  const bytesMin = isApart && image.questionCount > 8 ? 2 : 1;
  const pairs = { ...numbered(words, numbers, bytesMin), ...(decided?.columns ?? noEnds) };
  return { pairs: { ...pairs, hasNearPairs }, words: numbers, ends: decided?.ends };
}

// Strict branches see no difference between pods of their node and others.
function doesNodeMatter({ classes }: ReachTables): boolean {
  for (let at = CLASS_WORDS; at < classes.length; at += CLASS_WORDS) {
    if (classes[at + CLASS.place] !== PLACES.strict) return true;
  }
  return false;
}

/** Which families some pair of classes asks a question over: 0 for IPv4, 1 for IPv6. */
export function familiesAsked(image: ReachTables): readonly (0 | 1)[] {
  const orders = [...new Set(ordersOf(image).subarray(1))];
  return ([0, 1] as const).filter((v6) =>
    orders.some((one) => orders.some((two) => familyWord(image, one, two, v6) !== 0)),
  );
}

function familyWord({ familyTable }: ReachTables, source: number, destination: number, v6: 0 | 1) {
  return familyTable[2 * (source * FAMILY_ORDERS + destination) + v6];
}

/** By class: the order of its families. */
function ordersOf({ classes, classCount }: ReachTables): Int32Array {
  return Int32Array.from({ length: classCount }, (_, one) => {
    return classes[one * CLASS_WORDS + CLASS.families];
  });
}

/** Adds the answers of one family to the words of all pairs. */
function addWords(image: ReachTables, v6: 0 | 1, tables: EndTables, words: Int32Array): void {
  const { classCount } = image;
  const { egress } = tables;
  const yes = endWords(image, tables);
  const orders = ordersOf(image);
  const taken = new Int32Array(classCount);
  for (let near = 0, at = 0; at < words.length; near++) {
    const rows = endFields(tables, near * END.near + END.egress);
    const columns = endFields(tables, near * END.near + END.column);
    const takenOf = bindTaken(tables, yes, near);
    for (let source = 0; source < classCount; source++) {
      const own = ALL_ORDERS.map((order) => familyWord(image, orders[source], order, v6));
      const asked = Int32Array.from(own);
      const row = rows[source];
      takenOf(columns[source], taken);
      for (let to = 0; to < classCount; to++, at++) {
        words[at] |= yes[egress[row + columns[to]]] & taken[to] & asked[orders[to]];
      }
    }
  }
}

/** Columns whose answers are read together: those of a cache line. */
const lineColumns = 16;

// Binds: by destination, what it takes from the sources of a column. Rows are read a line at a time
// because columns are asked for in their order, or nearly.
function bindTaken(tables: EndTables, yes: Int32Array, near: number) {
  const rows = endFields(tables, near * END.near + END.ingress);
  const { ingress } = tables;
  const line = new Int32Array(rows.length * lineColumns);
  let shown = -1;
  return (column: number, out: Int32Array) => {
    const first = column & -lineColumns;
    if (first !== shown) {
      shown = first;
      for (let to = 0, at = 0; to < rows.length; to++) {
        const from = rows[to] + first;
        // Behind the last column the next row begins, which nobody reads here.
        for (let c = 0; c < lineColumns; c++) line[at++] = yes[ingress[from + c]];
      }
    }
    const own = column - first;
    for (let to = 0; to < out.length; to++) out[to] = line[to * lineColumns + own];
  };
}

const ALL_ORDERS = Array.from({ length: FAMILY_ORDERS }, (_, order) => order);

function endFields({ classEnds, stride }: EndTables, field: number): Int32Array {
  return Int32Array.from({ length: classEnds.length / stride }, (_, one) => {
    return classEnds[one * stride + field];
  });
}

/** By end: what is allowed there for certain. */
function endWords(image: ReachTables, { ends }: EndTables): Int32Array {
  return Int32Array.from({ length: ends.count }, (_, end) => endWord(image, { ends, end }));
}

/** Numbers the words of pairs, in as few bytes as their count allows. */
function numbered(words: Int32Array, known: CellPairs, bytesMin: 1 | 2) {
  let [last, number] = [words[0], known.of(words[0], 0)];
  for (let at = 0; at < words.length; at++) {
    if (words[at] !== last) {
      last = words[at];
      number = known.of(last, 0);
    }
    words[at] = number;
  }
  const pairWords = Int32Array.from({ length: known.count }, (_, one) => known.words[2 * one]);
  const few = known.count <= 2 ** 8 ? 1 : 2;
  const pairBytes = known.count > MAX_NARROW ? 4 : Math.max(bytesMin, few);
  return { pairs: narrowed(words, pairBytes), pairWords, pairBytes };
}

/** Numbers as words that hold `bytes` each. */
function narrowed(numbers: Int32Array, bytes: number): Int32Array {
  if (bytes === 4) return numbers;
  const words = new Int32Array(Math.ceil((numbers.length * bytes) / 4));
  const narrow = bytes === 1 ? new Uint8Array(words.buffer) : new Uint16Array(words.buffer);
  narrow.set(numbers);
  return words;
}

interface DecidedEnds {
  readonly columns: Pick<PairColumns, keyof typeof noEnds>;
  readonly ends: CellPairs;
}

function decidedEnds(
  image: ReachTables,
  v6: 0 | 1,
  { classEnds, egress, ingress, ends }: EndTables,
): DecidedEnds | undefined {
  const asked = questionsOver(image, v6);
  if (asked === undefined || ends.count > MAX_NARROW) return undefined;
  const endRules = new Int32Array(ends.count * image.questionCount * 2);
  for (let end = 0; end < ends.count; end++) writeEndRules(image, asked, { ends, end }, endRules);
  const narrow = { egressEnds: narrowed(egress, 2), ingressEnds: narrowed(ingress, 2) };
  return { columns: { classEnds, endRules, ...narrow }, ends };
}

/** An end of a numbering. */
export interface NumberedEnd {
  readonly ends: CellPairs;
  readonly end: number;
}

/**
 * Writes what decides at an end, two words a question: the rule of groups + 1, shifted, with the
 * answer of the end as its lowest bit; and the rule of policies.
 */
export function writeEndRules(
  image: ReachTables,
  asked: number,
  numbered: NumberedEnd,
  out: Int32Array,
): void {
  const { questionCount, groupRules, policyRules } = image;
  const { ends, end } = numbered;
  const [group, policy] = [ends.words[2 * end], ends.words[2 * end + 1]];
  const yes = endWord(image, numbered) & asked;
  for (let question = 0; question < questionCount; question++) {
    const to = 2 * (end * questionCount + question);
    const isAsked = end !== NO_END && ((asked >>> question) & 1) === 1;
    const rule = isAsked && group >= 0 ? groupRules[group * questionCount + question] : -1;
    out[to] = ((rule + 1) << 1) | ((yes >>> question) & 1);
    out[to + 1] = isAsked ? policyRules[policy * questionCount + question] : -1;
  }
}

/** What is allowed at an end for certain. */
export function endWord({ groupYes, policyYes }: ReachTables, { ends, end }: NumberedEnd): number {
  if (end === NO_END) return 0;
  const group = ends.words[2 * end];
  return policyYes[ends.words[2 * end + 1]] & (group < 0 ? -1 : groupYes[group]);
}

/** The questions that every pair of classes asks over a family; undefined where pairs differ. */
export function questionsOver(image: ReachTables, v6: 0 | 1): number | undefined {
  const orders = [...new Set(ordersOf(image).subarray(1))];
  const words = orders.flatMap((one) => orders.map((two) => familyWord(image, one, two, v6)));
  return words.every((word) => word === words[0]) ? words[0] : undefined;
}
