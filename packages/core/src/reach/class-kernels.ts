import { bindClassCells, type ClassCells } from "./class-cells.ts";
import { NEAR } from "./placement.ts";
import type { ReachImage } from "./reach-image.ts";
import { CLASS, CLASS_WORDS } from "./reach-layout.ts";

/** Questions about pairs of classes; `near` is 1 for pods of one node, else 0. */
export interface ClassKernels {
  /** Answers that are yes for certain, a bit a question. */
  readonly yes: (source: number, destination: number, near: number) => number;
  /** Answers that are not no for certain. */
  readonly maybe: (source: number, destination: number, near: number) => number;
  /** Writes the cells that decide a question, two of groups, two of policies; -1 where none is. */
  readonly cells: (pair: ClassPair, question: number, out: Int32Array) => void;
}

/** Two classes in a relation. */
interface ClassPair {
  source: number;
  destination: number;
  near: number;
}

/** Binds the kernels that look into the tables; they need no pairs. */
export function bindClassKernels(image: ReachImage): ClassKernels {
  const { classes, familyTable } = image;
  const cells = bindClassCells(image);
  const certain = bindWords(image, cells, image.groupYes, image.policyYes);
  const likely = bindWords(image, cells, image.groupMaybe, image.policyMaybe);
  return {
    yes: (source, destination, near) => {
      const a = source * CLASS_WORDS;
      const b = destination * CLASS_WORDS;
      const asked = cells.askedOf(a, b, near);
      return cells.isForeign(a, b, asked) ? 0 : certain(a, b, near, asked);
    },
    maybe: (source, destination, near) => {
      const a = source * CLASS_WORDS;
      const b = destination * CLASS_WORDS;
      const asked = cells.askedOf(a, b, near);
      if (cells.isForeign(a, b, asked)) {
        const at = cells.familyAt(a, b);
        return familyTable[at] | familyTable[at + 1];
      }
      const isPlaced = (classes[a + CLASS.isScheduled] & classes[b + CLASS.isScheduled]) === 1;
      // A pod without a node may land where nobody is asked.
      const mayBeNear = !isPlaced && cells.askedOf(a, b, 1) === NEAR.unasked;
      return likely(a, b, near, mayBeNear ? NEAR.unasked : asked);
    },
    cells: bindRules(image, cells),
  };
}

// What both layers say at both ends, over each family that is used.
function bindWords(
  { familyTable }: ReachImage,
  cells: ClassCells,
  group: Int32Array,
  policy: Int32Array,
) {
  const over = (a: number, b: number, column: number, asked: number): number => {
    const v6 = column & 1;
    let word = policy[cells.policyEgress(a, b, column)] & policy[cells.policyIngress(a, b, column)];
    if (asked !== NEAR.unasked) word &= group[cells.groupIngress(a, b, v6)];
    if (asked === NEAR.asApart) word &= group[cells.groupEgress(a, b, v6)];
    return word;
  };
  return (a: number, b: number, near: number, asked: number): number => {
    const at = cells.familyAt(a, b);
    const by4 = familyTable[at];
    const by6 = familyTable[at + 1];
    let word = 0;
    if (by4 !== 0) word = by4 & over(a, b, 2 * near, asked);
    if (by6 !== 0) word |= by6 & over(a, b, 2 * near + 1, asked);
    return word;
  };
}

function bindRules({ familyTable }: ReachImage, cells: ClassCells): ClassKernels["cells"] {
  return ({ source, destination, near }, question, out) => {
    const a = source * CLASS_WORDS;
    const b = destination * CLASS_WORDS;
    out.fill(-1);
    const at = cells.familyAt(a, b);
    const v6 = (familyTable[at] >>> question) & 1 ? 0 : 1;
    const hasFamily = ((familyTable[at + v6] >>> question) & 1) === 1;
    const asked = cells.askedOf(a, b, near);
    if (!hasFamily || cells.isForeign(a, b, asked)) return;
    const column = 2 * near + v6;
    if (asked === NEAR.asApart) out[0] = cells.groupEgress(a, b, v6);
    out[1] = cells.policyEgress(a, b, column);
    if (asked !== NEAR.unasked) out[2] = cells.groupIngress(a, b, v6);
    out[3] = cells.policyIngress(a, b, column);
  };
}
