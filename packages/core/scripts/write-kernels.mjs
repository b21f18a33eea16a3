// Writes the kernels that read an image: src/image/kernels.ts, and for `build:wasm` the same lines
// for AssemblyScript.
//
//   node packages/core/scripts/write-kernels.mjs [FILE]     then `biome check --write` of the file
//
// The lines below are written once. `$` stands for a lane: batch kernels do eight headers at a time
// stage by stage, so that the loads of one stage wait for memory together. Columns are bound to
// names by a closure in JavaScript, and become loads from their addresses in WASM, where the batch
// kernels are others: batch-kernels.as.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const laneCount = 8;

// Blocks of eight a call of the loop over them. V8 knows columns as constants in code that is
// entered at its beginning, not in code that takes over in the middle of a long loop.
const callBlocks = 16;

/** What the kernels read and write, with the type of an element in WASM. */
const arrays = {
  trie4: "i32",
  trie6: "i32",
  hosts6: "i32",
  deep6: "i32",
  seeds6: "i32",
  heads6: "i32",
  protocols4: "i32",
  protocols6: "i32",
  portClasses: "u16",
  interfaces: "i32",
  unitLists: "i32",
  dir: "i32",
  rowPages: "u16",
  portPages: "u16",
  bits: "i32",
  who: "i32",
  addresses: "i32",
  protocolOf: "u8",
  portOf: "u16",
  allowed: "u8",
};
const shifts = { u8: 0, u16: 1, i32: 2 };
const sizes = [
  "setBase",
  "portBase",
  "hostShift",
  "rootShift",
  "lastShift",
  "seedMask",
  "headShift",
];

const nodeMask = "0x3ffff";
const setPageMask = "0x7f";

/** From protocol, port and interface to class and unit; `#` is the family. */
const entryStage = [
  "const u$: i32 = interfaces[(who[at + $] << 1) | way] | 0;",
  "const q$: i32 = protocols#[protocolOf[at + $]];",
  "const c$: i32 = portClasses[(q$ >> 1) + (portOf[at + $] & (0 - (q$ & 1)))];",
];

/** IPv4: three loads whether the leaf lies there or not; a cell's low byte says which bits count. */
const trie4Stages = [
  ["const x$: i32 = addresses[at + $];", "const d$: i32 = trie4[x$ >>> rootShift];"],
  ["const f$: i32 = trie4[(d$ >>> 8) + ((x$ >>> lastShift) & (d$ & 255))];"],
  ["const e$: i32 = trie4[(f$ >>> 8) + (x$ & (f$ & 255))];"],
];

/** Factors of the hash of a host's words; the first word's is 1. */
const hashFactors = [0x85ebca6b | 0, 0xc2b2ae35 | 0, 0x27d4eb2f | 0];
/** What the hash is multiplied by when the seed of its kind is known. */
const slotFactor = 0x2c1b3c6d | 0;

/** The hash of a host's words, and the seed that sends it to its slot. */
const hashLines = (words, lane) => [
  `let h${lane}: i32 = ${words[0]} ^ Math.imul(${words[1]}, ${hashFactors[0]});`,
  `h${lane} ^= Math.imul(${words[2]}, ${hashFactors[1]}) ^ Math.imul(${words[3]}, ${hashFactors[2]});`,
  `h${lane} ^= h${lane} >>> 15;`,
  `const j${lane}: i32 = seeds6[h${lane} & seedMask];`,
];

/** The leaf in the slot, and 0 in `y` when it is of these words. */
const slotLines = (words, lane) => [
  `const t${lane}: i32 = (Math.imul(h${lane} ^ j${lane}, ${slotFactor}) >>> hostShift) << 3;`,
  `const g${lane}: i32 = hosts6[t${lane} + 4];`,
  `const y${lane}: i32 = ${words
    .map((word, at) => `(hosts6[t${lane}${at > 0 ? ` + ${at}` : ""}] ^ ${word})`)
    .join(" | ")};`,
];

const words6 = ["wa$", "wb$", "wc$", "wd$"];

