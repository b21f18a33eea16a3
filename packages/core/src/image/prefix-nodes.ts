import { TrunklineError } from "../errors/trunkline-error.ts";
import { type Cidr, cidrOf, tryParseCidr } from "../net/cidr.ts";
import { NODE_MASK, ROW_SHIFT } from "./layout.ts";
import type { NodePlaces } from "./unit-compiler.ts";

/**
 * Every prefix that some rule names, each family's in preorder: a prefix comes before those inside
 * it, so that it and they are a run of numbers. IPv6 ones begin at a page of their own.
 */
export interface PrefixNodes {
  /** By number; undefined between the families. The first of each family is the whole family. */
  readonly cidrs: readonly (Cidr | undefined)[];
  /** By number: the end of the run of a prefix and those inside it. */
  readonly ends: Int32Array;
  /** First number of IPv6, a multiple of the page size. */
  readonly first6: number;
  /** By the id that {@link PrefixNames.idOf} gave. */
  readonly numbers: number[];
}

// Keys of IPv6 prefixes: behind those of IPv4, which end at 2^38.
const firstKey6 = 2 ** 40;

/** Where prefixes lie, with room for `spare` later ones. */
export function nodePlaces({ cidrs, ends }: PrefixNodes, spare: number): NodePlaces {
  const count = cidrs.length + spare;
  const places = {
    keys: new Float64Array(count),
    endKeys: new Float64Array(count),
    froms: new Int32Array(count),
    tos: new Int32Array(count),
  };
  for (const [number, cidr] of cidrs.entries()) {
    places.keys[number] = cidr?.family === 4 ? key4(cidr) : firstKey6 + number;
    places.endKeys[number] = cidr?.family === 4 ? endKey4(cidr) : firstKey6 + ends[number];
    places.froms[number] = number;
    places.tos[number] = ends[number];
  }
  return places;
}

/** Prefixes by their text while rules are read; the same block has one id however it is written. */
export class PrefixNames {
  readonly #byText = new Map<string, number>();
  readonly #byKey = new Map<string | number, number>();
  readonly #cidrs: Cidr[] = [];

  constructor() {
    this.idOf("0.0.0.0/0");
    this.idOf("::/0");
  }

  /** The id of a prefix, -1 when the text is none. */
  idOf(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const cidr = tryParseCidr(text);
    const id = cidr === undefined ? -1 : this.#idOfCidr(cidr);
    this.#byText.set(text, id);
    return id;
  }

  /** The id of the longest known prefix around an IPv4 one, itself left out. */
  around4(cidr: Cidr & { readonly family: 4 }, isKnown: (id: number) => boolean): number {
    for (let length = cidr.prefixLength - 1; length >= 0; length--) {
      const id = this.#byKey.get(key4(cidrOf({ family: 4, ip: cidr.base }, length)));
      if (id !== undefined && isKnown(id)) return id;
    }
    return 0;
  }

  /** The block of an id. */
  cidrOf(id: number): Cidr {
    return this.#cidrs[id];
  }

  /** Numbers all prefixes, leaving some numbers free. Throws QUOTA when there are more than an image can number. */
  number(spare: number): PrefixNodes {
    const ids = this.#cidrs.map((_, id) => id);
    const of = (family: 4 | 6) => ids.filter((id) => this.#cidrs[id].family === family);
    const sorted4 = this.#sorted4(of(4));
    const sorted6 = of(6).sort((a, b) => compare6(this.#cidrs[a], this.#cidrs[b]));
    const first6 = (((sorted4.length - 1) >> ROW_SHIFT) + 1) << ROW_SHIFT;
    const count = first6 + sorted6.length;
    if (count + spare > NODE_MASK) {
      throw new TrunklineError("QUOTA", `${count} prefixes in rules, ${NODE_MASK} can be compiled`);
    }
    const cidrs: (Cidr | undefined)[] = new Array(count).fill(undefined);
    const numbers = new Array<number>(ids.length).fill(-1);
    for (const [at, id] of sorted4.entries()) {
      numbers[id] = at;
      cidrs[at] = this.#cidrs[id];
    }
    for (const [at, id] of sorted6.entries()) {
      numbers[id] = first6 + at;
      cidrs[first6 + at] = this.#cidrs[id];
    }
    return { cidrs, ends: endsOf(cidrs), first6, numbers };
  }

  // One number a prefix sorts faster than objects: base, then length.
  #sorted4(ids: readonly number[]): readonly number[] {
    const keys = Float64Array.from(ids, (id) => key4(this.#cidrs[id]));
    return Array.from(keys.sort(), (key) => this.#byKey.get(key) ?? 0);
  }

  #idOfCidr(cidr: Cidr): number {
    const key = cidr.family === 4 ? key4(cidr) : [...cidr.base, cidr.prefixLength].join(" ");
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#byKey.set(key, this.#cidrs.length);
    return this.#cidrs.push(cidr) - 1;
  }
}

/** The key behind all prefixes inside an IPv4 one. */
export function endKey4(cidr: Cidr): number {
  return cidr.family === 4 ? ((cidr.base >>> 0) + 2 ** (32 - cidr.prefixLength)) * 64 : 0;
}

/** Sorts IPv4 prefixes: by base, then length. */
export function key4(cidr: Cidr): number {
  return cidr.family === 4 ? (cidr.base >>> 0) * 64 + cidr.prefixLength : 0;
}

function compare6(a: Cidr, b: Cidr): number {
  if (a.family === 4 || b.family === 4) return 0;
  for (let word = 0; word < 4; word++) {
    if (a.base[word] !== b.base[word]) return (a.base[word] >>> 0) - (b.base[word] >>> 0);
  }
  return a.prefixLength - b.prefixLength;
}

function endsOf(cidrs: readonly (Cidr | undefined)[]): Int32Array {
  const ends = new Int32Array(cidrs.length);
  const open: number[] = [];
  const close = (at: number) => {
    ends[open.pop() ?? 0] = at;
  };
  for (const [at, cidr] of cidrs.entries()) {
    while (open.length > 0 && !isInside(cidrs[open[open.length - 1]], cidr)) close(at);
    if (cidr !== undefined) open.push(at);
  }
  while (open.length > 0) close(cidrs.length);
  return ends;
}

function isInside(outer: Cidr | undefined, inner: Cidr | undefined): boolean {
  if (outer === undefined || inner === undefined) return false;
  if (outer.family === 4) {
    return inner.family === 4 && sharesBits(outer.base ^ inner.base, outer.prefixLength);
  }
  if (inner.family === 4) return false;
  for (let word = 0; word < 4; word++) {
    const bits = outer.prefixLength - 32 * word;
    if (!sharesBits(outer.base[word] ^ inner.base[word], bits)) return false;
  }
  return true;
}

function sharesBits(difference: number, bits: number): boolean {
  if (bits <= 0) return true;
  return bits >= 32 ? difference === 0 : difference >>> (32 - bits) === 0;
}
