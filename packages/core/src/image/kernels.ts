// Written by scripts/write-kernels.mjs; do not edit.
// biome-ignore-all lint/complexity/noExcessiveLinesPerFunction: eight lanes are unrolled
// biome-ignore-all lint/style/noExcessiveLinesPerFile: eight lanes are unrolled
import type { Image } from "./image.ts";

// The same lines are compiled to WASM, where it is a type of its own.
type i32 = number;

const SIGN = 1 << 31;

/** Headers in columns, and where their verdicts go. All columns of one length or longer. */
export interface HeaderColumns {
  /** Number of the interface that is asked, less than `interfaceCount`. */
  readonly interfaces: Uint32Array;
  /** Address of the peer: one int32 for IPv4, four for IPv6. */
  readonly addresses: Int32Array;
  /** Protocol number. */
  readonly protocols: Uint8Array;
  /** Port; for ICMP type << 8 | code; else not looked at. */
  readonly ports: Uint16Array;
  /** A bit each header, the first one lowest: 1 when some group of the interface allows. */
  readonly allowed: Uint8Array;
}

/** Kernels with an image and columns bound to them; they allocate nothing. */
export interface Kernels {
  /** 1 when a group of interface `eni` allows; `way` is 0 for ingress, 1 for egress. */
  verdict4(eni: number, way: number, ip: number, protocol: number, port: number): number;
  /** The same for IPv6, the address as four int32 words. */
  verdict6(
    eni: number,
    way: number,
    a: number,
    b: number,
    c: number,
    d: number,
    protocol: number,
    port: number,
  ): number;
  /** Fills `allowed` from byte `first` to before `end`: eight IPv4 headers a byte. */
  batch4(way: number, first: number, end: number): void;
  /** The same for IPv6. */
  batch6(way: number, first: number, end: number): void;
}

/**
 * Binds an image, and columns for the batch kernels, so that V8 sees each of them as one constant.
 *
 * Bind once and keep: a binding costs about a microsecond, and code warms up in 100,000 verdicts.
 */