/** IPv6: the slots of all lanes together; who is no host there goes on alone. */
const trie6Stages = [
  [
    "const x$: i32 = (at + $) << 2;",
    ...words6.map((word, at) => `const ${word}: i32 = addresses[x$${at > 0 ? ` + ${at}` : ""}];`),
    ...hashLines(words6, "$"),
  ],
  slotLines(words6, "$"),
  ["const e$: i32 = y$ === 0 && g$ !== 0 ? g$ : walk6(wa$, wb$, wc$, wd$);"],
];

/** From leaf, class and unit to the verdict, no branch. */
const unitStages = [
  [
    `const n$: i32 = dir[u$ + 1 + ((e$ & ${nodeMask}) >>> 6)];`,
    `const s$: i32 = dir[u$ + setBase + ((e$ >>> 24) & ${setPageMask})];`,
    "const p$: i32 = dir[u$ + portBase + (c$ >>> 6)];",
  ],
  ["const l$: i32 = portPages[(c$ | -64) & p$];"],
  [
    "const a$: i32 = rowPages[(e$ | -64) & n$];",
    "const r$: i32 = rowPages[((e$ >>> 18) | -64) & s$];",
  ],
  // Where word l >> 5 of row 0 lies. A shift looks at five bits of its right side.
  [
    "const k$: i32 = dir[u$];",
    "const b$: i32 = (k$ & -32) + ((l$ >>> 5) << k$);",
    "const v$: i32 = ((bits[b$ + a$] | bits[b$ + r$]) >>> l$) & 1;",
  ],
];

const lanes = Array.from({ length: laneCount }, (_, lane) => lane);

/** The lines for each lane, stage after stage; `at + 0` is `at`. */
function unroll(stages) {
  return stages.flatMap((stage) =>
    lanes.flatMap((lane) =>
      stage.map((line) =>
        line.replaceAll("at + $", lane === 0 ? "at" : `at + ${lane}`).replaceAll("$", lane),
      ),
    ),
  );
}

function indent(lines, depth) {
  return lines.map((line) => `${"  ".repeat(depth)}${line}`).join("\n");
}

/** The text for each lane, joined. */
function eachLane(text, operator) {
  return lanes.map((lane) => text.replaceAll("$", lane)).join(` ${operator} `);
}

const unitLines = `
function ask(u: i32, e: i32, c: i32): i32 {
${indent(
  unitStages.flat().map((line) => line.replaceAll("$", "")),
  1,
)}
  return v;
}

// Units of one interface one after the other; the list says how many there are.
function askAll(list: i32, e: i32, c: i32): i32 {
  const end: i32 = list + 1 + (unitLists[list] & 255);
  for (let at: i32 = list + 1; at < end; at++) {
    if (ask(unitLists[at] | 0, e, c) !== 0) return 1;
  }
  return 0;
}`;

const leafLines = `
function leaf4(x: i32): i32 {
  const d: i32 = trie4[x >>> rootShift];
  const f: i32 = trie4[(d >>> 8) + ((x >>> lastShift) & (d & 255))];
  return trie4[(f >>> 8) + (x & (f & 255))];
}

// A host of its own first, then the trie over 64 bits, then the list of a /64.
function leaf6(a: i32, b: i32, c: i32, d: i32): i32 {
${indent([...hashLines(["a", "b", "c", "d"], ""), ...slotLines(["a", "b", "c", "d"], "")], 1)}
  return y === 0 && g !== 0 ? g : walk6(a, b, c, d);
}

// Past the first three levels where the table of heads knows the first word.
function walk6(a: i32, b: i32, c: i32, d: i32): i32 {
  const s: i32 = (Math.imul(a, ${0x9e3779b1 | 0}) >>> headShift) << 1;
  let e: i32 = heads6[s + 1];
  if (heads6[s] !== a || e === 0) {
    e = trie6[a >>> 16];
    if (e >= 0) e = trie6[e + ((a >>> 8) & 255)];
    if (e >= 0) e = trie6[e + (a & 255)];
  }
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
}`;

