/**
 * The SHA-1 digest of some bytes as five 32-bit words.
 *
 * Source: RFC 3174, section 6.1. Used for names, never for secrets.
 */
export function sha1(bytes: Uint8Array): Uint32Array {
  const digest = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const padded = pad(bytes);
  const words = new Uint32Array(80);
  for (let block = 0; block < padded.length; block += 16) {
    words.set(padded.subarray(block, block + 16));
    for (let at = 16; at < 80; at += 1) {
      words[at] = rotate(words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16], 1);
    }
    mix(digest, words);
  }
  return digest;
}

// One bit, zeros, and the length in bits in the last two of 16 words.
function pad(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(Math.ceil((bytes.length + 9) / 64) * 16);
  for (let at = 0; at < bytes.length; at += 1) words[at >> 2] |= bytes[at] << (24 - 8 * (at & 3));
  words[bytes.length >> 2] |= 0x80 << (24 - 8 * (bytes.length & 3));
  words[words.length - 2] = bytes.length / 2 ** 29;
  words[words.length - 1] = bytes.length << 3;
  return words;
}

function mix(digest: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d, e] = digest;
  for (let at = 0; at < 80; at += 1) {
    const next = (rotate(a, 5) + round(at, b, c, d) + e + words[at]) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  const sums = [a, b, c, d, e];
  for (let at = 0; at < 5; at += 1) digest[at] += sums[at];
}

function round(at: number, b: number, c: number, d: number): number {
  if (at < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (at < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (at < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function rotate(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}
