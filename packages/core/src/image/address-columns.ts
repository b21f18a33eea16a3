import { formatIpv6, type Ipv6 } from "../net/ipv6.ts";
import { type ColumnSources, readyColumns } from "./column-source.ts";
import type { GroupSets, Holding } from "./group-sets.ts";
import { headTable } from "./head-table.ts";
import { type Host6, hostTable } from "./host-table.ts";
import { LEAF, NODE_BITS, NODE_MASK } from "./layout.ts";
import type { PrefixNodes } from "./prefix-nodes.ts";
import { SealedTrie4, sealedCellCount } from "./sealed-trie4.ts";
import type { SizedSplit } from "./trie-split.ts";
import { Trie4 } from "./trie4.ts";
import { leafOf6, type Paint6, Trie6 } from "./trie6.ts";

/** The columns that lead from an address to its leaf. */
export type AddressColumns = ColumnSources<
  "trie4" | "trie6" | "hosts6" | "deep6" | "seeds6" | "heads6"
>;

/** Makes the columns from prefixes (outer ones first) and from what interfaces hold. */
export function addressColumns(
  nodes: PrefixNodes,
  sets: GroupSets,
  split: SizedSplit,
): AddressColumns {
  const write = (place: Int32Array) => {
    const trie = Trie4.empty(place, split);
    trie.paintNodes(nodes);
    for (const { cidr, set } of sets.prefixes) {
      if (cidr.family === 4) trie.paintSet(cidr.base, cidr.prefixLength, set);
    }
    trie.paintHosts(sets);
    SealedTrie4.seal(trie, split);
  };
  const trie4 = { length: sealedCellCount(nodes, sets, split), write };
  return { trie4, ...readyColumns(columns6(nodes, sets)) };
}

function columns6(nodes: PrefixNodes, sets: GroupSets) {
  const paints = [...nodePaints(nodes), ...sets.prefixes.flatMap(paintOf)];
  const blocks = paints.filter(({ prefixLength }) => prefixLength < 128);
  const outer = trieOf(blocks);
  const hosts = hostsOf(nodes, sets, (ip) => leafOf6(outer.trie6, outer.deep6, ip));
  const { hosts6, seeds6, rest } = hostTable(hosts);
  // A host without a slot is a prefix of its /64.
  const restPaints = rest.map(({ address, leaf }) => {
    return { base: address, prefixLength: 128, change: () => leaf };
  });
  const { heads, ...trie } = rest.length === 0 ? outer : trieOf([...blocks, ...restPaints]);
  return { ...trie, hosts6, seeds6, heads6: headTable(heads).heads6 };
}

function trieOf(paints: readonly Paint6[]) {
  const trie = new Trie6();
  for (const paint of paints) if (paint.prefixLength <= 64) trie.paint(paint);
  for (const inside of bySubnet(paints).values()) trie.paintDeep(inside[0].base, inside);
  return { trie6: trie.cells.used(), deep6: trie.deep.used(), heads: trie.heads };
}

function nodePaints({ blocks6, first6 }: PrefixNodes): readonly Paint6[] {
  return blocks6.map(({ base, prefixLength }, at) => {
    return { base, prefixLength, change: withNode(first6 + at) };
  });
}

function paintOf({ cidr, set }: Holding): readonly Paint6[] {
  return cidr.family === 6 ? [{ ...cidr, change: withSet(set) }] : [];
}

function bySubnet(paints: readonly Paint6[]): ReadonlyMap<string, Paint6[]> {
  const subnets = new Map<string, Paint6[]>();
  for (const paint of paints) {
    const { base, prefixLength } = paint;
    if (prefixLength <= 64) continue;
    const key = `${base[0]} ${base[1]}`;
    const subnet = subnets.get(key);
    if (subnet === undefined) subnets.set(key, [paint]);
    else subnet.push(paint);
  }
  return subnets;
}

// Single addresses that a rule names or an interface holds.
function hostsOf(
  { blocks6, first6 }: PrefixNodes,
  { hosts6, prefixes }: GroupSets,
  leafOf: (address: Ipv6) => number,
): readonly Host6[] {
  const byText = new Map<string, { readonly address: Ipv6; leaf: number }>();
  const paint = (address: Ipv6, change: (leaf: number) => number) => {
    const text = formatIpv6(address);
    const host = byText.get(text) ?? { address, leaf: leafOf(address) };
    byText.set(text, { address, leaf: change(host.leaf) });
  };
  for (const [at, { base, prefixLength }] of blocks6.entries()) {
    if (prefixLength === 128) paint(base, withNode(first6 + at));
  }
  for (const { cidr, set } of [...prefixes, ...hosts6]) {
    if (cidr.family === 6 && cidr.prefixLength === 128) paint(cidr.base, withSet(set));
  }
  return [...byText.values()];
}

function withNode(node: number): (leaf: number) => number {
  return (leaf) => (leaf & ~NODE_MASK) | node;
}

function withSet(set: number): (leaf: number) => number {
  const bits = LEAF | (set << NODE_BITS);
  return (leaf) => (leaf & NODE_MASK) | bits;
}