const familyLines = (family, parameters, leaf) => `
function verdict${family}(
  eni: i32,
  way: i32,
  ${parameters}
  protocol: i32,
  port: i32,
): i32 {
  const e: i32 = ${leaf};
  const q: i32 = protocols${family}[protocol];
  const c: i32 = portClasses[(q >> 1) + (port & (0 - (q & 1)))];
  const u: i32 = interfaces[(eni << 1) | way] | 0;
  return u >= 0 ? ask(u, e, c) : askAll(~u, e, c);
}

function blocks${family}(way: i32, first: i32, end: i32): void {
  // LOCALS
  for (let block: i32 = first; block < end; block++) {
    const at: i32 = block << 3;
${indent(unroll(family === 4 ? [trie4Stages[0], entryStage, ...trie4Stages.slice(1)] : [entryStage, ...trie6Stages]), 2).replaceAll("#", family)}
    if ((${eachLane("u$", "|")}) < 0) {
      let some: i32 = 0;
${indent(unroll([["some |= (u$ >= 0 ? ask(u$, e$, c$) : askAll(~u$, e$, c$)) << $;"]]), 3)}
      allowed[block] = some;
      continue;
    }
${indent(unroll(unitStages), 2)}
    allowed[block] = ${eachLane("(v$ << $)", "|")};
  }
}

function batch${family}(way: i32, first: i32, end: i32): void {
  for (let at: i32 = first; at < end; at += ${callBlocks}) {
    const next: i32 = at + ${callBlocks};
    blocks${family}(way, at, next < end ? next : end);
  }
}`;

const body = [
  unitLines,
  leafLines,
  familyLines(4, "x: i32,", "leaf4(x)"),
  familyLines(6, "a: i32,\n  b: i32,\n  c0: i32,\n  d: i32,", "leaf6(a, b, c0, d)"),
].join("\n");

const jsHead = `// Written by scripts/write-kernels.mjs; do not edit.
// biome-ignore-all lint/complexity/noExcessiveLinesPerFunction: eight lanes are unrolled
// biome-ignore-all lint/style/noExcessiveLinesPerFile: eight lanes are unrolled
import { TrunklineError } from "../errors/trunkline-error.ts";
import type { Image } from "./image.ts";

// The same lines are compiled to WASM, where it is a type of its own.
type i32 = number;

/** Headers in columns, and where their verdicts go. All columns of one length or longer. */
export interface HeaderColumns {
  /** Number of the interface that is asked, less than \`interfaceCount\`. */
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
  /** 1 when a group of interface \`eni\` allows; \`way\` is 0 for ingress, 1 for egress. */
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
  /** Fills \`allowed\` from byte \`first\` to before \`end\`: eight IPv4 headers a byte. */
  batch4(way: number, first: number, end: number): void;
  /** The same for IPv6. */
  batch6(way: number, first: number, end: number): void;
}
`;

function javascript() {
  const bound = Object.keys(arrays).filter((name) => !columnNames.has(name));
  return `${jsHead}
/**
 * Binds an image, and columns for the batch kernels, so that V8 sees each of them as one constant.
 *
 * Bind once and keep: a binding costs about a microsecond, and code warms up in 100,000 verdicts.
 */
export function bindKernels(image: Image, columns: HeaderColumns = noHeaders): Kernels {
  const SIGN = 1 << 31;
  const { ${[...bound, ...sizes].join(", ")} } = image;
  const { interfaces: who, addresses, protocols: protocolOf, ports: portOf, allowed } = columns;
${withLocals(withTruncation(body))}

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
  return ownBind(\`return \${bindKernels}; // \${generation}\`)(image, columns);
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
`;
}

/**
 * Columns as locals of a batch kernel: code that serves several images then reads where a column
 * lies once a batch, not at each load.
 */
