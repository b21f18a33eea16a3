// The first page of the memory, which is the kernels' own: the host puts an image and columns
// behind it. AssemblyScript, put between the lines of write-kernels.mjs and batch-kernels.as.

/** Headers of a chunk: what stages hand on stays in the first cache. */
const CHUNK: i32 = 128;

// Rows of a word a header, twice as long as a chunk: its headers, then pairs of a header and a unit.
const PAIRS: i32 = 4 * CHUNK;
const ROW: i32 = 2 * PAIRS + 64;
const LEAVES: i32 = 1024;
const UNITS: i32 = LEAVES + ROW;
const CLASSES: i32 = UNITS + ROW;
const NODES: i32 = CLASSES + ROW;
const SETS: i32 = NODES + ROW;
const PORTS: i32 = SETS + ROW;
const PLACES: i32 = PORTS + ROW;
/** The number in its chunk of a pair's header, a byte each. */
const OWNERS: i32 = PLACES + ROW;
/** Verdicts of pairs, a bit each, and of headers, a byte each. */
const PAIR_BITS: i32 = OWNERS + CHUNK;
const SAID: i32 = PAIR_BITS + 64;
/** Addresses that a stage is about to load from. */
const LOOK: i32 = SAID + CHUNK;
/** Vectors that are the same for all headers: loaded ahead of a loop they stay in registers. */
const VECTORS: i32 = LOOK + 64;

const ZERO: i32 = VECTORS;
const ONE: i32 = ZERO + 16;
const THREE: i32 = ONE + 16;
const SEVEN: i32 = THREE + 16;
const BYTE: i32 = SEVEN + 16;
const BEYOND_BYTE: i32 = BYTE + 16;
const WORD: i32 = BEYOND_BYTE + 16;
const SHIFT: i32 = WORD + 16;
const PLACE: i32 = SHIFT + 16;
const PAGE: i32 = PLACE + 16;
const NODE_WORDS: i32 = PAGE + 16;
const SET_WORDS: i32 = NODE_WORDS + 16;
/** 1, 2, 4 .. 128 in bytes 0 to 7. */
const BIT_OF: i32 = SET_WORDS + 16;
const LIMIT: i32 = BIT_OF + 16;
const AT_TRIE: i32 = LIMIT + 16;
const AT_PROTOCOLS4: i32 = AT_TRIE + 16;
const AT_PROTOCOLS6: i32 = AT_PROTOCOLS4 + 16;
const AT_CLASSES: i32 = AT_PROTOCOLS6 + 16;
const AT_INTERFACES: i32 = AT_CLASSES + 16;
const AT_LISTS: i32 = AT_INTERFACES + 16;
const AT_DIR: i32 = AT_LISTS + 16;
const AT_NODES: i32 = AT_DIR + 16;
const AT_SETS: i32 = AT_NODES + 16;
const AT_PORTS: i32 = AT_SETS + 16;
const AT_ROW_PAGES: i32 = AT_PORTS + 16;
const AT_PORT_PAGES: i32 = AT_ROW_PAGES + 16;
const AT_BITS: i32 = AT_PORT_PAGES + 16;
const AT_SEEDS: i32 = AT_BITS + 16;
const AT_HOSTS: i32 = AT_SEEDS + 16;
const SEEDS: i32 = AT_HOSTS + 16;
const HASH: i32 = SEEDS + 16;
const SLOT: i32 = HASH + 16;

function keep(at: i32, value: i32): void {
  v128.store(at, i32x4.splat(value));
}

function keepVectors(): void {
  keep(ZERO, 0);
  keep(ONE, 1);
  keep(THREE, 3);
  keep(SEVEN, 7);
  keep(BYTE, 255);
  keep(BEYOND_BYTE, ~255);
  keep(WORD, ~3);
  keep(SHIFT, 31);
  keep(PLACE, ~31);
  keep(PAGE, ~63);
  keep(NODE_WORDS, (NODE_MASK >> 6) << 2);
  keep(SET_WORDS, SET_PAGE_MASK << 2);
  v128.store(BIT_OF, i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0));
  keep(LIMIT, interfaceLimit);
  keep(AT_TRIE, trie4);
  keep(AT_PROTOCOLS4, protocols4);
  keep(AT_PROTOCOLS6, protocols6);
  keep(AT_CLASSES, portClasses);
  keep(AT_INTERFACES, interfaces);
  keep(AT_LISTS, unitLists);
  keep(AT_DIR, dir);
  keep(AT_NODES, dir + 4);
  keep(AT_SETS, dir + (setBase << 2));
  keep(AT_PORTS, dir + (portBase << 2));
  keep(AT_ROW_PAGES, rowPages);
  keep(AT_PORT_PAGES, portPages);
  keep(AT_BITS, bits);
  keep(AT_SEEDS, seeds6);
  keep(AT_HOSTS, hosts6);
  keep(SEEDS, seedMask);
  v128.store(HASH, i32x4(1, HASH_B, HASH_C, HASH_D));
  keep(SLOT, HASH_SLOT);
}