export function bindKernels(image: Image, columns: HeaderColumns = noHeaders): Kernels {
  const {
    trie4,
    trie6,
    hosts6,
    deep6,
    protocols4,
    protocols6,
    portClasses,
    interfaces,
    unitLists,
    dir,
    rowPages,
    portPages,
    bits,
    setBase,
    portBase,
    hostMask,
  } = image;
  const { interfaces: who, addresses, protocols: protocolOf, ports: portOf, allowed } = columns;

  function ask(u: i32, e: i32, c: i32): i32 {
    const n: i32 = e & 0x3ffff;
    const s: i32 = (e >>> 18) & 0x1fff;
    let a: i32 = dir[u + (n >> 6)];
    let r: i32 = dir[u + setBase + (s >> 6)];
    let l: i32 = dir[u + portBase + (c >> 6)];
    const i: i32 = a >> 31;
    const j: i32 = r >> 31;
    const k: i32 = l >> 31;
    a = (a & ~i) | (rowPages[(~a & i) + (n & 63)] & i);
    r = (r & ~j) | (rowPages[(~r & j) + (s & 63)] & j);
    l = (l & ~k) | (portPages[(~l & k) + (c & 63)] & k);
    const v: i32 = ((bits[a + (l >> 5)] | bits[r + (l >> 5)]) >>> (l & 31)) & 1;
    return v;
  }

  // Units of one interface one after the other; the list says how many there are.
  function askAll(list: i32, e: i32, c: i32): i32 {
    const end: i32 = list + 1 + (unitLists[list] & 255);
    for (let at: i32 = list + 1; at < end; at++) {
      if (ask(unitLists[at] | 0, e, c) !== 0) return 1;
    }
    return 0;
  }

  function leaf4(x: i32): i32 {
    let e: i32 = trie4[x >>> 16];
    if (e >= 0) e = trie4[e + ((x >>> 8) & 255)];
    return e < 0 ? e : trie4[e + (x & 255)];
  }

  // A host of its own first, then the trie over 64 bits, then the list of a /64.
  function leaf6(a: i32, b: i32, c: i32, d: i32): i32 {
    let h: i32 = a ^ Math.imul(b, -2048144789) ^ Math.imul(c, -1028477387);
    h ^= Math.imul(d, 668265263);
    h ^= h >>> 15;
    h = Math.imul(h, 739982445);
    let slot: i32 = (h ^ (h >>> 13)) & hostMask;
    for (let probe: i32 = 0; probe < 64; probe++) {
      const at: i32 = slot << 3;
      const leaf: i32 = hosts6[at + 4];
      if (leaf === 0) break;
      if (
        hosts6[at + 3] === d &&
        hosts6[at + 2] === c &&
        hosts6[at + 1] === b &&
        hosts6[at] === a
      ) {
        return leaf;
      }
      slot = (slot + 1) & hostMask;
    }
    let e: i32 = trie6[a >>> 16];
    if (e >= 0) e = trie6[e + ((a >>> 8) & 255)];
    if (e >= 0) e = trie6[e + (a & 255)];
    if (e >= 0) e = trie6[e + (b >>> 24)];
    if (e >= 0) e = trie6[e + ((b >>> 16) & 255)];
    if (e >= 0) e = trie6[e + ((b >>> 8) & 255)];
    if (e >= 0) e = trie6[e + (b & 255)];
    return e < 0 ? e : deepLeaf(e, c, d);
  }

  // The last run of the list that begins at or before the address; the first begins at 0. Compared
  // as unsigned: the sign bit is turned.
  function deepLeaf(list: i32, c: i32, d: i32): i32 {
    let low: i32 = 0;
    let high: i32 = (deep6[list] & 0xffffff) - 1;
    while (low < high) {
      const middle: i32 = low + ((high - low + 1) >> 1);
      const at: i32 = list + 1 + Math.imul(3, middle);
      const first: i32 = deep6[at] ^ SIGN;
      const isAfter =
        first > (c ^ SIGN) || (first === (c ^ SIGN) && (deep6[at + 1] ^ SIGN) > (d ^ SIGN));
      if (isAfter) high = middle - 1;
      else low = middle;
    }
    return deep6[list + 3 + Math.imul(3, low)];
  }

  function verdict4(eni: i32, way: i32, x: i32, protocol: i32, port: i32): i32 {
    const e: i32 = leaf4(x);
    const q: i32 = protocols4[protocol];
    const c: i32 = portClasses[(q >> 1) + (port & -(q & 1))];
    const u: i32 = interfaces[(eni << 1) | way] | 0;
    return u >= 0 ? ask(u, e, c) : askAll(~u, e, c);
  }

  function batch4(way: i32, first: i32, end: i32): void {
    for (let block: i32 = first; block < end; block++) {
      const at: i32 = block << 3;
      const u0: i32 = interfaces[(who[at] << 1) | way] | 0;
      const q0: i32 = protocols4[protocolOf[at]];
      const c0: i32 = portClasses[(q0 >> 1) + (portOf[at] & -(q0 & 1))];
      const u1: i32 = interfaces[(who[at + 1] << 1) | way] | 0;
      const q1: i32 = protocols4[protocolOf[at + 1]];
      const c1: i32 = portClasses[(q1 >> 1) + (portOf[at + 1] & -(q1 & 1))];
      const u2: i32 = interfaces[(who[at + 2] << 1) | way] | 0;
      const q2: i32 = protocols4[protocolOf[at + 2]];
      const c2: i32 = portClasses[(q2 >> 1) + (portOf[at + 2] & -(q2 & 1))];
      const u3: i32 = interfaces[(who[at + 3] << 1) | way] | 0;
      const q3: i32 = protocols4[protocolOf[at + 3]];
      const c3: i32 = portClasses[(q3 >> 1) + (portOf[at + 3] & -(q3 & 1))];
      const u4: i32 = interfaces[(who[at + 4] << 1) | way] | 0;
      const q4: i32 = protocols4[protocolOf[at + 4]];
      const c4: i32 = portClasses[(q4 >> 1) + (portOf[at + 4] & -(q4 & 1))];
      const u5: i32 = interfaces[(who[at + 5] << 1) | way] | 0;
      const q5: i32 = protocols4[protocolOf[at + 5]];
      const c5: i32 = portClasses[(q5 >> 1) + (portOf[at + 5] & -(q5 & 1))];
      const u6: i32 = interfaces[(who[at + 6] << 1) | way] | 0;
      const q6: i32 = protocols4[protocolOf[at + 6]];
      const c6: i32 = portClasses[(q6 >> 1) + (portOf[at + 6] & -(q6 & 1))];
      const u7: i32 = interfaces[(who[at + 7] << 1) | way] | 0;
      const q7: i32 = protocols4[protocolOf[at + 7]];
      const c7: i32 = portClasses[(q7 >> 1) + (portOf[at + 7] & -(q7 & 1))];
      const x0: i32 = addresses[at];
      let e0: i32 = trie4[x0 >>> 16];
      const x1: i32 = addresses[at + 1];
      let e1: i32 = trie4[x1 >>> 16];
      const x2: i32 = addresses[at + 2];
      let e2: i32 = trie4[x2 >>> 16];
      const x3: i32 = addresses[at + 3];
      let e3: i32 = trie4[x3 >>> 16];
      const x4: i32 = addresses[at + 4];
      let e4: i32 = trie4[x4 >>> 16];
      const x5: i32 = addresses[at + 5];
      let e5: i32 = trie4[x5 >>> 16];
      const x6: i32 = addresses[at + 6];
      let e6: i32 = trie4[x6 >>> 16];
      const x7: i32 = addresses[at + 7];
      let e7: i32 = trie4[x7 >>> 16];
      let m0: i32 = e0 >> 31;
      e0 = (e0 & m0) | (trie4[(e0 & ~m0) + ((x0 >>> 8) & 255)] & ~m0);
      let m1: i32 = e1 >> 31;
      e1 = (e1 & m1) | (trie4[(e1 & ~m1) + ((x1 >>> 8) & 255)] & ~m1);
      let m2: i32 = e2 >> 31;
      e2 = (e2 & m2) | (trie4[(e2 & ~m2) + ((x2 >>> 8) & 255)] & ~m2);
      let m3: i32 = e3 >> 31;
      e3 = (e3 & m3) | (trie4[(e3 & ~m3) + ((x3 >>> 8) & 255)] & ~m3);
      let m4: i32 = e4 >> 31;
      e4 = (e4 & m4) | (trie4[(e4 & ~m4) + ((x4 >>> 8) & 255)] & ~m4);
      let m5: i32 = e5 >> 31;
      e5 = (e5 & m5) | (trie4[(e5 & ~m5) + ((x5 >>> 8) & 255)] & ~m5);
      let m6: i32 = e6 >> 31;
      e6 = (e6 & m6) | (trie4[(e6 & ~m6) + ((x6 >>> 8) & 255)] & ~m6);
      let m7: i32 = e7 >> 31;
      e7 = (e7 & m7) | (trie4[(e7 & ~m7) + ((x7 >>> 8) & 255)] & ~m7);
      m0 = e0 >> 31;
      e0 = (e0 & m0) | (trie4[(e0 & ~m0) + (x0 & 255)] & ~m0);
      m1 = e1 >> 31;
      e1 = (e1 & m1) | (trie4[(e1 & ~m1) + (x1 & 255)] & ~m1);
      m2 = e2 >> 31;
      e2 = (e2 & m2) | (trie4[(e2 & ~m2) + (x2 & 255)] & ~m2);
      m3 = e3 >> 31;
      e3 = (e3 & m3) | (trie4[(e3 & ~m3) + (x3 & 255)] & ~m3);
      m4 = e4 >> 31;
      e4 = (e4 & m4) | (trie4[(e4 & ~m4) + (x4 & 255)] & ~m4);
      m5 = e5 >> 31;
      e5 = (e5 & m5) | (trie4[(e5 & ~m5) + (x5 & 255)] & ~m5);
      m6 = e6 >> 31;
      e6 = (e6 & m6) | (trie4[(e6 & ~m6) + (x6 & 255)] & ~m6);
      m7 = e7 >> 31;
      e7 = (e7 & m7) | (trie4[(e7 & ~m7) + (x7 & 255)] & ~m7);
      if ((u0 | u1 | u2 | u3 | u4 | u5 | u6 | u7) < 0) {
        let some: i32 = 0;
        some |= (u0 >= 0 ? ask(u0, e0, c0) : askAll(~u0, e0, c0)) << 0;
        some |= (u1 >= 0 ? ask(u1, e1, c1) : askAll(~u1, e1, c1)) << 1;
        some |= (u2 >= 0 ? ask(u2, e2, c2) : askAll(~u2, e2, c2)) << 2;
        some |= (u3 >= 0 ? ask(u3, e3, c3) : askAll(~u3, e3, c3)) << 3;
        some |= (u4 >= 0 ? ask(u4, e4, c4) : askAll(~u4, e4, c4)) << 4;
        some |= (u5 >= 0 ? ask(u5, e5, c5) : askAll(~u5, e5, c5)) << 5;
        some |= (u6 >= 0 ? ask(u6, e6, c6) : askAll(~u6, e6, c6)) << 6;
        some |= (u7 >= 0 ? ask(u7, e7, c7) : askAll(~u7, e7, c7)) << 7;
        allowed[block] = some;
        continue;
      }
      const n0: i32 = e0 & 0x3ffff;
      const s0: i32 = (e0 >>> 18) & 0x1fff;
      let a0: i32 = dir[u0 + (n0 >> 6)];
      let r0: i32 = dir[u0 + setBase + (s0 >> 6)];
      let l0: i32 = dir[u0 + portBase + (c0 >> 6)];
      const n1: i32 = e1 & 0x3ffff;
      const s1: i32 = (e1 >>> 18) & 0x1fff;
      let a1: i32 = dir[u1 + (n1 >> 6)];
      let r1: i32 = dir[u1 + setBase + (s1 >> 6)];
      let l1: i32 = dir[u1 + portBase + (c1 >> 6)];
      const n2: i32 = e2 & 0x3ffff;
      const s2: i32 = (e2 >>> 18) & 0x1fff;
      let a2: i32 = dir[u2 + (n2 >> 6)];
      let r2: i32 = dir[u2 + setBase + (s2 >> 6)];
      let l2: i32 = dir[u2 + portBase + (c2 >> 6)];
      const n3: i32 = e3 & 0x3ffff;
      const s3: i32 = (e3 >>> 18) & 0x1fff;
      let a3: i32 = dir[u3 + (n3 >> 6)];
      let r3: i32 = dir[u3 + setBase + (s3 >> 6)];
      let l3: i32 = dir[u3 + portBase + (c3 >> 6)];
      const n4: i32 = e4 & 0x3ffff;
      const s4: i32 = (e4 >>> 18) & 0x1fff;
      let a4: i32 = dir[u4 + (n4 >> 6)];
      let r4: i32 = dir[u4 + setBase + (s4 >> 6)];
      let l4: i32 = dir[u4 + portBase + (c4 >> 6)];
      const n5: i32 = e5 & 0x3ffff;
      const s5: i32 = (e5 >>> 18) & 0x1fff;
      let a5: i32 = dir[u5 + (n5 >> 6)];
      let r5: i32 = dir[u5 + setBase + (s5 >> 6)];
      let l5: i32 = dir[u5 + portBase + (c5 >> 6)];
      const n6: i32 = e6 & 0x3ffff;
      const s6: i32 = (e6 >>> 18) & 0x1fff;
      let a6: i32 = dir[u6 + (n6 >> 6)];
      let r6: i32 = dir[u6 + setBase + (s6 >> 6)];
      let l6: i32 = dir[u6 + portBase + (c6 >> 6)];
      const n7: i32 = e7 & 0x3ffff;
      const s7: i32 = (e7 >>> 18) & 0x1fff;
      let a7: i32 = dir[u7 + (n7 >> 6)];
      let r7: i32 = dir[u7 + setBase + (s7 >> 6)];
      let l7: i32 = dir[u7 + portBase + (c7 >> 6)];
      const i0: i32 = a0 >> 31;
      const j0: i32 = r0 >> 31;
      const k0: i32 = l0 >> 31;
      a0 = (a0 & ~i0) | (rowPages[(~a0 & i0) + (n0 & 63)] & i0);
      r0 = (r0 & ~j0) | (rowPages[(~r0 & j0) + (s0 & 63)] & j0);
      l0 = (l0 & ~k0) | (portPages[(~l0 & k0) + (c0 & 63)] & k0);
      const i1: i32 = a1 >> 31;
      const j1: i32 = r1 >> 31;
      const k1: i32 = l1 >> 31;
      a1 = (a1 & ~i1) | (rowPages[(~a1 & i1) + (n1 & 63)] & i1);
      r1 = (r1 & ~j1) | (rowPages[(~r1 & j1) + (s1 & 63)] & j1);
      l1 = (l1 & ~k1) | (portPages[(~l1 & k1) + (c1 & 63)] & k1);
      const i2: i32 = a2 >> 31;
      const j2: i32 = r2 >> 31;
      const k2: i32 = l2 >> 31;
      a2 = (a2 & ~i2) | (rowPages[(~a2 & i2) + (n2 & 63)] & i2);
      r2 = (r2 & ~j2) | (rowPages[(~r2 & j2) + (s2 & 63)] & j2);
      l2 = (l2 & ~k2) | (portPages[(~l2 & k2) + (c2 & 63)] & k2);
      const i3: i32 = a3 >> 31;
      const j3: i32 = r3 >> 31;
      const k3: i32 = l3 >> 31;
      a3 = (a3 & ~i3) | (rowPages[(~a3 & i3) + (n3 & 63)] & i3);
      r3 = (r3 & ~j3) | (rowPages[(~r3 & j3) + (s3 & 63)] & j3);
      l3 = (l3 & ~k3) | (portPages[(~l3 & k3) + (c3 & 63)] & k3);
      const i4: i32 = a4 >> 31;
      const j4: i32 = r4 >> 31;
      const k4: i32 = l4 >> 31;
      a4 = (a4 & ~i4) | (rowPages[(~a4 & i4) + (n4 & 63)] & i4);
      r4 = (r4 & ~j4) | (rowPages[(~r4 & j4) + (s4 & 63)] & j4);
      l4 = (l4 & ~k4) | (portPages[(~l4 & k4) + (c4 & 63)] & k4);
      const i5: i32 = a5 >> 31;
      const j5: i32 = r5 >> 31;
      const k5: i32 = l5 >> 31;
      a5 = (a5 & ~i5) | (rowPages[(~a5 & i5) + (n5 & 63)] & i5);
      r5 = (r5 & ~j5) | (rowPages[(~r5 & j5) + (s5 & 63)] & j5);
      l5 = (l5 & ~k5) | (portPages[(~l5 & k5) + (c5 & 63)] & k5);
      const i6: i32 = a6 >> 31;
      const j6: i32 = r6 >> 31;
      const k6: i32 = l6 >> 31;
      a6 = (a6 & ~i6) | (rowPages[(~a6 & i6) + (n6 & 63)] & i6);
      r6 = (r6 & ~j6) | (rowPages[(~r6 & j6) + (s6 & 63)] & j6);
      l6 = (l6 & ~k6) | (portPages[(~l6 & k6) + (c6 & 63)] & k6);
      const i7: i32 = a7 >> 31;
      const j7: i32 = r7 >> 31;
      const k7: i32 = l7 >> 31;
      a7 = (a7 & ~i7) | (rowPages[(~a7 & i7) + (n7 & 63)] & i7);
      r7 = (r7 & ~j7) | (rowPages[(~r7 & j7) + (s7 & 63)] & j7);
      l7 = (l7 & ~k7) | (portPages[(~l7 & k7) + (c7 & 63)] & k7);
      const v0: i32 = ((bits[a0 + (l0 >> 5)] | bits[r0 + (l0 >> 5)]) >>> (l0 & 31)) & 1;
      const v1: i32 = ((bits[a1 + (l1 >> 5)] | bits[r1 + (l1 >> 5)]) >>> (l1 & 31)) & 1;
      const v2: i32 = ((bits[a2 + (l2 >> 5)] | bits[r2 + (l2 >> 5)]) >>> (l2 & 31)) & 1;
      const v3: i32 = ((bits[a3 + (l3 >> 5)] | bits[r3 + (l3 >> 5)]) >>> (l3 & 31)) & 1;
      const v4: i32 = ((bits[a4 + (l4 >> 5)] | bits[r4 + (l4 >> 5)]) >>> (l4 & 31)) & 1;
      const v5: i32 = ((bits[a5 + (l5 >> 5)] | bits[r5 + (l5 >> 5)]) >>> (l5 & 31)) & 1;
      const v6: i32 = ((bits[a6 + (l6 >> 5)] | bits[r6 + (l6 >> 5)]) >>> (l6 & 31)) & 1;
      const v7: i32 = ((bits[a7 + (l7 >> 5)] | bits[r7 + (l7 >> 5)]) >>> (l7 & 31)) & 1;
      allowed[block] =
        (v0 << 0) |
        (v1 << 1) |
        (v2 << 2) |
        (v3 << 3) |
        (v4 << 4) |
        (v5 << 5) |
        (v6 << 6) |
        (v7 << 7);
    }
  }

  function verdict6(
    eni: i32,
    way: i32,
    a: i32,
    b: i32,
    c0: i32,
    d: i32,
    protocol: i32,
    port: i32,
  ): i32 {
    const e: i32 = leaf6(a, b, c0, d);
    const q: i32 = protocols6[protocol];
    const c: i32 = portClasses[(q >> 1) + (port & -(q & 1))];
    const u: i32 = interfaces[(eni << 1) | way] | 0;
    return u >= 0 ? ask(u, e, c) : askAll(~u, e, c);
  }

  function batch6(way: i32, first: i32, end: i32): void {
    for (let block: i32 = first; block < end; block++) {
      const at: i32 = block << 3;
      const u0: i32 = interfaces[(who[at] << 1) | way] | 0;
      const q0: i32 = protocols6[protocolOf[at]];
      const c0: i32 = portClasses[(q0 >> 1) + (portOf[at] & -(q0 & 1))];
      const u1: i32 = interfaces[(who[at + 1] << 1) | way] | 0;
      const q1: i32 = protocols6[protocolOf[at + 1]];
      const c1: i32 = portClasses[(q1 >> 1) + (portOf[at + 1] & -(q1 & 1))];
      const u2: i32 = interfaces[(who[at + 2] << 1) | way] | 0;
      const q2: i32 = protocols6[protocolOf[at + 2]];
      const c2: i32 = portClasses[(q2 >> 1) + (portOf[at + 2] & -(q2 & 1))];
      const u3: i32 = interfaces[(who[at + 3] << 1) | way] | 0;
      const q3: i32 = protocols6[protocolOf[at + 3]];
      const c3: i32 = portClasses[(q3 >> 1) + (portOf[at + 3] & -(q3 & 1))];
      const u4: i32 = interfaces[(who[at + 4] << 1) | way] | 0;
      const q4: i32 = protocols6[protocolOf[at + 4]];
      const c4: i32 = portClasses[(q4 >> 1) + (portOf[at + 4] & -(q4 & 1))];
      const u5: i32 = interfaces[(who[at + 5] << 1) | way] | 0;
      const q5: i32 = protocols6[protocolOf[at + 5]];
      const c5: i32 = portClasses[(q5 >> 1) + (portOf[at + 5] & -(q5 & 1))];
      const u6: i32 = interfaces[(who[at + 6] << 1) | way] | 0;
      const q6: i32 = protocols6[protocolOf[at + 6]];
      const c6: i32 = portClasses[(q6 >> 1) + (portOf[at + 6] & -(q6 & 1))];
      const u7: i32 = interfaces[(who[at + 7] << 1) | way] | 0;
      const q7: i32 = protocols6[protocolOf[at + 7]];
      const c7: i32 = portClasses[(q7 >> 1) + (portOf[at + 7] & -(q7 & 1))];
      const x0: i32 = at << 2;
      const x1: i32 = (at + 1) << 2;
      const x2: i32 = (at + 2) << 2;
      const x3: i32 = (at + 3) << 2;
      const x4: i32 = (at + 4) << 2;
      const x5: i32 = (at + 5) << 2;
      const x6: i32 = (at + 6) << 2;
      const x7: i32 = (at + 7) << 2;
      const e0: i32 = leaf6(addresses[x0], addresses[x0 + 1], addresses[x0 + 2], addresses[x0 + 3]);
      const e1: i32 = leaf6(addresses[x1], addresses[x1 + 1], addresses[x1 + 2], addresses[x1 + 3]);
      const e2: i32 = leaf6(addresses[x2], addresses[x2 + 1], addresses[x2 + 2], addresses[x2 + 3]);
      const e3: i32 = leaf6(addresses[x3], addresses[x3 + 1], addresses[x3 + 2], addresses[x3 + 3]);
      const e4: i32 = leaf6(addresses[x4], addresses[x4 + 1], addresses[x4 + 2], addresses[x4 + 3]);
      const e5: i32 = leaf6(addresses[x5], addresses[x5 + 1], addresses[x5 + 2], addresses[x5 + 3]);
      const e6: i32 = leaf6(addresses[x6], addresses[x6 + 1], addresses[x6 + 2], addresses[x6 + 3]);
      const e7: i32 = leaf6(addresses[x7], addresses[x7 + 1], addresses[x7 + 2], addresses[x7 + 3]);
      if ((u0 | u1 | u2 | u3 | u4 | u5 | u6 | u7) < 0) {
        let some: i32 = 0;
        some |= (u0 >= 0 ? ask(u0, e0, c0) : askAll(~u0, e0, c0)) << 0;
        some |= (u1 >= 0 ? ask(u1, e1, c1) : askAll(~u1, e1, c1)) << 1;
        some |= (u2 >= 0 ? ask(u2, e2, c2) : askAll(~u2, e2, c2)) << 2;
        some |= (u3 >= 0 ? ask(u3, e3, c3) : askAll(~u3, e3, c3)) << 3;
        some |= (u4 >= 0 ? ask(u4, e4, c4) : askAll(~u4, e4, c4)) << 4;
        some |= (u5 >= 0 ? ask(u5, e5, c5) : askAll(~u5, e5, c5)) << 5;
        some |= (u6 >= 0 ? ask(u6, e6, c6) : askAll(~u6, e6, c6)) << 6;
        some |= (u7 >= 0 ? ask(u7, e7, c7) : askAll(~u7, e7, c7)) << 7;
        allowed[block] = some;
        continue;
      }
      const n0: i32 = e0 & 0x3ffff;
      const s0: i32 = (e0 >>> 18) & 0x1fff;
      let a0: i32 = dir[u0 + (n0 >> 6)];
      let r0: i32 = dir[u0 + setBase + (s0 >> 6)];
      let l0: i32 = dir[u0 + portBase + (c0 >> 6)];
      const n1: i32 = e1 & 0x3ffff;
      const s1: i32 = (e1 >>> 18) & 0x1fff;
      let a1: i32 = dir[u1 + (n1 >> 6)];
      let r1: i32 = dir[u1 + setBase + (s1 >> 6)];
      let l1: i32 = dir[u1 + portBase + (c1 >> 6)];
      const n2: i32 = e2 & 0x3ffff;
      const s2: i32 = (e2 >>> 18) & 0x1fff;
      let a2: i32 = dir[u2 + (n2 >> 6)];
      let r2: i32 = dir[u2 + setBase + (s2 >> 6)];
      let l2: i32 = dir[u2 + portBase + (c2 >> 6)];
      const n3: i32 = e3 & 0x3ffff;
      const s3: i32 = (e3 >>> 18) & 0x1fff;
      let a3: i32 = dir[u3 + (n3 >> 6)];
      let r3: i32 = dir[u3 + setBase + (s3 >> 6)];
      let l3: i32 = dir[u3 + portBase + (c3 >> 6)];
      const n4: i32 = e4 & 0x3ffff;
      const s4: i32 = (e4 >>> 18) & 0x1fff;
      let a4: i32 = dir[u4 + (n4 >> 6)];
      let r4: i32 = dir[u4 + setBase + (s4 >> 6)];
      let l4: i32 = dir[u4 + portBase + (c4 >> 6)];
      const n5: i32 = e5 & 0x3ffff;
      const s5: i32 = (e5 >>> 18) & 0x1fff;
      let a5: i32 = dir[u5 + (n5 >> 6)];
      let r5: i32 = dir[u5 + setBase + (s5 >> 6)];
      let l5: i32 = dir[u5 + portBase + (c5 >> 6)];
      const n6: i32 = e6 & 0x3ffff;
      const s6: i32 = (e6 >>> 18) & 0x1fff;
      let a6: i32 = dir[u6 + (n6 >> 6)];
      let r6: i32 = dir[u6 + setBase + (s6 >> 6)];
      let l6: i32 = dir[u6 + portBase + (c6 >> 6)];
      const n7: i32 = e7 & 0x3ffff;
      const s7: i32 = (e7 >>> 18) & 0x1fff;
      let a7: i32 = dir[u7 + (n7 >> 6)];
      let r7: i32 = dir[u7 + setBase + (s7 >> 6)];
      let l7: i32 = dir[u7 + portBase + (c7 >> 6)];
      const i0: i32 = a0 >> 31;
      const j0: i32 = r0 >> 31;
      const k0: i32 = l0 >> 31;
      a0 = (a0 & ~i0) | (rowPages[(~a0 & i0) + (n0 & 63)] & i0);
      r0 = (r0 & ~j0) | (rowPages[(~r0 & j0) + (s0 & 63)] & j0);
      l0 = (l0 & ~k0) | (portPages[(~l0 & k0) + (c0 & 63)] & k0);
      const i1: i32 = a1 >> 31;
      const j1: i32 = r1 >> 31;
      const k1: i32 = l1 >> 31;
      a1 = (a1 & ~i1) | (rowPages[(~a1 & i1) + (n1 & 63)] & i1);
      r1 = (r1 & ~j1) | (rowPages[(~r1 & j1) + (s1 & 63)] & j1);
      l1 = (l1 & ~k1) | (portPages[(~l1 & k1) + (c1 & 63)] & k1);
      const i2: i32 = a2 >> 31;
      const j2: i32 = r2 >> 31;
      const k2: i32 = l2 >> 31;
      a2 = (a2 & ~i2) | (rowPages[(~a2 & i2) + (n2 & 63)] & i2);
      r2 = (r2 & ~j2) | (rowPages[(~r2 & j2) + (s2 & 63)] & j2);
      l2 = (l2 & ~k2) | (portPages[(~l2 & k2) + (c2 & 63)] & k2);
      const i3: i32 = a3 >> 31;
      const j3: i32 = r3 >> 31;
      const k3: i32 = l3 >> 31;
      a3 = (a3 & ~i3) | (rowPages[(~a3 & i3) + (n3 & 63)] & i3);
      r3 = (r3 & ~j3) | (rowPages[(~r3 & j3) + (s3 & 63)] & j3);
      l3 = (l3 & ~k3) | (portPages[(~l3 & k3) + (c3 & 63)] & k3);
      const i4: i32 = a4 >> 31;
      const j4: i32 = r4 >> 31;
      const k4: i32 = l4 >> 31;
      a4 = (a4 & ~i4) | (rowPages[(~a4 & i4) + (n4 & 63)] & i4);
      r4 = (r4 & ~j4) | (rowPages[(~r4 & j4) + (s4 & 63)] & j4);
      l4 = (l4 & ~k4) | (portPages[(~l4 & k4) + (c4 & 63)] & k4);
      const i5: i32 = a5 >> 31;
      const j5: i32 = r5 >> 31;
      const k5: i32 = l5 >> 31;
      a5 = (a5 & ~i5) | (rowPages[(~a5 & i5) + (n5 & 63)] & i5);
      r5 = (r5 & ~j5) | (rowPages[(~r5 & j5) + (s5 & 63)] & j5);
      l5 = (l5 & ~k5) | (portPages[(~l5 & k5) + (c5 & 63)] & k5);
      const i6: i32 = a6 >> 31;
      const j6: i32 = r6 >> 31;
      const k6: i32 = l6 >> 31;
      a6 = (a6 & ~i6) | (rowPages[(~a6 & i6) + (n6 & 63)] & i6);
      r6 = (r6 & ~j6) | (rowPages[(~r6 & j6) + (s6 & 63)] & j6);
      l6 = (l6 & ~k6) | (portPages[(~l6 & k6) + (c6 & 63)] & k6);
      const i7: i32 = a7 >> 31;
      const j7: i32 = r7 >> 31;
      const k7: i32 = l7 >> 31;
      a7 = (a7 & ~i7) | (rowPages[(~a7 & i7) + (n7 & 63)] & i7);
      r7 = (r7 & ~j7) | (rowPages[(~r7 & j7) + (s7 & 63)] & j7);
      l7 = (l7 & ~k7) | (portPages[(~l7 & k7) + (c7 & 63)] & k7);
      const v0: i32 = ((bits[a0 + (l0 >> 5)] | bits[r0 + (l0 >> 5)]) >>> (l0 & 31)) & 1;
      const v1: i32 = ((bits[a1 + (l1 >> 5)] | bits[r1 + (l1 >> 5)]) >>> (l1 & 31)) & 1;
      const v2: i32 = ((bits[a2 + (l2 >> 5)] | bits[r2 + (l2 >> 5)]) >>> (l2 & 31)) & 1;
      const v3: i32 = ((bits[a3 + (l3 >> 5)] | bits[r3 + (l3 >> 5)]) >>> (l3 & 31)) & 1;
      const v4: i32 = ((bits[a4 + (l4 >> 5)] | bits[r4 + (l4 >> 5)]) >>> (l4 & 31)) & 1;
      const v5: i32 = ((bits[a5 + (l5 >> 5)] | bits[r5 + (l5 >> 5)]) >>> (l5 & 31)) & 1;
      const v6: i32 = ((bits[a6 + (l6 >> 5)] | bits[r6 + (l6 >> 5)]) >>> (l6 & 31)) & 1;
      const v7: i32 = ((bits[a7 + (l7 >> 5)] | bits[r7 + (l7 >> 5)]) >>> (l7 & 31)) & 1;
      allowed[block] =
        (v0 << 0) |
        (v1 << 1) |
        (v2 << 2) |
        (v3 << 3) |
        (v4 << 4) |
        (v5 << 5) |
        (v6 << 6) |
        (v7 << 7);
    }
  }

  return { verdict4, verdict6, batch4, batch6 };
}

const noHeaders: HeaderColumns = {
  interfaces: new Uint32Array(0),
  addresses: new Int32Array(0),
  protocols: new Uint8Array(0),
  ports: new Uint16Array(0),
  allowed: new Uint8Array(0),
};