function withLocals(text) {
  const names = [...Object.keys(arrays), ...sizes];
  return text.replaceAll(/^ *function blocks[\s\S]*?^}/gm, (kernel) => {
    const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(kernel));
    const locals = used.map((name) => `const ${name}Here = ${name};`).join("\n");
    const body = used.reduce((lines, name) => {
      return lines.replaceAll(new RegExp(`\\b${name}\\b`, "g"), `${name}Here`);
    }, kernel);
    return body.replace("// LOCALS", () => locals);
  });
}

/** Says that an index is an int32, so that V8 leaves out the checks for sums beyond. */
function withTruncation(text) {
  const names = Object.keys(arrays).join("|");
  return text.replaceAll(
    new RegExp(`\\b(${names})\\[([^\\[\\]]*\\+[^\\[\\]]*)\\]`, "g"),
    "$1[($2) | 0]",
  );
}

const columnNames = new Set(["who", "addresses", "protocolOf", "portOf", "allowed"]);

const readSource = (name) => readFileSync(new URL(name, import.meta.url), "utf8");

/** The same lines for AssemblyScript: an array is an address, an element a load. */
function assemblyScript() {
  const globals = [...Object.keys(arrays), ...sizes].map((name) => `let ${name}: i32 = 0;`);
  const binds = [...Object.keys(arrays), ...sizes];
  const lines = withLoads(body)
    .replaceAll("// LOCALS", "")
    .replaceAll(/Math\.imul\(([^,]+), ([^)]+)\)/g, "(($1) * ($2))")
    .replaceAll("===", "==")
    .replaceAll("!==", "!=")
    .replaceAll(/^function (blocks|batch)[\s\S]*?^}/gm, "")
    .replaceAll(/^function verdict/gm, "export function verdict");
  return `// Written by scripts/write-kernels.mjs; do not edit.
const SIGN: i32 = 1 << 31;
const NODE_MASK: i32 = ${nodeMask};
const SET_PAGE_MASK: i32 = ${setPageMask};
const HASH_B: i32 = ${hashFactors[0]};
const HASH_C: i32 = ${hashFactors[1]};
const HASH_D: i32 = ${hashFactors[2]};
const HASH_SLOT: i32 = ${slotFactor};
let interfaceLimit: i32 = 0;

// An interface that does not exist reads word 0 of the list of units, which is 0: no rules.
function known(index: i32): i32 {
  return <u32>index < <u32>interfaceLimit ? index : (unitLists - interfaces) >> 2;
}
${globals.join("\n")}

// Addresses of all columns in the memory, in the order of the script, then sizes.
export function bind(
  ${binds.map((name) => `${name}At: i32`).join(",\n  ")},
  interfaceCount: i32,
): void {
  ${binds.map((name) => `${name} = ${name}At;`).join("\n  ")}
  interfaceLimit = interfaceCount << 1;
  keepVectors();
}
${lines}
${readSource("kernel-memory.as")}
${readSource("batch-kernels.as")}`;
}

/** Turns `name[index]` into a load, from the inside out; `name[index] = value;` into a store. */
function withLoads(text) {
  const names = Object.keys(arrays).join("|");
  const innermost = new RegExp(`\\b(${names})\\[([^\\[\\]]*)\\]`);
  let lines = text.replaceAll(
    /allowed\[block\] = ([^;]+);/g,
    "store<u8>(allowed + block, <u8>($1));",
  );
  for (let found = innermost.exec(lines); found !== null; found = innermost.exec(lines)) {
    const [whole, name, index] = found;
    const type = arrays[name];
    const at = name === "interfaces" ? `known(${index})` : `(${index})`;
    const load = `load<${type}>(${name} + (${at} << ${shifts[type]}))`;
    lines = lines.replace(whole, () => load);
  }
  return lines;
}

/** The order in which the WASM kernels take addresses of columns. */
export const columnOrder = Object.keys(arrays);
/** The fields of an image that they take after those. */
export const sizeOrder = sizes;

/** Writes the lines as AssemblyScript. */
export function writeAssemblyScript(file) {
  writeFileSync(file, assemblyScript());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? new URL("../src/image/kernels.ts", import.meta.url);
  writeFileSync(file, javascript());
}
