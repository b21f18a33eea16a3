import { hasSeveralRealms } from "./class-cells.ts";
import type { Both } from "./joint-pods.ts";
import type { ReachImage } from "./reach-image.ts";
import { CLASS, CLASS_WORDS } from "./reach-layout.ts";
import { groupViews, policyViews } from "./reach-rows.ts";
import {
  DifferenceFinder,
  tablePair,
  turned,
  type WordPairs,
  wordPairs,
} from "./table-differences.ts";
import type { Lists, TableViews } from "./table-views.ts";

/** By the key of a source, lists of destinations that a table says something else of. */
interface Sight {
  /** By joint class: its key. */
  readonly keyOf: Int32Array;
  readonly lists: Lists;
  /** By item of a list: joint classes. */
  readonly members: Lists;
}

/**
 * Pairs of joint classes whose verdict may differ: those of which one of the tables says something
 * else than before, and all pairs of a class that sits in another way on its node.
 */
export class ChangedClasses {
  readonly #sights: readonly Sight[];
  readonly #count: number;
  readonly #isVolatile: Uint8Array;
  readonly #volatile: Int32Array;
  readonly #seen: Int32Array;
  #turn = 0;

  constructor(images: Both<ReachImage>, classes: Both<Int32Array>) {
    this.#count = classes.before.length;
    this.#seen = new Int32Array(this.#count);
    this.#sights = sightsOf(images, classes);
    const isVolatile = volatility(images, classes);
    this.#isVolatile = Uint8Array.from({ length: this.#count }, (_, at) => Number(isVolatile(at)));
    this.#volatile = Int32Array.from(this.#isVolatile.keys()).filter((at) => {
      return this.#isVolatile[at] === 1;
    });
  }

  /** Calls back with each destination that a source may reach otherwise, once. */
  visit(source: number, call: (destination: number) => void): void {
    if (this.#isVolatile[source] === 1) {
      for (let at = 0; at < this.#count; at++) call(at);
      return;
    }
    this.#turn++;
    const once = (destination: number) => {
      if (this.#seen[destination] === this.#turn) return;
      this.#seen[destination] = this.#turn;
      call(destination);
    };
    this.#volatile.forEach(once);
    for (const sight of this.#sights) visitSight(sight, source, once);
  }
}

function visitSight(
  { keyOf, lists, members }: Sight,
  source: number,
  call: (destination: number) => void,
): void {
  const key = keyOf[source];
  for (let i = lists.starts[key]; i < lists.starts[key + 1]; i++) {
    const list = lists.items[i];
    for (let at = members.starts[list]; at < members.starts[list + 1]; at++) {
      call(members.items[at]);
    }
  }
}

// Words of a class that decide who is asked, rather than what the tables say.
const placeWords = [CLASS.place, CLASS.families, CLASS.isScheduled] as const;

/** Tells joint classes of which another who may be asked than before. */
function volatility(
  { before, after }: Both<ReachImage>,
  classes: Both<Int32Array>,
): (at: number) => boolean {
  const isOtherModel = before.nearTable.some((asked, at) => asked !== after.nearTable[at]);
  // Each compile numbers realms on its own, which matters where there are several.
  if (isOtherModel || hasSeveralRealms(before) || hasSeveralRealms(after)) return () => true;
  return (at) => {
    const [old, now] = [classes.before[at] * CLASS_WORDS, classes.after[at] * CLASS_WORDS];
    return placeWords.some((word) => before.classes[old + word] !== after.classes[now + word]);
  };
}

const groupColumns = [CLASS.groupColumn4, CLASS.groupColumn6] as const;
const policyColumns = [
  CLASS.policyColumn4,
  CLASS.policyColumn6,
  CLASS.ownNodeColumn4,
  CLASS.ownNodeColumn6,
] as const;

function sightsOf(images: Both<ReachImage>, classes: Both<Int32Array>): readonly Sight[] {
  const records = { before: images.before.classes, after: images.after.classes };
  const pairsOf = (word: number) => wordPairs(word, classes, records);
  const groups = { before: groupViews(images.before), after: groupViews(images.after) };
  const policies = { before: policyViews(images.before), after: policyViews(images.after) };
  return [
    ...layerSights(groups, {
      egress: pairsOf(CLASS.groupEgress),
      ingress: pairsOf(CLASS.groupIngress),
      columns: distinct(groupColumns.map(pairsOf)),
    }),
    ...layerSights(policies, {
      egress: pairsOf(CLASS.policyEgress),
      ingress: pairsOf(CLASS.policyIngress),
      columns: distinct(policyColumns.map(pairsOf)),
    }),
  ];
}

interface Layer {
  readonly egress: WordPairs;
  readonly ingress: WordPairs;
  readonly columns: readonly WordPairs[];
}

function layerSights(views: Both<TableViews>, { egress, ingress, columns }: Layer): Sight[] {
  const tables = tablePair(views);
  return columns.flatMap((own) => {
    const finder = new DifferenceFinder(tables, own);
    const ofSources = turned(finder.differences(ingress), own.words.before.length);
    return [
      { keyOf: egress.of, lists: finder.differences(egress), members: own.classes },
      { keyOf: own.of, lists: ofSources, members: ingress.classes },
    ];
  });
}

// Columns are often the same over both families, and for pods of one node as for all.
function distinct(columns: readonly WordPairs[]): readonly WordPairs[] {
  return columns.filter((one, at) => {
    return !columns.slice(0, at).some((other) => isSame(one, other));
  });
}

function isSame(one: WordPairs, other: WordPairs): boolean {
  const wordOf = ({ of, words }: WordPairs, at: number) => [
    words.before[of[at]],
    words.after[of[at]],
  ];
  return one.of.every((_, at) => {
    const [[a, b], [c, d]] = [wordOf(one, at), wordOf(other, at)];
    return a === c && b === d;
  });
}
