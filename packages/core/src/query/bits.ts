/** True when a bit of a packed row is set; bit 0 is the lowest of byte 0. */
export function hasBit(bits: Uint8Array, at: number): boolean {
  return (bits[at >> 3] & (1 << (at & 7))) !== 0;
}
