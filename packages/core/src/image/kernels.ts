// Written by scripts/write-kernels.mjs; do not edit.
// biome-ignore-all lint/complexity/noExcessiveLinesPerFunction: eight lanes are unrolled
// biome-ignore-all lint/style/noExcessiveLinesPerFile: eight lanes are unrolled
import { TrunklineError } from "../errors/trunkline-error.ts";
import type { Image } from "./image.ts";

// The same lines are compiled to WASM, where it is a type of its own.
type i32 = number;

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
  const SIGN = 1 << 31;
  const {
    trie4,
    trie6,
    hosts6,
    deep6,
    seeds6,
    heads6,
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
    hostShift,
    rootShift,
    lastShift,
    seedMask,
    headShift,
  } = image;
  const { interfaces: who, addresses, protocols: protocolOf, ports: portOf, allowed } = columns;

  function ask(u: i32, e: i32, c: i32): i32 {
    const n: i32 = dir[(u + 1 + ((e & 0x3ffff) >>> 6)) | 0];
    const s: i32 = dir[(u + setBase + ((e >>> 24) & 0x7f)) | 0];
    const p: i32 = dir[(u + portBase + (c >>> 6)) | 0];
    const l: i32 = portPages[(c | -64) & p];
    const a: i32 = rowPages[(e | -64) & n];
    const r: i32 = rowPages[((e >>> 18) | -64) & s];
    const k: i32 = dir[u];
    const b: i32 = (k & -32) + ((l >>> 5) << k);
    const v: i32 = ((bits[(b + a) | 0] | bits[(b + r) | 0]) >>> l) & 1;
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
    const d: i32 = trie4[x >>> rootShift];
    const f: i32 = trie4[((d >>> 8) + ((x >>> lastShift) & (d & 255))) | 0];
    return trie4[((f >>> 8) + (x & (f & 255))) | 0];
  }

  // A host of its own first, then the trie over 64 bits, then the list of a /64.
  function leaf6(a: i32, b: i32, c: i32, d: i32): i32 {
    let h: i32 = a ^ Math.imul(b, -2048144789);
    h ^= Math.imul(c, -1028477387) ^ Math.imul(d, 668265263);
    h ^= h >>> 15;
    const j: i32 = seeds6[h & seedMask];
    const t: i32 = (Math.imul(h ^ j, 739982445) >>> hostShift) << 3;
    const g: i32 = hosts6[(t + 4) | 0];
    const y: i32 =
      (hosts6[t] ^ a) |
      (hosts6[(t + 1) | 0] ^ b) |
      (hosts6[(t + 2) | 0] ^ c) |
      (hosts6[(t + 3) | 0] ^ d);
    return y === 0 && g !== 0 ? g : walk6(a, b, c, d);
  }

  // Past the first three levels where the table of heads knows the first word.
  function walk6(a: i32, b: i32, c: i32, d: i32): i32 {
    const s: i32 = (Math.imul(a, -1640531535) >>> headShift) << 1;
    let e: i32 = heads6[(s + 1) | 0];
    if (heads6[s] !== a || e === 0) {
      e = trie6[a >>> 16];
      if (e >= 0) e = trie6[(e + ((a >>> 8) & 255)) | 0];
      if (e >= 0) e = trie6[(e + (a & 255)) | 0];
    }
    if (e >= 0) e = trie6[(e + (b >>> 24)) | 0];
    if (e >= 0) e = trie6[(e + ((b >>> 16) & 255)) | 0];
    if (e >= 0) e = trie6[(e + ((b >>> 8) & 255)) | 0];
    if (e >= 0) e = trie6[(e + (b & 255)) | 0];
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
        first > (c ^ SIGN) || (first === (c ^ SIGN) && (deep6[(at + 1) | 0] ^ SIGN) > (d ^ SIGN));
      if (isAfter) high = middle - 1;
      else low = middle;
    }
    return deep6[(list + 3 + Math.imul(3, low)) | 0];
  }

  function verdict4(eni: i32, way: i32, x: i32, protocol: i32, port: i32): i32 {
    const e: i32 = leaf4(x);
    const q: i32 = protocols4[protocol];
    const c: i32 = portClasses[((q >> 1) + (port & (0 - (q & 1)))) | 0];
    const u: i32 = interfaces[(eni << 1) | way] | 0;
    return u >= 0 ? ask(u, e, c) : askAll(~u, e, c);
  }

  function blocks4(way: i32, first: i32, end: i32): void {
    const trie4Here = trie4;
    const protocols4Here = protocols4;
    const portClassesHere = portClasses;
    const interfacesHere = interfaces;
    const dirHere = dir;
    const rowPagesHere = rowPages;
    const portPagesHere = portPages;
    const bitsHere = bits;
    const whoHere = who;
    const addressesHere = addresses;
    const protocolOfHere = protocolOf;
    const portOfHere = portOf;
    const allowedHere = allowed;
    const setBaseHere = setBase;
    const portBaseHere = portBase;
    const rootShiftHere = rootShift;
    const lastShiftHere = lastShift;
    for (let block: i32 = first; block < end; block++) {
      const at: i32 = block << 3;
      const x0: i32 = addressesHere[at];
      const d0: i32 = trie4Here[x0 >>> rootShiftHere];
      const x1: i32 = addressesHere[(at + 1) | 0];
      const d1: i32 = trie4Here[x1 >>> rootShiftHere];
      const x2: i32 = addressesHere[(at + 2) | 0];
      const d2: i32 = trie4Here[x2 >>> rootShiftHere];
      const x3: i32 = addressesHere[(at + 3) | 0];
      const d3: i32 = trie4Here[x3 >>> rootShiftHere];
      const x4: i32 = addressesHere[(at + 4) | 0];
      const d4: i32 = trie4Here[x4 >>> rootShiftHere];
      const x5: i32 = addressesHere[(at + 5) | 0];
      const d5: i32 = trie4Here[x5 >>> rootShiftHere];
      const x6: i32 = addressesHere[(at + 6) | 0];
      const d6: i32 = trie4Here[x6 >>> rootShiftHere];
      const x7: i32 = addressesHere[(at + 7) | 0];
      const d7: i32 = trie4Here[x7 >>> rootShiftHere];
      const u0: i32 = interfacesHere[(whoHere[at] << 1) | way] | 0;
      const q0: i32 = protocols4Here[protocolOfHere[at]];
      const c0: i32 = portClassesHere[(q0 >> 1) + (portOfHere[at] & (0 - (q0 & 1)))];
      const u1: i32 = interfacesHere[(whoHere[(at + 1) | 0] << 1) | way] | 0;
      const q1: i32 = protocols4Here[protocolOfHere[(at + 1) | 0]];
      const c1: i32 = portClassesHere[(q1 >> 1) + (portOfHere[(at + 1) | 0] & (0 - (q1 & 1)))];
      const u2: i32 = interfacesHere[(whoHere[(at + 2) | 0] << 1) | way] | 0;
      const q2: i32 = protocols4Here[protocolOfHere[(at + 2) | 0]];
      const c2: i32 = portClassesHere[(q2 >> 1) + (portOfHere[(at + 2) | 0] & (0 - (q2 & 1)))];
      const u3: i32 = interfacesHere[(whoHere[(at + 3) | 0] << 1) | way] | 0;
      const q3: i32 = protocols4Here[protocolOfHere[(at + 3) | 0]];
      const c3: i32 = portClassesHere[(q3 >> 1) + (portOfHere[(at + 3) | 0] & (0 - (q3 & 1)))];
      const u4: i32 = interfacesHere[(whoHere[(at + 4) | 0] << 1) | way] | 0;
      const q4: i32 = protocols4Here[protocolOfHere[(at + 4) | 0]];
      const c4: i32 = portClassesHere[(q4 >> 1) + (portOfHere[(at + 4) | 0] & (0 - (q4 & 1)))];
      const u5: i32 = interfacesHere[(whoHere[(at + 5) | 0] << 1) | way] | 0;
      const q5: i32 = protocols4Here[protocolOfHere[(at + 5) | 0]];
      const c5: i32 = portClassesHere[(q5 >> 1) + (portOfHere[(at + 5) | 0] & (0 - (q5 & 1)))];
      const u6: i32 = interfacesHere[(whoHere[(at + 6) | 0] << 1) | way] | 0;
      const q6: i32 = protocols4Here[protocolOfHere[(at + 6) | 0]];
      const c6: i32 = portClassesHere[(q6 >> 1) + (portOfHere[(at + 6) | 0] & (0 - (q6 & 1)))];
      const u7: i32 = interfacesHere[(whoHere[(at + 7) | 0] << 1) | way] | 0;
      const q7: i32 = protocols4Here[protocolOfHere[(at + 7) | 0]];
      const c7: i32 = portClassesHere[(q7 >> 1) + (portOfHere[(at + 7) | 0] & (0 - (q7 & 1)))];
      const f0: i32 = trie4Here[((d0 >>> 8) + ((x0 >>> lastShiftHere) & (d0 & 255))) | 0];
      const f1: i32 = trie4Here[((d1 >>> 8) + ((x1 >>> lastShiftHere) & (d1 & 255))) | 0];
      const f2: i32 = trie4Here[((d2 >>> 8) + ((x2 >>> lastShiftHere) & (d2 & 255))) | 0];
      const f3: i32 = trie4Here[((d3 >>> 8) + ((x3 >>> lastShiftHere) & (d3 & 255))) | 0];
      const f4: i32 = trie4Here[((d4 >>> 8) + ((x4 >>> lastShiftHere) & (d4 & 255))) | 0];
      const f5: i32 = trie4Here[((d5 >>> 8) + ((x5 >>> lastShiftHere) & (d5 & 255))) | 0];
      const f6: i32 = trie4Here[((d6 >>> 8) + ((x6 >>> lastShiftHere) & (d6 & 255))) | 0];
      const f7: i32 = trie4Here[((d7 >>> 8) + ((x7 >>> lastShiftHere) & (d7 & 255))) | 0];
      const e0: i32 = trie4Here[((f0 >>> 8) + (x0 & (f0 & 255))) | 0];
      const e1: i32 = trie4Here[((f1 >>> 8) + (x1 & (f1 & 255))) | 0];
      const e2: i32 = trie4Here[((f2 >>> 8) + (x2 & (f2 & 255))) | 0];
      const e3: i32 = trie4Here[((f3 >>> 8) + (x3 & (f3 & 255))) | 0];
      const e4: i32 = trie4Here[((f4 >>> 8) + (x4 & (f4 & 255))) | 0];
      const e5: i32 = trie4Here[((f5 >>> 8) + (x5 & (f5 & 255))) | 0];
      const e6: i32 = trie4Here[((f6 >>> 8) + (x6 & (f6 & 255))) | 0];
      const e7: i32 = trie4Here[((f7 >>> 8) + (x7 & (f7 & 255))) | 0];
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
        allowedHere[block] = some;
        continue;
      }
      const n0: i32 = dirHere[(u0 + 1 + ((e0 & 0x3ffff) >>> 6)) | 0];
      const s0: i32 = dirHere[(u0 + setBaseHere + ((e0 >>> 24) & 0x7f)) | 0];
      const p0: i32 = dirHere[(u0 + portBaseHere + (c0 >>> 6)) | 0];
      const n1: i32 = dirHere[(u1 + 1 + ((e1 & 0x3ffff) >>> 6)) | 0];
      const s1: i32 = dirHere[(u1 + setBaseHere + ((e1 >>> 24) & 0x7f)) | 0];
      const p1: i32 = dirHere[(u1 + portBaseHere + (c1 >>> 6)) | 0];
      const n2: i32 = dirHere[(u2 + 1 + ((e2 & 0x3ffff) >>> 6)) | 0];
      const s2: i32 = dirHere[(u2 + setBaseHere + ((e2 >>> 24) & 0x7f)) | 0];
      const p2: i32 = dirHere[(u2 + portBaseHere + (c2 >>> 6)) | 0];
      const n3: i32 = dirHere[(u3 + 1 + ((e3 & 0x3ffff) >>> 6)) | 0];
      const s3: i32 = dirHere[(u3 + setBaseHere + ((e3 >>> 24) & 0x7f)) | 0];
      const p3: i32 = dirHere[(u3 + portBaseHere + (c3 >>> 6)) | 0];
      const n4: i32 = dirHere[(u4 + 1 + ((e4 & 0x3ffff) >>> 6)) | 0];
      const s4: i32 = dirHere[(u4 + setBaseHere + ((e4 >>> 24) & 0x7f)) | 0];
      const p4: i32 = dirHere[(u4 + portBaseHere + (c4 >>> 6)) | 0];
      const n5: i32 = dirHere[(u5 + 1 + ((e5 & 0x3ffff) >>> 6)) | 0];
      const s5: i32 = dirHere[(u5 + setBaseHere + ((e5 >>> 24) & 0x7f)) | 0];
      const p5: i32 = dirHere[(u5 + portBaseHere + (c5 >>> 6)) | 0];
      const n6: i32 = dirHere[(u6 + 1 + ((e6 & 0x3ffff) >>> 6)) | 0];
      const s6: i32 = dirHere[(u6 + setBaseHere + ((e6 >>> 24) & 0x7f)) | 0];
      const p6: i32 = dirHere[(u6 + portBaseHere + (c6 >>> 6)) | 0];
      const n7: i32 = dirHere[(u7 + 1 + ((e7 & 0x3ffff) >>> 6)) | 0];
      const s7: i32 = dirHere[(u7 + setBaseHere + ((e7 >>> 24) & 0x7f)) | 0];
      const p7: i32 = dirHere[(u7 + portBaseHere + (c7 >>> 6)) | 0];
      const l0: i32 = portPagesHere[(c0 | -64) & p0];
      const l1: i32 = portPagesHere[(c1 | -64) & p1];
      const l2: i32 = portPagesHere[(c2 | -64) & p2];
      const l3: i32 = portPagesHere[(c3 | -64) & p3];
      const l4: i32 = portPagesHere[(c4 | -64) & p4];
      const l5: i32 = portPagesHere[(c5 | -64) & p5];
      const l6: i32 = portPagesHere[(c6 | -64) & p6];
      const l7: i32 = portPagesHere[(c7 | -64) & p7];
      const a0: i32 = rowPagesHere[(e0 | -64) & n0];
      const r0: i32 = rowPagesHere[((e0 >>> 18) | -64) & s0];
      const a1: i32 = rowPagesHere[(e1 | -64) & n1];
      const r1: i32 = rowPagesHere[((e1 >>> 18) | -64) & s1];
      const a2: i32 = rowPagesHere[(e2 | -64) & n2];
      const r2: i32 = rowPagesHere[((e2 >>> 18) | -64) & s2];
      const a3: i32 = rowPagesHere[(e3 | -64) & n3];
      const r3: i32 = rowPagesHere[((e3 >>> 18) | -64) & s3];
      const a4: i32 = rowPagesHere[(e4 | -64) & n4];
      const r4: i32 = rowPagesHere[((e4 >>> 18) | -64) & s4];
      const a5: i32 = rowPagesHere[(e5 | -64) & n5];
      const r5: i32 = rowPagesHere[((e5 >>> 18) | -64) & s5];
      const a6: i32 = rowPagesHere[(e6 | -64) & n6];
      const r6: i32 = rowPagesHere[((e6 >>> 18) | -64) & s6];
      const a7: i32 = rowPagesHere[(e7 | -64) & n7];
      const r7: i32 = rowPagesHere[((e7 >>> 18) | -64) & s7];
      const k0: i32 = dirHere[u0];
      const b0: i32 = (k0 & -32) + ((l0 >>> 5) << k0);
      const v0: i32 = ((bitsHere[(b0 + a0) | 0] | bitsHere[(b0 + r0) | 0]) >>> l0) & 1;
      const k1: i32 = dirHere[u1];
      const b1: i32 = (k1 & -32) + ((l1 >>> 5) << k1);
      const v1: i32 = ((bitsHere[(b1 + a1) | 0] | bitsHere[(b1 + r1) | 0]) >>> l1) & 1;
      const k2: i32 = dirHere[u2];
      const b2: i32 = (k2 & -32) + ((l2 >>> 5) << k2);
      const v2: i32 = ((bitsHere[(b2 + a2) | 0] | bitsHere[(b2 + r2) | 0]) >>> l2) & 1;
      const k3: i32 = dirHere[u3];
      const b3: i32 = (k3 & -32) + ((l3 >>> 5) << k3);
      const v3: i32 = ((bitsHere[(b3 + a3) | 0] | bitsHere[(b3 + r3) | 0]) >>> l3) & 1;
      const k4: i32 = dirHere[u4];
      const b4: i32 = (k4 & -32) + ((l4 >>> 5) << k4);
      const v4: i32 = ((bitsHere[(b4 + a4) | 0] | bitsHere[(b4 + r4) | 0]) >>> l4) & 1;
      const k5: i32 = dirHere[u5];
      const b5: i32 = (k5 & -32) + ((l5 >>> 5) << k5);
      const v5: i32 = ((bitsHere[(b5 + a5) | 0] | bitsHere[(b5 + r5) | 0]) >>> l5) & 1;
      const k6: i32 = dirHere[u6];
      const b6: i32 = (k6 & -32) + ((l6 >>> 5) << k6);
      const v6: i32 = ((bitsHere[(b6 + a6) | 0] | bitsHere[(b6 + r6) | 0]) >>> l6) & 1;
      const k7: i32 = dirHere[u7];
      const b7: i32 = (k7 & -32) + ((l7 >>> 5) << k7);
      const v7: i32 = ((bitsHere[(b7 + a7) | 0] | bitsHere[(b7 + r7) | 0]) >>> l7) & 1;
      allowedHere[block] =
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

  function batch4(way: i32, first: i32, end: i32): void {
    for (let at: i32 = first; at < end; at += 16) {
      const next: i32 = at + 16;
      blocks4(way, at, next < end ? next : end);
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
    const c: i32 = portClasses[((q >> 1) + (port & (0 - (q & 1)))) | 0];
    const u: i32 = interfaces[(eni << 1) | way] | 0;
    return u >= 0 ? ask(u, e, c) : askAll(~u, e, c);
  }

  function blocks6(way: i32, first: i32, end: i32): void {
    const hosts6Here = hosts6;
    const seeds6Here = seeds6;
    const protocols6Here = protocols6;
    const portClassesHere = portClasses;
    const interfacesHere = interfaces;
    const dirHere = dir;
    const rowPagesHere = rowPages;
    const portPagesHere = portPages;
    const bitsHere = bits;
    const whoHere = who;
    const addressesHere = addresses;
    const protocolOfHere = protocolOf;
    const portOfHere = portOf;
    const allowedHere = allowed;
    const setBaseHere = setBase;
    const portBaseHere = portBase;
    const hostShiftHere = hostShift;
    const seedMaskHere = seedMask;
    for (let block: i32 = first; block < end; block++) {
      const at: i32 = block << 3;
      const u0: i32 = interfacesHere[(whoHere[at] << 1) | way] | 0;
      const q0: i32 = protocols6Here[protocolOfHere[at]];
      const c0: i32 = portClassesHere[(q0 >> 1) + (portOfHere[at] & (0 - (q0 & 1)))];
      const u1: i32 = interfacesHere[(whoHere[(at + 1) | 0] << 1) | way] | 0;
      const q1: i32 = protocols6Here[protocolOfHere[(at + 1) | 0]];
      const c1: i32 = portClassesHere[(q1 >> 1) + (portOfHere[(at + 1) | 0] & (0 - (q1 & 1)))];
      const u2: i32 = interfacesHere[(whoHere[(at + 2) | 0] << 1) | way] | 0;
      const q2: i32 = protocols6Here[protocolOfHere[(at + 2) | 0]];
      const c2: i32 = portClassesHere[(q2 >> 1) + (portOfHere[(at + 2) | 0] & (0 - (q2 & 1)))];
      const u3: i32 = interfacesHere[(whoHere[(at + 3) | 0] << 1) | way] | 0;
      const q3: i32 = protocols6Here[protocolOfHere[(at + 3) | 0]];
      const c3: i32 = portClassesHere[(q3 >> 1) + (portOfHere[(at + 3) | 0] & (0 - (q3 & 1)))];
      const u4: i32 = interfacesHere[(whoHere[(at + 4) | 0] << 1) | way] | 0;
      const q4: i32 = protocols6Here[protocolOfHere[(at + 4) | 0]];
      const c4: i32 = portClassesHere[(q4 >> 1) + (portOfHere[(at + 4) | 0] & (0 - (q4 & 1)))];
      const u5: i32 = interfacesHere[(whoHere[(at + 5) | 0] << 1) | way] | 0;
      const q5: i32 = protocols6Here[protocolOfHere[(at + 5) | 0]];
      const c5: i32 = portClassesHere[(q5 >> 1) + (portOfHere[(at + 5) | 0] & (0 - (q5 & 1)))];
      const u6: i32 = interfacesHere[(whoHere[(at + 6) | 0] << 1) | way] | 0;
      const q6: i32 = protocols6Here[protocolOfHere[(at + 6) | 0]];
      const c6: i32 = portClassesHere[(q6 >> 1) + (portOfHere[(at + 6) | 0] & (0 - (q6 & 1)))];
      const u7: i32 = interfacesHere[(whoHere[(at + 7) | 0] << 1) | way] | 0;
      const q7: i32 = protocols6Here[protocolOfHere[(at + 7) | 0]];
      const c7: i32 = portClassesHere[(q7 >> 1) + (portOfHere[(at + 7) | 0] & (0 - (q7 & 1)))];
      const x0: i32 = at << 2;
      const wa0: i32 = addressesHere[x0];
      const wb0: i32 = addressesHere[(x0 + 1) | 0];
      const wc0: i32 = addressesHere[(x0 + 2) | 0];
      const wd0: i32 = addressesHere[(x0 + 3) | 0];
      let h0: i32 = wa0 ^ Math.imul(wb0, -2048144789);
      h0 ^= Math.imul(wc0, -1028477387) ^ Math.imul(wd0, 668265263);
      h0 ^= h0 >>> 15;
      const j0: i32 = seeds6Here[h0 & seedMaskHere];
      const x1: i32 = (at + 1) << 2;
      const wa1: i32 = addressesHere[x1];
      const wb1: i32 = addressesHere[(x1 + 1) | 0];
      const wc1: i32 = addressesHere[(x1 + 2) | 0];
      const wd1: i32 = addressesHere[(x1 + 3) | 0];
      let h1: i32 = wa1 ^ Math.imul(wb1, -2048144789);
      h1 ^= Math.imul(wc1, -1028477387) ^ Math.imul(wd1, 668265263);
      h1 ^= h1 >>> 15;
      const j1: i32 = seeds6Here[h1 & seedMaskHere];
      const x2: i32 = (at + 2) << 2;
      const wa2: i32 = addressesHere[x2];
      const wb2: i32 = addressesHere[(x2 + 1) | 0];
      const wc2: i32 = addressesHere[(x2 + 2) | 0];
      const wd2: i32 = addressesHere[(x2 + 3) | 0];
      let h2: i32 = wa2 ^ Math.imul(wb2, -2048144789);
      h2 ^= Math.imul(wc2, -1028477387) ^ Math.imul(wd2, 668265263);
      h2 ^= h2 >>> 15;
      const j2: i32 = seeds6Here[h2 & seedMaskHere];
      const x3: i32 = (at + 3) << 2;
      const wa3: i32 = addressesHere[x3];
      const wb3: i32 = addressesHere[(x3 + 1) | 0];
      const wc3: i32 = addressesHere[(x3 + 2) | 0];
      const wd3: i32 = addressesHere[(x3 + 3) | 0];
      let h3: i32 = wa3 ^ Math.imul(wb3, -2048144789);
      h3 ^= Math.imul(wc3, -1028477387) ^ Math.imul(wd3, 668265263);
      h3 ^= h3 >>> 15;
      const j3: i32 = seeds6Here[h3 & seedMaskHere];
      const x4: i32 = (at + 4) << 2;
      const wa4: i32 = addressesHere[x4];
      const wb4: i32 = addressesHere[(x4 + 1) | 0];
      const wc4: i32 = addressesHere[(x4 + 2) | 0];
      const wd4: i32 = addressesHere[(x4 + 3) | 0];
      let h4: i32 = wa4 ^ Math.imul(wb4, -2048144789);
      h4 ^= Math.imul(wc4, -1028477387) ^ Math.imul(wd4, 668265263);
      h4 ^= h4 >>> 15;
      const j4: i32 = seeds6Here[h4 & seedMaskHere];
      const x5: i32 = (at + 5) << 2;
      const wa5: i32 = addressesHere[x5];
      const wb5: i32 = addressesHere[(x5 + 1) | 0];
      const wc5: i32 = addressesHere[(x5 + 2) | 0];
      const wd5: i32 = addressesHere[(x5 + 3) | 0];
      let h5: i32 = wa5 ^ Math.imul(wb5, -2048144789);
      h5 ^= Math.imul(wc5, -1028477387) ^ Math.imul(wd5, 668265263);
      h5 ^= h5 >>> 15;
      const j5: i32 = seeds6Here[h5 & seedMaskHere];
      const x6: i32 = (at + 6) << 2;
      const wa6: i32 = addressesHere[x6];
      const wb6: i32 = addressesHere[(x6 + 1) | 0];
      const wc6: i32 = addressesHere[(x6 + 2) | 0];
      const wd6: i32 = addressesHere[(x6 + 3) | 0];
      let h6: i32 = wa6 ^ Math.imul(wb6, -2048144789);
      h6 ^= Math.imul(wc6, -1028477387) ^ Math.imul(wd6, 668265263);
      h6 ^= h6 >>> 15;
      const j6: i32 = seeds6Here[h6 & seedMaskHere];
      const x7: i32 = (at + 7) << 2;
      const wa7: i32 = addressesHere[x7];
      const wb7: i32 = addressesHere[(x7 + 1) | 0];
      const wc7: i32 = addressesHere[(x7 + 2) | 0];
      const wd7: i32 = addressesHere[(x7 + 3) | 0];
      let h7: i32 = wa7 ^ Math.imul(wb7, -2048144789);
      h7 ^= Math.imul(wc7, -1028477387) ^ Math.imul(wd7, 668265263);
      h7 ^= h7 >>> 15;
      const j7: i32 = seeds6Here[h7 & seedMaskHere];
      const t0: i32 = (Math.imul(h0 ^ j0, 739982445) >>> hostShiftHere) << 3;
      const g0: i32 = hosts6Here[(t0 + 4) | 0];
      const y0: i32 =
        (hosts6Here[t0] ^ wa0) |
        (hosts6Here[(t0 + 1) | 0] ^ wb0) |
        (hosts6Here[(t0 + 2) | 0] ^ wc0) |
        (hosts6Here[(t0 + 3) | 0] ^ wd0);
      const t1: i32 = (Math.imul(h1 ^ j1, 739982445) >>> hostShiftHere) << 3;
      const g1: i32 = hosts6Here[(t1 + 4) | 0];
      const y1: i32 =
        (hosts6Here[t1] ^ wa1) |
        (hosts6Here[(t1 + 1) | 0] ^ wb1) |
        (hosts6Here[(t1 + 2) | 0] ^ wc1) |
        (hosts6Here[(t1 + 3) | 0] ^ wd1);
      const t2: i32 = (Math.imul(h2 ^ j2, 739982445) >>> hostShiftHere) << 3;
      const g2: i32 = hosts6Here[(t2 + 4) | 0];
      const y2: i32 =
        (hosts6Here[t2] ^ wa2) |
        (hosts6Here[(t2 + 1) | 0] ^ wb2) |
        (hosts6Here[(t2 + 2) | 0] ^ wc2) |
        (hosts6Here[(t2 + 3) | 0] ^ wd2);
      const t3: i32 = (Math.imul(h3 ^ j3, 739982445) >>> hostShiftHere) << 3;
      const g3: i32 = hosts6Here[(t3 + 4) | 0];
      const y3: i32 =
        (hosts6Here[t3] ^ wa3) |
        (hosts6Here[(t3 + 1) | 0] ^ wb3) |
        (hosts6Here[(t3 + 2) | 0] ^ wc3) |
        (hosts6Here[(t3 + 3) | 0] ^ wd3);
      const t4: i32 = (Math.imul(h4 ^ j4, 739982445) >>> hostShiftHere) << 3;
      const g4: i32 = hosts6Here[(t4 + 4) | 0];
      const y4: i32 =
        (hosts6Here[t4] ^ wa4) |
        (hosts6Here[(t4 + 1) | 0] ^ wb4) |
        (hosts6Here[(t4 + 2) | 0] ^ wc4) |
        (hosts6Here[(t4 + 3) | 0] ^ wd4);
      const t5: i32 = (Math.imul(h5 ^ j5, 739982445) >>> hostShiftHere) << 3;
      const g5: i32 = hosts6Here[(t5 + 4) | 0];
      const y5: i32 =
        (hosts6Here[t5] ^ wa5) |
        (hosts6Here[(t5 + 1) | 0] ^ wb5) |
        (hosts6Here[(t5 + 2) | 0] ^ wc5) |
        (hosts6Here[(t5 + 3) | 0] ^ wd5);
      const t6: i32 = (Math.imul(h6 ^ j6, 739982445) >>> hostShiftHere) << 3;
      const g6: i32 = hosts6Here[(t6 + 4) | 0];
      const y6: i32 =
        (hosts6Here[t6] ^ wa6) |
        (hosts6Here[(t6 + 1) | 0] ^ wb6) |
        (hosts6Here[(t6 + 2) | 0] ^ wc6) |
        (hosts6Here[(t6 + 3) | 0] ^ wd6);
      const t7: i32 = (Math.imul(h7 ^ j7, 739982445) >>> hostShiftHere) << 3;
      const g7: i32 = hosts6Here[(t7 + 4) | 0];
      const y7: i32 =
        (hosts6Here[t7] ^ wa7) |
        (hosts6Here[(t7 + 1) | 0] ^ wb7) |
        (hosts6Here[(t7 + 2) | 0] ^ wc7) |
        (hosts6Here[(t7 + 3) | 0] ^ wd7);
      const e0: i32 = y0 === 0 && g0 !== 0 ? g0 : walk6(wa0, wb0, wc0, wd0);
      const e1: i32 = y1 === 0 && g1 !== 0 ? g1 : walk6(wa1, wb1, wc1, wd1);
      const e2: i32 = y2 === 0 && g2 !== 0 ? g2 : walk6(wa2, wb2, wc2, wd2);
      const e3: i32 = y3 === 0 && g3 !== 0 ? g3 : walk6(wa3, wb3, wc3, wd3);
      const e4: i32 = y4 === 0 && g4 !== 0 ? g4 : walk6(wa4, wb4, wc4, wd4);
      const e5: i32 = y5 === 0 && g5 !== 0 ? g5 : walk6(wa5, wb5, wc5, wd5);
      const e6: i32 = y6 === 0 && g6 !== 0 ? g6 : walk6(wa6, wb6, wc6, wd6);
      const e7: i32 = y7 === 0 && g7 !== 0 ? g7 : walk6(wa7, wb7, wc7, wd7);
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
        allowedHere[block] = some;
        continue;
      }
      const n0: i32 = dirHere[(u0 + 1 + ((e0 & 0x3ffff) >>> 6)) | 0];
      const s0: i32 = dirHere[(u0 + setBaseHere + ((e0 >>> 24) & 0x7f)) | 0];
      const p0: i32 = dirHere[(u0 + portBaseHere + (c0 >>> 6)) | 0];
      const n1: i32 = dirHere[(u1 + 1 + ((e1 & 0x3ffff) >>> 6)) | 0];
      const s1: i32 = dirHere[(u1 + setBaseHere + ((e1 >>> 24) & 0x7f)) | 0];
      const p1: i32 = dirHere[(u1 + portBaseHere + (c1 >>> 6)) | 0];
      const n2: i32 = dirHere[(u2 + 1 + ((e2 & 0x3ffff) >>> 6)) | 0];
      const s2: i32 = dirHere[(u2 + setBaseHere + ((e2 >>> 24) & 0x7f)) | 0];
      const p2: i32 = dirHere[(u2 + portBaseHere + (c2 >>> 6)) | 0];
      const n3: i32 = dirHere[(u3 + 1 + ((e3 & 0x3ffff) >>> 6)) | 0];
      const s3: i32 = dirHere[(u3 + setBaseHere + ((e3 >>> 24) & 0x7f)) | 0];
      const p3: i32 = dirHere[(u3 + portBaseHere + (c3 >>> 6)) | 0];
      const n4: i32 = dirHere[(u4 + 1 + ((e4 & 0x3ffff) >>> 6)) | 0];
      const s4: i32 = dirHere[(u4 + setBaseHere + ((e4 >>> 24) & 0x7f)) | 0];
      const p4: i32 = dirHere[(u4 + portBaseHere + (c4 >>> 6)) | 0];
      const n5: i32 = dirHere[(u5 + 1 + ((e5 & 0x3ffff) >>> 6)) | 0];
      const s5: i32 = dirHere[(u5 + setBaseHere + ((e5 >>> 24) & 0x7f)) | 0];
      const p5: i32 = dirHere[(u5 + portBaseHere + (c5 >>> 6)) | 0];
      const n6: i32 = dirHere[(u6 + 1 + ((e6 & 0x3ffff) >>> 6)) | 0];
      const s6: i32 = dirHere[(u6 + setBaseHere + ((e6 >>> 24) & 0x7f)) | 0];
      const p6: i32 = dirHere[(u6 + portBaseHere + (c6 >>> 6)) | 0];
      const n7: i32 = dirHere[(u7 + 1 + ((e7 & 0x3ffff) >>> 6)) | 0];
      const s7: i32 = dirHere[(u7 + setBaseHere + ((e7 >>> 24) & 0x7f)) | 0];
      const p7: i32 = dirHere[(u7 + portBaseHere + (c7 >>> 6)) | 0];
      const l0: i32 = portPagesHere[(c0 | -64) & p0];
      const l1: i32 = portPagesHere[(c1 | -64) & p1];
      const l2: i32 = portPagesHere[(c2 | -64) & p2];
      const l3: i32 = portPagesHere[(c3 | -64) & p3];
      const l4: i32 = portPagesHere[(c4 | -64) & p4];
      const l5: i32 = portPagesHere[(c5 | -64) & p5];
      const l6: i32 = portPagesHere[(c6 | -64) & p6];
      const l7: i32 = portPagesHere[(c7 | -64) & p7];
      const a0: i32 = rowPagesHere[(e0 | -64) & n0];
      const r0: i32 = rowPagesHere[((e0 >>> 18) | -64) & s0];
      const a1: i32 = rowPagesHere[(e1 | -64) & n1];
      const r1: i32 = rowPagesHere[((e1 >>> 18) | -64) & s1];
      const a2: i32 = rowPagesHere[(e2 | -64) & n2];
      const r2: i32 = rowPagesHere[((e2 >>> 18) | -64) & s2];
      const a3: i32 = rowPagesHere[(e3 | -64) & n3];
      const r3: i32 = rowPagesHere[((e3 >>> 18) | -64) & s3];
      const a4: i32 = rowPagesHere[(e4 | -64) & n4];
      const r4: i32 = rowPagesHere[((e4 >>> 18) | -64) & s4];
      const a5: i32 = rowPagesHere[(e5 | -64) & n5];
      const r5: i32 = rowPagesHere[((e5 >>> 18) | -64) & s5];
      const a6: i32 = rowPagesHere[(e6 | -64) & n6];
      const r6: i32 = rowPagesHere[((e6 >>> 18) | -64) & s6];
      const a7: i32 = rowPagesHere[(e7 | -64) & n7];
      const r7: i32 = rowPagesHere[((e7 >>> 18) | -64) & s7];
      const k0: i32 = dirHere[u0];
      const b0: i32 = (k0 & -32) + ((l0 >>> 5) << k0);
      const v0: i32 = ((bitsHere[(b0 + a0) | 0] | bitsHere[(b0 + r0) | 0]) >>> l0) & 1;
      const k1: i32 = dirHere[u1];
      const b1: i32 = (k1 & -32) + ((l1 >>> 5) << k1);
      const v1: i32 = ((bitsHere[(b1 + a1) | 0] | bitsHere[(b1 + r1) | 0]) >>> l1) & 1;
      const k2: i32 = dirHere[u2];
      const b2: i32 = (k2 & -32) + ((l2 >>> 5) << k2);
      const v2: i32 = ((bitsHere[(b2 + a2) | 0] | bitsHere[(b2 + r2) | 0]) >>> l2) & 1;
      const k3: i32 = dirHere[u3];
      const b3: i32 = (k3 & -32) + ((l3 >>> 5) << k3);
      const v3: i32 = ((bitsHere[(b3 + a3) | 0] | bitsHere[(b3 + r3) | 0]) >>> l3) & 1;
      const k4: i32 = dirHere[u4];
      const b4: i32 = (k4 & -32) + ((l4 >>> 5) << k4);
      const v4: i32 = ((bitsHere[(b4 + a4) | 0] | bitsHere[(b4 + r4) | 0]) >>> l4) & 1;
      const k5: i32 = dirHere[u5];
      const b5: i32 = (k5 & -32) + ((l5 >>> 5) << k5);
      const v5: i32 = ((bitsHere[(b5 + a5) | 0] | bitsHere[(b5 + r5) | 0]) >>> l5) & 1;
      const k6: i32 = dirHere[u6];
      const b6: i32 = (k6 & -32) + ((l6 >>> 5) << k6);
      const v6: i32 = ((bitsHere[(b6 + a6) | 0] | bitsHere[(b6 + r6) | 0]) >>> l6) & 1;
      const k7: i32 = dirHere[u7];
      const b7: i32 = (k7 & -32) + ((l7 >>> 5) << k7);
      const v7: i32 = ((bitsHere[(b7 + a7) | 0] | bitsHere[(b7 + r7) | 0]) >>> l7) & 1;
      allowedHere[block] =
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

  function batch6(way: i32, first: i32, end: i32): void {
    for (let at: i32 = first; at < end; at += 16) {
      const next: i32 = at + 16;
      blocks6(way, at, next < end ? next : end);
    }
  }

  return { verdict4, verdict6, batch4, batch6 };
}

let generation = 0;

/**
 * Like {@link bindKernels}, with code of its own for each call: V8 then treats the image as a
 * constant however many images there are. Single verdicts are up to twice as fast for it.
 *
 * Throws UNSUPPORTED where code may not be made from text (a content security policy).
 */
export function generateKernels(image: Image, columns: HeaderColumns = noHeaders): Kernels {
  // V8 knows functions of equal source as one; the number makes each its own.
  generation++;
  return ownBind(`return ${bindKernels}; // ${generation}`)(image, columns);
}

function ownBind(source: string): typeof bindKernels {
  try {
    // The text is this program's own, whatever the image holds.
    return new Function(source)();
  } catch (cause) {
    const text = "code cannot be made from text here; bindKernels does the same without";
    throw new TrunklineError("UNSUPPORTED", text, { cause });
  }
}

const noHeaders: HeaderColumns = {
  interfaces: new Uint32Array(0),
  addresses: new Int32Array(0),
  protocols: new Uint8Array(0),
  ports: new Uint16Array(0),
  allowed: new Uint8Array(0),
};
