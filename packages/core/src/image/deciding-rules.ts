import type { Address } from "../net/address.ts";
import { ICMP, ICMPV6 } from "../net/protocol.ts";
import type { Image } from "./image.ts";
import { NODE_BITS, NODE_MASK, RULE_WORDS, SET_MASK } from "./layout.ts";
import { leafOf } from "./leaf-of.ts";
import { textAt } from "./texts.ts";
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
  const { rules, texts } = image;
  const peers = peersOf(image, leafOf(image, flow.address));
  for (const unit of unitsOf(image, flow)) {
    const [first, last, groupText] = image.unitRules.subarray(3 * unit, 3 * unit + 3);
    const groupId = textAt(texts, groupText);
    const end = Math.min(last, rules.length / RULE_WORDS);
    // Damaged bytes may say anything of the first.
    for (let rule = Math.max(0, first); rule < end; rule++) {
      const at = rule * RULE_WORDS;
      if (key < rules[at + 1] || key > rules[at + 2] || !peers.has(rules[at])) continue;
      const ruleId = textAt(texts, rules[at + 3]);
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

/** Prefixes that may lie around one another: 129 lengths. */
const maxAround = 129;

// What rules may call the holder of a leaf: its groups, and the prefixes around it.
function peersOf({ setGroups, parents }: Image, leaf: number): ReadonlySet<number> {
  const set = (leaf >>> NODE_BITS) & SET_MASK;
  const peers = new Set<number>();
  for (const group of setGroups.subarray(setGroups[set], setGroups[set + 1])) peers.add(~group);
  let node = leaf & NODE_MASK;
  for (let steps = 0; steps < maxAround && node >= 0; steps++) {
    peers.add(node);
    node = parents[node] ?? -1;
  }
  return peers;
}
