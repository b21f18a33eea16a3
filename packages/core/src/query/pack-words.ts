const chunk = 32;

/**
 * Packs words by pod into bits by question: bit `question * count + pod` of the bytes is bit
 * `question` of the pod's word. The bytes must be zero.
 *
 * @param words by key.
 * @param keys by pod; undefined where words are by pod.
 */
export function packWords(
  bytes: Uint8Array,
  words: Int32Array,
  keys: Int32Array | undefined,
  questionCount: number,
): void {
  const count = keys?.length ?? words.length;
  const block = new Int32Array(chunk);
  for (let first = 0; first < count; first += chunk) {
    const size = Math.min(chunk, count - first);
    let any = 0;
    for (let at = 0; at < size; at++) {
      const word = words[keys === undefined ? first + at : keys[first + at]];
      block[at] = word;
      any |= word;
    }
    if (any === 0) continue;
    block.fill(0, size);
    transpose(block);
    for (let question = 0; question < questionCount; question++) {
      if (block[question] !== 0) orWord(bytes, question * count + first, block[question]);
    }
  }
}

// Bit j of word i becomes bit i of word j. Source: H. Warren, "Hacker's Delight", 7-3, with the
// lowest bit first.
function transpose(block: Int32Array): void {
  let mask = 0xffff;
  for (let width = 16; width !== 0; width >>= 1, mask ^= mask << width) {
    for (let low = 0; low < chunk; low = ((low | width) + 1) & ~width) {
      const high = low | width;
      const swapped = ((block[low] >>> width) ^ block[high]) & mask;
      block[high] ^= swapped;
      block[low] ^= swapped << width;
    }
  }
}

// The word's highest bits are zero where they would lie beyond the end.
function orWord(bytes: Uint8Array, bit: number, word: number): void {
  const at = bit >>> 3;
  const shift = bit & 7;
  let low = (word << shift) >>> 0;
  for (let byte = at; low !== 0; byte++, low >>>= 8) bytes[byte] |= low & 255;
  const high = shift === 0 ? 0 : word >>> (32 - shift);
  if (high !== 0) bytes[at + 4] |= high;
}
