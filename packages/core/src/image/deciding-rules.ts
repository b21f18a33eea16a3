import type { Address } from "../net/address.ts";
import { type Cidr, cidrContains } from "../net/cidr.ts";
import { ICMP, ICMPV6 } from "../net/protocol.ts";
import type { Image } from "./image.ts";
import { NODE_BITS, RULE_WORDS, SET_MASK } from "./layout.ts";
import { leafOf } from "./leaf-of.ts";
import { FAMILY_6 } from "./rule-columns.ts";
import { FIRST_BARE_KEY, SLOT_KEYS, SLOT_PROTOCOLS } from "./traffic-keys.ts";

/** One question to an image. */
export interface ImageFlow {
  /** Number of the interface that is asked. */
  readonly eni: number;
  readonly isEgress: boolean;
  /** The peer. */
  readonly address: Address;
  /** Protocol number, 0..255. */
  readonly protocol: number;
  /** Port; for ICMP type << 8 | code. */
  readonly port: number;
}

/** A rule that allows, by the ids the image was compiled from. */
export interface RuleReference {
  readonly groupId: string;
  readonly ruleId: string;
}

/**
 * The rules that allow a flow, sorted by group and rule id; none when the verdict is 0.
 *
 * Reads the cold columns: linear in the rules of the interface's groups. Throws nothing; an
 * interface that does not exist has no rules.
 */
export function decidingRules(image: Image, flow: ImageFlow): readonly RuleReference[] {
  const found = new Map<string, RuleReference>();
  const key = keyOf(flow);
  const groups = groupsOfSet(image, (leafOf(image, flow.address) >>> NODE_BITS) & SET_MASK);
  for (const unit of unitsOf(image, flow)) {
    const [first, last, groupText] = image.unitRules.subarray(3 * unit, 3 * unit + 3);
    const groupId = textAt(image, groupText);
    const end = Math.min(last, image.rules.length / RULE_WORDS);
    for (let rule = first; rule < end; rule++) {
      const at = rule * RULE_WORDS;
      if (key < image.rules[at + 5] || key > image.rules[at + 6]) continue;
      if (!coversPeer(image, at, { address: flow.address, groups })) continue;
      const ruleId = textAt(image, image.rules[at + 7]);
      found.set(`${groupId} ${ruleId}`, { groupId, ruleId });
    }
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}

function unitsOf({ interfaces, unitLists, stride }: Image, { eni, isEgress }: ImageFlow) {
  const cell = interfaces[2 * eni + (isEgress ? 1 : 0)] ?? 0;
  if (cell >= 0) return [cell / stride];
  const list = ~cell;
  return [...unitLists.subarray(list + 1, list + 1 + (unitLists[list] & 255))].map((offset) => {
    return offset / stride;
  });
}

// Any protocol may be asked about.
const portProtocols: readonly number[] = SLOT_PROTOCOLS;

function keyOf({ address, protocol, port }: ImageFlow): number {
  const foreign = address.family === 4 ? ICMPV6 : ICMP;
  const slot = protocol === foreign ? -1 : portProtocols.indexOf(protocol);
  return slot < 0 ? FIRST_BARE_KEY + protocol : slot * SLOT_KEYS + port;
}

function groupsOfSet({ setGroups }: Image, set: number): ReadonlySet<number> {
  return new Set(setGroups.subarray(setGroups[set], setGroups[set + 1]));
}

function coversPeer(
  { rules }: Image,
  at: number,
  peer: { readonly address: Address; readonly groups: ReadonlySet<number> },
): boolean {
  const length = rules[at];
  if (length < 0) return peer.groups.has(rules[at + 1]);
  const cidr: Cidr =
    length < FAMILY_6
      ? { family: 4, base: rules[at + 1], prefixLength: length }
      : {
          family: 6,
          base: [rules[at + 1], rules[at + 2], rules[at + 3], rules[at + 4]],
          prefixLength: length - FAMILY_6,
        };
  return cidrContains(cidr, peer.address);
}

function textAt({ texts }: Image, at: number): string {
  return String.fromCharCode(...texts.subarray(at + 1, at + 1 + (texts[at] & 0x1fff)));
}
