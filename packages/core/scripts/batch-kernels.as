// The batch kernels of the WASM build: AssemblyScript, put behind kernel-memory.as.
//
// WASM has no gather. A vector of four addresses is stored, four loads take theirs from there, and
// what they bring is a vector again: two instructions a load, and a quarter of one for arithmetic.
// A chunk of headers goes through one stage after the other, each a loop of its own, so that loads
// of many headers wait for memory together, where one header's would wait for each other.

/** The words at four addresses; `look` is room for the addresses. */
// @ts-ignore: decorator
@inline function words(look: i32, at: v128): v128 {
  v128.store(look, at);
  let found = v128.load32_zero(load<i32>(look));
  found = v128.load_lane<i32>(load<i32>(look, 4), found, 1);
  found = v128.load_lane<i32>(load<i32>(look, 8), found, 2);
  return v128.load_lane<i32>(load<i32>(look, 12), found, 3);
}

/** The 16-bit numbers at the four addresses that lie at `look`. */
// @ts-ignore: decorator
@inline function halves(look: i32, zero: v128): v128 {
  let found = v128.load_lane<u16>(load<i32>(look), zero, 0);
  found = v128.load_lane<u16>(load<i32>(look, 4), found, 2);
  found = v128.load_lane<u16>(load<i32>(look, 8), found, 4);
  return v128.load_lane<u16>(load<i32>(look, 12), found, 6);
}

/** The bytes at the four addresses that lie at `look`. */
// @ts-ignore: decorator
@inline function bytes(look: i32, zero: v128): v128 {
  let found = v128.load_lane<u8>(load<i32>(look), zero, 0);
  found = v128.load_lane<u8>(load<i32>(look, 4), found, 4);
  found = v128.load_lane<u8>(load<i32>(look, 8), found, 8);
  return v128.load_lane<u8>(load<i32>(look, 12), found, 12);
}

/** Units and classes of ports of a chunk; says whether an interface has a list of units. */
function enter(at: i32, count: i32, way: i32, protocols: i32): bool {
  const zero = v128.load(ZERO);
  const one = v128.load(ONE);
  const limit = v128.load(LIMIT);
  const atInterfaces = v128.load(AT_INTERFACES);
  const atLists = v128.load(AT_LISTS);
  const atProtocols = v128.load(protocols);
  const atClasses = v128.load(AT_CLASSES);
  const ways = i32x4.splat(way);
  let lists = zero;
  for (let k: i32 = 0; k < count; k += 4) {
    const asked = v128.or(i32x4.shl(v128.load(who + ((at + k) << 2)), 1), ways);
    const unitAt = i32x4.add(i32x4.shl(asked, 2), atInterfaces);
    // As in `known`: an interface that does not exist has no rules.
    const isThere = i32x4.lt_u(asked, limit);
    const unit = words(LOOK, v128.bitselect(unitAt, atLists, isThere));
    lists = v128.or(lists, unit);
    v128.store(UNITS + (k << 2), unit);
    const number = i32x4.extend_low_i16x8_u(
      i16x8.extend_low_i8x16_u(v128.load32_zero(protocolOf + at + k)),
    );
    const ports = words(LOOK + 16, i32x4.add(i32x4.shl(number, 2), atProtocols));
    const port = i32x4.extend_low_i16x8_u(v128.load64_zero(portOf + ((at + k) << 1)));
    const within = v128.and(port, i32x4.neg(v128.and(ports, one)));
    const index = i32x4.add(i32x4.shr_s(ports, 1), within);
    v128.store(LOOK + 32, i32x4.add(i32x4.shl(index, 1), atClasses));
    v128.store(CLASSES + (k << 2), halves(LOOK + 32, zero));
  }
  return i32x4.bitmask(lists) != 0;
}

/** Cells of the root of the trie, by the first bits of the addresses. */
function root4(at: i32, count: i32): void {
  const word = v128.load(WORD);
  const atTrie = v128.load(AT_TRIE);
  const shift = rootShift - 2;
  const from = addresses + (at << 2);
  for (let k: i32 = 0; k < count << 2; k += 16) {
    const cell = v128.and(i32x4.shr_u(v128.load(from + k), shift), word);
    v128.store(LEAVES + k, words(LOOK, i32x4.add(cell, atTrie)));
  }
}

/** The next cells of the trie: the bits of the addresses from `shift` on that the last ones count. */
function next4(at: i32, count: i32, shift: i32): void {
  const byte = v128.load(BYTE);
  const atTrie = v128.load(AT_TRIE);
  const from = addresses + (at << 2);
  for (let k: i32 = 0; k < count << 2; k += 16) {
    const cell = v128.load(LEAVES + k);
    const index = v128.and(i32x4.shr_u(v128.load(from + k), shift), v128.and(cell, byte));
    const nextAt = i32x4.shl(i32x4.add(i32x4.shr_u(cell, 8), index), 2);
    v128.store(LEAVES + k, words(LOOK, i32x4.add(nextAt, atTrie)));
  }
}

