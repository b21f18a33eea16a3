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
  /** Writes the deciding rules of a question, as {@link ReachKernels} has them. */
  readonly rules: (pair: ClassPair, question: number, out: Int32Array) => void;
}

/** Two classes in a relation. */
interface ClassPair {
  readonly source: number;
  readonly destination: number;
  readonly near: number;
}

/** Words of the cells of both tables. */
interface CellWords {
  readonly group: Int32Array;
  readonly policy: Int32Array;
}

/** Binds the kernels that look into the tables; they need no pairs. */
export function bindClassKernels(image: ReachImage): ClassKernels {
  const { classes, familyTable } = image;
  const cells = bindClassCells(image);
  const wordOf = bindWords(image, cells);
  const certain = { group: image.groupYes, policy: image.policyYes };
  const likely = { group: image.groupMaybe, policy: image.policyMaybe };
  return {
    yes: (source, destination, near) => {
      const [a, b] = [source * CLASS_WORDS, destination * CLASS_WORDS];
      const asked = cells.askedOf(a, b, near);
      return cells.isForeign(a, b, asked) ? 0 : wordOf({ a, b, near, asked }, certain);
    },
    maybe: (source, destination, near) => {
      const [a, b] = [source * CLASS_WORDS, destination * CLASS_WORDS];
      const asked = cells.askedOf(a, b, near);
      if (cells.isForeign(a, b, asked)) {
        const at = cells.familyAt(a, b);
        return familyTable[at] | familyTable[at + 1];
      }
      const isPlaced = (classes[a + CLASS.isScheduled] & classes[b + CLASS.isScheduled]) === 1;
      // A pod without a node may land where nobody is asked.
      const mayBeNear = !isPlaced && cells.askedOf(a, b, 1) === NEAR.unasked;
      return wordOf({ a, b, near, asked: mayBeNear ? NEAR.unasked : asked }, likely);
    },
    rules: bindRules(image, cells),
  };
}

/** Records of two classes, and who is asked between them. */
interface AskedPair {
  readonly a: number;
  readonly b: number;
  readonly near: number;
  readonly asked: number;
}

// What both layers say at both ends, over each family that is used.
function bindWords({ familyTable }: ReachImage, cells: ClassCells) {
  const groupWord = (a: number, b: number, v6: number, { asked, words }: Asked) => {
    if (asked === NEAR.unasked) return -1;
    const ingress = words[cells.groupIngress(a, b, v6)];
    return asked === NEAR.ingressOnly ? ingress : ingress & words[cells.groupEgress(a, b, v6)];
  };
  return ({ a, b, near, asked }: AskedPair, { group, policy }: CellWords): number => {
    const at = cells.familyAt(a, b);
    let word = 0;
    for (let v6 = 0; v6 < 2; v6++) {
      const own = familyTable[at + v6];
      if (own === 0) continue;
      const column = 2 * near + v6;
      word |=
        own &
        groupWord(a, b, v6, { asked, words: group }) &
        policy[cells.policyEgress(a, b, column)] &
        policy[cells.policyIngress(a, b, column)];
    }
    return word;
  };
}

interface Asked {
  readonly asked: number;
  readonly words: Int32Array;
}

function bindRules(image: ReachImage, cells: ClassCells): ClassKernels["rules"] {
  const { familyTable, questionCount } = image;
  return ({ source, destination, near }, question, out) => {
    const [a, b] = [source * CLASS_WORDS, destination * CLASS_WORDS];
    out.fill(-1);
    const at = cells.familyAt(a, b);
    const v6 = (familyTable[at] >>> question) & 1 ? 0 : 1;
    const hasFamily = ((familyTable[at + v6] >>> question) & 1) === 1;
    const asked = cells.askedOf(a, b, near);
    if (!hasFamily || cells.isForeign(a, b, asked)) return;
    const column = 2 * near + v6;
    const ruleOf = (rules: Int32Array, cell: number) => rules[cell * questionCount + question];
    if (asked === NEAR.asApart) out[0] = ruleOf(image.groupRules, cells.groupEgress(a, b, v6));
    out[1] = ruleOf(image.policyRules, cells.policyEgress(a, b, column));
    if (asked !== NEAR.unasked) out[2] = ruleOf(image.groupRules, cells.groupIngress(a, b, v6));
    out[3] = ruleOf(image.policyRules, cells.policyIngress(a, b, column));
  };
}
