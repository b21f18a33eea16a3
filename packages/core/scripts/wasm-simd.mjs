// The IPv4 batch kernel of the WASM build: the stages of write-kernels.mjs, four lanes in a vector.
// WASM has no gather, so that each load is one lane's; what vectors save is the arithmetic between
// the loads. JavaScript has no vectors: there is no such kernel in kernels.ts.

const halves = [0, 1];

/** The lines for both halves of a block of eight; `$` is the half, `#` its first header. */
const bothHalves = (lines) =>
  halves.flatMap((half) =>
    lines.map((line) => line.replaceAll("$", half).replaceAll("#", `(at + ${4 * half})`)),
  );

const vector = (value) => `i32x4.splat(${value})`;
const and = (a, b) => `v128.and(${a}, ${b})`;
const or = (a, b) => `v128.or(${a}, ${b})`;
const add = (a, b) => `i32x4.add(${a}, ${b})`;
const shifted = (a, bits) => `i32x4.shr_u(${a}, ${bits})`;

const entryLines = [
  `const w$ = ${or("i32x4.shl(v128.load(who + (# << 2)), 1)", vector("way"))};`,
  // As `known` does for one.
  `const k$ = v128.bitselect(w$, ${vector("(unitLists - interfaces) >> 2")},
    i32x4.lt_u(w$, ${vector("interfaceLimit")}));`,
  "const u$ = gather(interfaces, k$);",
  "const y$ = i16x8.extend_low_i8x16_u(v128.load32_zero(protocolOf + #));",
  "const q$ = gather(protocols4, i32x4.extend_low_i16x8_u(y$));",
  "const z$ = i32x4.extend_low_i16x8_u(v128.load64_zero(portOf + (# << 1)));",
  `const h$ = ${and("z$", `i32x4.neg(${and("q$", vector(1))})`)};`,
  `const c$ = gather16(portClasses, ${add("i32x4.shr_s(q$, 1)", "h$")});`,
  "const x$ = v128.load(addresses + (# << 2));",
];

const stages = [
  [`const d$ = gather(trie4, ${shifted("x$", "rootShift")});`],
  [
    `const i$ = ${and(shifted("x$", "lastShift"), and("d$", vector(255)))};`,
    `const f$ = gather(trie4, ${add(shifted("d$", 8), "i$")});`,
  ],
  [`const e$ = gather(trie4, ${add(shifted("f$", 8), and("x$", and("f$", vector(255))))});`],
  [
    `const n$ = gather(dir, ${add(add("u$", vector(1)), shifted(and("e$", vector("0x3ffff")), 6))});`,
    `const j$ = ${add(vector("setBase"), and(shifted("e$", 24), vector("0x7f")))};`,
    `const s$ = gather(dir, ${add("u$", "j$")});`,
    `const m$ = ${add(vector("portBase"), shifted("c$", 6))};`,
    `const p$ = gather(dir, ${add("u$", "m$")});`,
  ],
  [
    `const a$ = gather16(rowPages, ${and(or("e$", vector(-64)), "n$")});`,
    `const r$ = gather16(rowPages, ${and(or(shifted("e$", 18), vector(-64)), "s$")});`,
    `const l$ = gather16(portPages, ${and(or("c$", vector(-64)), "p$")});`,
  ],
  [
    `const g$ = rowsOf(gather(dir, u$), ${shifted("l$", 5)});`,
    `const b$ = ${or(`gather(bits, ${add("a$", "g$")})`, `gather(bits, ${add("r$", "g$")})`)};`,
  ],
];

const bitOf = (half, lane) =>
  `(((i32x4.extract_lane(b${half}, ${lane}) >>> i32x4.extract_lane(l${half}, ${lane})) & 1)` +
  ` << ${4 * half + lane})`;

/** `batch4` for AssemblyScript; where an interface has several units, `blocks4` answers. */
export const simdBatch4 = `
// @ts-ignore: decorator
@inline function gather(base: i32, index: v128): v128 {
  const at = i32x4.add(i32x4.shl(index, 2), i32x4.splat(base));
  let found = v128.load32_zero(i32x4.extract_lane(at, 0));
  found = v128.load_lane<i32>(i32x4.extract_lane(at, 1), found, 1);
  found = v128.load_lane<i32>(i32x4.extract_lane(at, 2), found, 2);
  return v128.load_lane<i32>(i32x4.extract_lane(at, 3), found, 3);
}

// @ts-ignore: decorator
@inline function gather16(base: i32, index: v128): v128 {
  const at = i32x4.add(i32x4.shl(index, 1), i32x4.splat(base));
  let found = i32x4.splat(<i32>load<u16>(i32x4.extract_lane(at, 0)));
  found = i32x4.replace_lane(found, 1, <i32>load<u16>(i32x4.extract_lane(at, 1)));
  found = i32x4.replace_lane(found, 2, <i32>load<u16>(i32x4.extract_lane(at, 2)));
  return i32x4.replace_lane(found, 3, <i32>load<u16>(i32x4.extract_lane(at, 3)));
}

// Vectors have no shift of a lane by a lane.
// @ts-ignore: decorator
@inline function rowsOf(place: v128, word: v128): v128 {
  let far = i32x4.splat(i32x4.extract_lane(word, 0) << i32x4.extract_lane(place, 0));
  far = i32x4.replace_lane(far, 1, i32x4.extract_lane(word, 1) << i32x4.extract_lane(place, 1));
  far = i32x4.replace_lane(far, 2, i32x4.extract_lane(word, 2) << i32x4.extract_lane(place, 2));
  far = i32x4.replace_lane(far, 3, i32x4.extract_lane(word, 3) << i32x4.extract_lane(place, 3));
  return i32x4.add(v128.and(place, i32x4.splat(-32)), far);
}

export function batch4(way: i32, first: i32, end: i32): void {
  for (let block: i32 = first; block < end; block++) {
    const at: i32 = block << 3;
    ${bothHalves(entryLines).join("\n    ")}
    if (i32x4.bitmask(${or("u0", "u1")}) !== 0) {
      blocks4(way, block, block + 1);
      continue;
    }
    ${stages.flatMap(bothHalves).join("\n    ")}
    const found: i32 = ${halves.flatMap((half) => [0, 1, 2, 3].map((lane) => bitOf(half, lane))).join(" |\n      ")};
    store<u8>(allowed + block, <u8>found);
  }
}
`;