/** Four hashes, of four words each: products, and the exclusive or of each one's. */
// @ts-ignore: decorator
@inline function hashes(from: i32, factors: v128): v128 {
  const a = i32x4.mul(v128.load(from), factors);
  const b = i32x4.mul(v128.load(from, 16), factors);
  const c = i32x4.mul(v128.load(from, 32), factors);
  const d = i32x4.mul(v128.load(from, 48), factors);
  const ab = v128.xor(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = v128.xor(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return v128.xor(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

/** Where a host of each address would lie. */
function slots6(at: i32, count: i32): void {
  const factors = v128.load(HASH);
  const seeds = v128.load(SEEDS);
  const slot = v128.load(SLOT);
  const atSeeds = v128.load(AT_SEEDS);
  const atHosts = v128.load(AT_HOSTS);
  const shift = hostShift;
  for (let k: i32 = 0; k < count; k += 4) {
    let hash = hashes(addresses + ((at + k) << 4), factors);
    hash = v128.xor(hash, i32x4.shr_u(hash, 15));
    const seed = words(LOOK, i32x4.add(i32x4.shl(v128.and(hash, seeds), 2), atSeeds));
    const number = i32x4.shr_u(i32x4.mul(v128.xor(hash, seed), slot), shift);
    v128.store(NODES + (k << 2), i32x4.add(i32x4.shl(number, 5), atHosts));
  }
}

/** Leaves of hosts; who is no host of its own goes through the trie alone. */
function leaves6(at: i32, count: i32): void {
  for (let k: i32 = 0; k < count; k++) {
    const from = addresses + ((at + k) << 4);
    const slot = load<i32>(NODES + (k << 2));
    let leaf = load<i32>(slot, 16);
    if (leaf == 0 || !i32x4.all_true(i32x4.eq(v128.load(slot), v128.load(from)))) {
      leaf = walk6(load<i32>(from), load<i32>(from, 4), load<i32>(from, 8), load<i32>(from, 12));
    }
    store<i32>(LEAVES + (k << 2), leaf);
  }
}

/** Places of units; where the numbers of rows, and the bits of ports, lie. */
function pages(from: i32, count: i32): void {
  const atDir = v128.load(AT_DIR);
  const atNodes = v128.load(AT_NODES);
  const atSets = v128.load(AT_SETS);
  const atPorts = v128.load(AT_PORTS);
  const nodeWords = v128.load(NODE_WORDS);
  const setWords = v128.load(SET_WORDS);
  const word = v128.load(WORD);
  const page = v128.load(PAGE);
  const atRowPages = v128.load(AT_ROW_PAGES);
  const atPortPages = v128.load(AT_PORT_PAGES);
  for (let k: i32 = from; k < from + (count << 2); k += 16) {
    const leaf = v128.load(LEAVES + k);
    const unit = i32x4.shl(v128.load(UNITS + k), 2);
    const port = v128.load(CLASSES + k);
    const node = v128.and(i32x4.shr_u(leaf, 4), nodeWords);
    const set = v128.and(i32x4.shr_u(leaf, 22), setWords);
    const ports = v128.and(i32x4.shr_u(port, 4), word);
    const nodes = words(LOOK, i32x4.add(i32x4.add(unit, atNodes), node));
    const sets = words(LOOK + 16, i32x4.add(i32x4.add(unit, atSets), set));
    const bit = words(LOOK + 32, i32x4.add(i32x4.add(unit, atPorts), ports));
    v128.store(PLACES + k, words(LOOK + 48, i32x4.add(unit, atDir)));
    const nodeAt = v128.and(v128.or(leaf, page), nodes);
    const setAt = v128.and(v128.or(i32x4.shr_u(leaf, 18), page), sets);
    const bitAt = v128.and(v128.or(port, page), bit);
    v128.store(NODES + k, i32x4.add(i32x4.shl(nodeAt, 1), atRowPages));
    v128.store(SETS + k, i32x4.add(i32x4.shl(setAt, 1), atRowPages));
    v128.store(PORTS + k, i32x4.add(i32x4.shl(bitAt, 1), atPortPages));
  }
}

/** The bytes that hold the bits of ports in the rows of prefixes and sets. */
function rows(from: i32, count: i32): void {
  const zero = v128.load(ZERO);
  const three = v128.load(THREE);
  const shift = v128.load(SHIFT);
  const place = v128.load(PLACE);
  const atBits = v128.load(AT_BITS);
  for (let k: i32 = from; k < from + (count << 2); k += 16) {
    const bit = halves(PORTS + k, zero);
    const node = halves(NODES + k, zero);
    const set = halves(SETS + k, zero);
    const at = v128.load(PLACES + k);
    // Vectors have no shift of a lane by a lane: the shift is added to the exponent of a float.
    const far = i32x4.shl(v128.and(at, shift), 23);
    const scaled = i32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(bit, 5)), far);
    const row = i32x4.add(v128.and(at, place), i32x4.trunc_sat_f32x4_s(scaled));
    const byte = v128.and(i32x4.shr_u(bit, 3), three);
    const rowAt = i32x4.add(i32x4.add(i32x4.shl(row, 2), byte), atBits);
    v128.store(PORTS + k, bit);
    v128.store(NODES + k, i32x4.add(rowAt, i32x4.shl(node, 2)));
    v128.store(SETS + k, i32x4.add(rowAt, i32x4.shl(set, 2)));
  }
}

/** A bit for each of four headers that none of its two rows allows. */
// @ts-ignore: decorator
@inline function refused(k: i32, zero: v128, seven: v128, beyondByte: v128, bitOf: v128): i32 {
  const both = v128.or(bytes(NODES + k, zero), bytes(SETS + k, zero));
  const number = v128.or(v128.and(v128.load(PORTS + k), seven), beyondByte);
  return i32x4.bitmask(i32x4.eq(v128.and(both, v128.swizzle(bitOf, number)), zero));
}

/** Verdicts, eight a byte. */
function answer(to: i32, from: i32, count: i32): void {
  const zero = v128.load(ZERO);
  const seven = v128.load(SEVEN);
  const beyondByte = v128.load(BEYOND_BYTE);
  const bitOf = v128.load(BIT_OF);
  for (let k: i32 = 0; k < count; k += 8) {
    const at = from + (k << 2);
    const low = refused(at, zero, seven, beyondByte, bitOf);
    const high = refused(at + 16, zero, seven, beyondByte, bitOf);
    store<u8>(to + (k >> 3), <u8>~(low | (high << 4)));
  }
}

function askUnits(to: i32, from: i32, count: i32): void {
  pages(from, count);
  rows(from, count);
  answer(to, from, count);
}

/** Asks so many pairs, and keeps what they say of their headers. */
function askPairs(count: i32): void {
  askUnits(PAIR_BITS, PAIRS, (count + 7) & ~7);
  for (let pair: i32 = 0; pair < count; pair++) {
    const said = SAID + <i32>load<u8>(OWNERS + pair);
    const bit = (<i32>load<u8>(PAIR_BITS + (pair >> 3)) >> (pair & 7)) & 1;
    store<u8>(said, <u8>(<i32>load<u8>(said) | bit));
  }
}

/** A chunk in which interfaces have lists of units: a pair for each of a header's units. */
function askLists(to: i32, count: i32): void {
  memory.fill(SAID, 0, count);
  let pairs: i32 = 0;
  for (let k: i32 = 0; k < count; k++) {
    const unit = load<i32>(UNITS + (k << 2));
    const list = unit < 0 ? unitLists + (~unit << 2) : UNITS + (k << 2) - 4;
    const length = unit < 0 ? load<i32>(list) & 255 : 1;
    for (let at: i32 = 1; at <= length; at++) {
      if (pairs == CHUNK) {
        askPairs(pairs);
        pairs = 0;
      }
      const pair = PAIRS + (pairs << 2);
      store<i32>(UNITS + pair, load<i32>(list + (at << 2)));
      store<i32>(LEAVES + pair, load<i32>(LEAVES + (k << 2)));
      store<i32>(CLASSES + pair, load<i32>(CLASSES + (k << 2)));
      store<u8>(OWNERS + pairs, <u8>k);
      pairs++;
    }
  }
  askPairs(pairs);
  for (let k: i32 = 0; k < count; k += 8) {
    // Eight bytes of 0 or 1 become eight bits.
    const bit = load<u64>(SAID + k) * 0x0102040810204080;
    store<u8>(to + (k >> 3), <u8>(bit >> 56));
  }
}

export function batch4(way: i32, first: i32, end: i32): void {
  for (let block: i32 = first; block < end; block += CHUNK >> 3) {
    const at = block << 3;
    const count = min(CHUNK, (end << 3) - at);
    root4(at, count);
    const hasLists = enter(at, count, way, AT_PROTOCOLS4);
    next4(at, count, lastShift);
    next4(at, count, 0);
    if (hasLists) askLists(allowed + block, count);
    else askUnits(allowed + block, 0, count);
  }
}

export function batch6(way: i32, first: i32, end: i32): void {
  for (let block: i32 = first; block < end; block += CHUNK >> 3) {
    const at = block << 3;
    const count = min(CHUNK, (end << 3) - at);
    slots6(at, count);
    const hasLists = enter(at, count, way, AT_PROTOCOLS6);
    leaves6(at, count);
    if (hasLists) askLists(allowed + block, count);
    else askUnits(allowed + block, 0, count);
  }
}
