import { ICMP, ICMPV6 } from "../net/protocol.ts";
import type { Attachment } from "../paths/attachment.ts";
import type { AttachedEnd, BranchEnd, End, OrdinaryEnd } from "../paths/end.ts";
import type { Model } from "../world/settings.ts";
import type { PortQuestion } from "./questions.ts";

/** The end of a pod that has not ended. */
export type PodEnd = BranchEnd | OrdinaryEnd | Extract<AttachedEnd, { readonly kind: "node" }>;

/** How a pod sits on its node, for the question who is asked. */
export const PLACES = { strict: 0, standard: 1, ordinary: 2, host: 3 } as const;
/** Number of places. */
export const PLACE_COUNT = 4;

/** Who is asked between two pods of one node. */
export const NEAR = {
  /** The same as between nodes. */
  asApart: 0,
  /** No group at all. */
  unasked: 1,
  /** The destination's groups alone. */
  ingressOnly: 2,
} as const;

/** The end of a pod, or undefined when it has ended or is none. */
export function asPodEnd(end: End): PodEnd | undefined {
  switch (end.kind) {
    case "branch":
    case "ordinary":
    case "node":
      return end;
    case "interface":
    case "address":
    case "ended":
      return undefined;
  }
}

/** How the pod sits on its node. */
export function placeOf(end: PodEnd): number {
  switch (end.kind) {
    case "branch":
      return PLACES[end.mode];
    case "ordinary":
      return PLACES.ordinary;
    case "node":
      return PLACES.host;
  }
}

/** Who is asked between two pods of one node, by source * PLACE_COUNT + destination. */
export function nearTable(model: Model): Int32Array {
  return Int32Array.from({ length: PLACE_COUNT * PLACE_COUNT }, (_, at) => {
    return nearOf(Math.floor(at / PLACE_COUNT), at % PLACE_COUNT, model);
  });
}

// The same as `isUnaskedOnOneNode` and the probe in paths, for places.
function nearOf(source: number, destination: number, model: Model): number {
  const { strict, standard, host } = PLACES;
  if (source === strict || destination === strict) return NEAR.asApart;
  const hasBranch = source === standard || destination === standard;
  if (!hasBranch || model === "datapath" || destination === host) return NEAR.unasked;
  return source === host ? NEAR.ingressOnly : NEAR.asApart;
}

/** Address families in the order of a pod's addresses; 0 is not known, the last is no pod. */
const familyOrders = [undefined, [4], [6], [4, 6], [6, 4], []] as const;
/** Number of orders of families. */
export const FAMILY_ORDERS = familyOrders.length;
/** The order of what is no pod: it shares no family with anybody. */
export const NO_FAMILY = FAMILY_ORDERS - 1;

/** Which order of families an interface has. */
export function familyOrderOf({ addresses }: Attachment): number {
  const [first] = addresses;
  if (first === undefined) return 0;
  const hasBoth = addresses.some(({ family }) => family !== first.family);
  if (first.family === 4) return hasBoth ? 3 : 1;
  return hasBoth ? 4 : 2;
}

/**
 * Questions that are asked over IPv4, then those over IPv6, by
 * 2 * (source's order * FAMILY_ORDERS + destination's order); those in neither have no way.
 */
export function familyTable(questions: readonly PortQuestion[]): Int32Array {
  const table = new Int32Array(2 * FAMILY_ORDERS * FAMILY_ORDERS);
  for (const [source, offered] of familyOrders.entries()) {
    for (const [destination, order] of familyOrders.entries()) {
      const at = 2 * (source * FAMILY_ORDERS + destination);
      for (const [bit, { protocol }] of questions.entries()) {
        const fitting = bothFamilies(protocol);
        const wanted: readonly (4 | 6)[] = order ?? fitting;
        // The same order as `familyOf` in paths: ICMP of the other family comes last.
        const inOrder = [...wanted.filter((one) => fitting.includes(one)), ...wanted];
        const family = inOrder.find((one) => offered === undefined || isIn(offered, one));
        if (family === 4) table[at] |= 1 << bit;
        if (family === 6) table[at + 1] |= 1 << bit;
      }
    }
  }
  return table;
}

function isIn(families: readonly (4 | 6)[], family: 4 | 6): boolean {
  return families.includes(family);
}

function bothFamilies(protocol: number): readonly (4 | 6)[] {
  if (protocol === ICMPV6) return [6];
  return protocol === ICMP ? [4] : [4, 6];
}
