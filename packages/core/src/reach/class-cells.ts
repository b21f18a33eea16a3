import { PAGE_BITS, PAGE_SHIFT, slotShift } from "./pair-table.ts";
import { FAMILY_ORDERS, NEAR, PLACE_COUNT } from "./placement.ts";
import type { ReachImage } from "./reach-image.ts";
import { CLASS, CLASS_WORDS } from "./reach-layout.ts";

type FindCell = (row: number, column: number) => number;

/** Finds cells of a table, with its arrays bound. */
function bindTable(slots: Int32Array, pages: Int32Array, defaults: Int32Array): FindCell {
  const mask = (slots.length >> 1) - 1;
  const shift = slotShift(slots);
  const columnMask = (1 << PAGE_SHIFT) - 1;
  return (row, column) => {
    const key = (((row << PAGE_BITS) | (column >> PAGE_SHIFT)) + 1) | 0;
    let slot = Math.imul(key, 0x9e3779b1) >>> shift;
    // Tables are at most half full; the bound is for damaged ones.
    for (let tries = 0; tries <= mask; tries++) {
      const found = slots[2 * slot];
      if (found === key) return pages[(slots[2 * slot + 1] << PAGE_SHIFT) + (column & columnMask)];
      if (found === 0) break;
      slot = (slot + 1) & mask;
    }
    return defaults[row];
  };
}

/**
 * Where the tables have the answers for two classes. Classes are offsets of their records, `a` of
 * the source, `b` of the destination.
 */
export interface ClassCells {
  /** Who is asked, as NEAR has it. */
  readonly askedOf: (a: number, b: number, near: number) => number;
  /** Offset of the questions over IPv4 in the table of families; those over IPv6 follow. */
  readonly familyAt: (a: number, b: number) => number;
  /** True where packets cross between realms, two VPCs for instance: the evaluator's matter. */
  readonly isForeign: (a: number, b: number, asked: number) => boolean;
  /** Cells of the groups of both ends; `v6` is 1 for IPv6. */
  readonly groupEgress: (a: number, b: number, v6: number) => number;
  readonly groupIngress: (a: number, b: number, v6: number) => number;
  /** Cells of the policies of both ends; `column` is `v6`, and 2 more for pods of one node. */
  readonly policyEgress: (a: number, b: number, column: number) => number;
  readonly policyIngress: (a: number, b: number, column: number) => number;
}

/** Binds the look-ups of an image. */
export function bindClassCells(image: ReachImage): ClassCells {
  const { classes, nearTable } = image;
  const group = bindTable(image.groupSlots, image.groupPages, image.groupDefaults);
  const policy = bindTable(image.policySlots, image.policyPages, image.policyDefaults);
  const hasForeign = hasSeveralRealms(image);
  return {
    askedOf: (a, b, near) => {
      if (near === 0) return NEAR.asApart;
      return nearTable[classes[a + CLASS.place] * PLACE_COUNT + classes[b + CLASS.place]];
    },
    familyAt: (a, b) =>
      2 * (classes[a + CLASS.families] * FAMILY_ORDERS + classes[b + CLASS.families]),
    isForeign: (a, b, asked) => {
      if (!hasForeign || asked === NEAR.unasked) return false;
      const one = classes[a + CLASS.realm];
      const two = classes[b + CLASS.realm];
      return (one !== two && one >= 0 && two >= 0) || one < -1 || two < -1;
    },
    groupEgress: (a, b, v6) =>
      group(classes[a + CLASS.groupEgress], classes[b + CLASS.groupColumn4 + v6]),
    groupIngress: (a, b, v6) =>
      group(classes[b + CLASS.groupIngress], classes[a + CLASS.groupColumn4 + v6]),
    policyEgress: (a, b, column) =>
      policy(classes[a + CLASS.policyEgress], classes[b + CLASS.policyColumn4 + column]),
    policyIngress: (a, b, column) =>
      policy(classes[b + CLASS.policyIngress], classes[a + CLASS.policyColumn4 + column]),
  };
}

/** True when some packets between pods of the image cross realms. */
export function hasSeveralRealms({ classes }: Pick<ReachImage, "classes">): boolean {
  const realms = new Set<number>();
  // Class 0 is no pod.
  for (let at = CLASS_WORDS; at < classes.length; at += CLASS_WORDS) {
    realms.add(classes[at + CLASS.realm]);
  }
  realms.delete(-1);
  return realms.size > 1 || realms.has(-2);
}
