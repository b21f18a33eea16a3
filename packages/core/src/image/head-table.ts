/** Most blocks under one first word lie under few of them: a way past the first three levels. */
export interface HeadTable {
  /** Pairs of a first word and its cell in the trie; a cell of 0 is an empty slot. */
  readonly heads6: Int32Array;
  /** How far the hash of a first word is shifted to be a slot. */
  readonly headShift: number;
}

/** Slots for each head, so that few of them meet. */
const slotsPerHead = 4;

/**
 * The table of the first 32 bits under which the IPv6 trie goes on, each in the one slot where it
 * can be; those that meet another there are left out, and found through the trie.
 */
export function headTable(heads: ReadonlyMap<number, number>): HeadTable {
  const headShift = Math.clz32(Math.max(8, slotsPerHead * heads.size) - 1);
  const heads6 = new Int32Array(2 * 2 ** (32 - headShift));
  for (const [word, cell] of heads) {
    const slot = headSlot(word, headShift);
    if (heads6[2 * slot + 1] === 0) heads6.set([word, cell], 2 * slot);
  }
  return { heads6, headShift };
}

/** The slot of a first word; the kernels do the same. */
function headSlot(word: number, headShift: number): number {
  return Math.imul(word, 0x9e3779b1) >>> headShift;
}
