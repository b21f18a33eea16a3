// Speed of verdicts by (interface, address, protocol, port) over the workload "cloud".
//
//   npx turbo run build --filter=@trunkline/core
//   pnpm --filter @trunkline/core run build:wasm
//   node packages/core/bench/verdict.bench.mjs [--json] [--rules 1000,10000,100000] [--rounds 5]
//
// Rivals: the kernels alone and eight at a time, the same in WASM, a walker over objects, a scan of
// typed arrays, and in a child process, over the same image and headers, the same structure in C++:
// alone, interleaved, and with AVX-512 gathers. All answers are compared on all headers first.
// A turn is a benchmark.js run over blocks of 32,768 headers (fewer for the walkers); turns
// alternate in random order, one at a time. Nanoseconds are CPU time (of the process for
// JavaScript, of the thread for C++), because a shared machine makes wall-clock time say little:
// the median over rounds counts. Only ratios within one run mean anything.
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { compileImage, generateKernels, openImage, seededRandom } from "@trunkline/core";
import Benchmark from "benchmark";
import { bindWasm, loadWasm } from "../scripts/wasm-kernels.mjs";
import { cloudTrace, cloudWorld, headerCount } from "./verdict/cloud-workload.mjs";
import { hotBytes, measureBuild, measureEdits, measureHeap } from "./verdict/costs.mjs";
import { movedTrace, movedWorld } from "./verdict/ipv6-workload.mjs";
import { printTable } from "./verdict/print-table.mjs";
import { quantile } from "./verdict/quantile.mjs";
import { compileRivals, RivalProcess } from "./verdict/rival-process.mjs";
import { columnWalker, objectWalker } from "./verdict/rival-walkers.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rules: { type: "string", default: "1000,10000,100000" },
    rounds: { type: "string", default: "5" },
  },
});
const roundCount = Number(flags.rounds);
const blockHeaders = 32_768;
const secondsPerTurn = 0.12;
const cppBlocksPerTurn = 80;
const wasmModule = loadWasm();
const cppKernels = ["single", "interleaved", "gather"];

/** A loop of its own for each rival, so that none pays for the types another brought. */
function singleBlock(name, verdict, columns, size) {
  const body = `// ${name}
    let at = 0, sum = 0;
    return () => {
      const end = at + size;
      for (let i = at; i < end; i++) sum += verdict(who[i], ips[i], protocols[i], ports[i]);
      at = end < count ? end : 0;
      return sum;
    };`;
  const names = ["verdict", "who", "ips", "protocols", "ports", "size", "count"];
  const { interfaces, addresses, protocols, ports } = columns;
  return new Function(...names, body)(
    verdict,
    interfaces,
    addresses,
    protocols,
    ports,
    size,
    headerCount,
  );
}

function kernelBlock(name, kernels, columns) {
  const body = `// ${name}
    let at = 0, sum = 0;
    return () => {
      const end = at + size;
      for (let i = at; i < end; i++) sum += verdict4(who[i], 0, ips[i], protocols[i], ports[i]);
      at = end < count ? end : 0;
      return sum;
    };`;
  const names = ["verdict4", "who", "ips", "protocols", "ports", "size", "count"];
  const { interfaces, addresses, protocols, ports } = columns;
  return new Function(...names, body)(
    kernels.verdict4,
    interfaces,
    addresses,
    protocols,
    ports,
    blockHeaders,
    headerCount,
  );
}

function batchBlock({ batch4 }) {
  const size = blockHeaders / 8;
  let at = 0;
  return () => {
    batch4(0, at, at + size);
    at = at + size < headerCount / 8 ? at + size : 0;
  };
}

function kernelBlock6({ verdict6 }, columns) {
  const { interfaces: who, addresses: ips, protocols, ports } = columns;
  let at = 0;
  let sum = 0;
  return () => {
    const end = at + blockHeaders;
    for (let i = at; i < end; i++) {
      const w = i << 2;
      const [a, b, c, d] = [ips[w], ips[w + 1], ips[w + 2], ips[w + 3]];
      sum += verdict6(who[i], 0, a, b, c, d, protocols[i], ports[i]);
    }
    at = end < headerCount ? end : 0;
    return sum;
  };
}

function batchBlock6({ batch6 }) {
  const size = blockHeaders / 8;
  let at = 0;
  return () => {
    batch6(0, at, at + size);
    at = at + size < headerCount / 8 ? at + size : 0;
  };
}

/** The same verdicts over IPv6. */
function turns6(world, columns, expected) {
  const moved = movedTrace(columns);
  const image = openImage(compileImage(movedWorld(world)));
  const kernels = generateKernels(image, moved);
  kernels.batch6(0, 0, headerCount / 8);
  if (checksum(moved.allowed) !== expected) throw new Error("IPv6 disagrees");
  const turns = [
    {
      name: "js single, IPv6",
      size: blockHeaders,
      block: kernelBlock6(kernels, moved),
      samples: [],
    },
    { name: "js batch, IPv6", size: blockHeaders, block: batchBlock6(kernels), samples: [] },
  ];
  return { turns, image };
}

/** Headers of a block such that it takes a millisecond or so. */
function walkerHeaders(ruleCount) {
  return Math.max(64, Math.min(4096, 2 ** Math.round(Math.log2(4_000_000 / ruleCount))));
}

function javascriptTurns(world, image, columns, ruleCount) {
  const small = walkerHeaders(ruleCount);
  const kernels = generateKernels(image, columns);
  const wasm = wasmModule && bindWasm(wasmModule, image, columns);
  const turns = [
    { name: "js single", size: blockHeaders, block: kernelBlock("js", kernels, columns) },
    { name: "js batch", size: blockHeaders, block: batchBlock(kernels) },
    {
      name: "objects",
      size: small,
      block: singleBlock("objects", objectWalker(world), columns, small),
    },
    {
      name: "columns",
      size: small,
      block: singleBlock("columns", columnWalker(world), columns, small),
    },
  ];
  if (wasm !== undefined) {
    turns.push(
      {
        name: "wasm single",
        size: blockHeaders,
        block: kernelBlock("wasm", wasm.kernels, wasm.columns),
      },
      { name: "wasm batch", size: blockHeaders, block: batchBlock(wasm.kernels) },
    );
  }
  return { kernels, wasm, turns: turns.map((turn) => ({ ...turn, samples: [] })) };
}

/** One turn of benchmark.js; keeps CPU nanoseconds a verdict. */
function runTurn({ block, size, samples }) {
  let calls = 0;
  const counted = () => {
    calls++;
    block();
  };
  const benchmark = new Benchmark(counted, {
    maxTime: secondsPerTurn,
    minTime: 0.02,
    minSamples: 3,
  });
  const before = process.cpuUsage();
  benchmark.run();
  const { user, system } = process.cpuUsage(before);
  if (benchmark.error) throw benchmark.error;
  samples.push(((user + system) * 1000) / (calls * size));
}

/** Allowed headers and checksum, as the C++ program makes them. */
function checksum(allowed) {
  let count = 0;
  let sum = 0;
  for (const byte of allowed) {
    for (let bits = byte; bits !== 0; bits &= bits - 1) count++;
    sum = (Math.imul(sum, 31) + byte) >>> 0;
  }
  return `${count} ${sum}`;
}

async function checkAgreement({ kernels, wasm }, rivals, columns, walkers, ruleCount) {
  kernels.batch4(0, 0, headerCount / 8);
  const expected = checksum(columns.allowed);
  if (wasm !== undefined) {
    wasm.kernels.batch4(0, 0, headerCount / 8);
    if (checksum(wasm.columns.allowed) !== expected) throw new Error("wasm disagrees");
  }
  for (const kernel of rivals === undefined ? [] : cppKernels) {
    const got = await rivals.check(kernel);
    if (got !== undefined && got !== expected) throw new Error(`C++ ${kernel} disagrees`);
  }
  const { interfaces, addresses, protocols, ports, allowed } = columns;
  const walked = Math.min(headerCount, Math.round(4e8 / ruleCount));
  for (let at = 0; at < walked; at++) {
    const law = (allowed[at >> 3] >> (at & 7)) & 1;
    const header = [interfaces[at], addresses[at], protocols[at], ports[at]];
    const own = kernels.verdict4(header[0], 0, ...header.slice(1));
    if (own !== law) throw new Error(`single and batch disagree on header ${at}`);
    if (at % 16 !== 0) continue;
    for (const walker of walkers) {
      if (walker(...header) !== law) throw new Error(`a walker disagrees on header ${at}`);
    }
  }
  return Number(expected.split(" ")[0]) / headerCount;
}

async function measureSize(ruleCount, program, random) {
  const world = cloudWorld(ruleCount, random);
  const columns = cloudTrace(world, random);
  const image = openImage(compileImage(world));
  const rivals = program && new RivalProcess(program, image, columns);
  const js = javascriptTurns(world, image, columns, ruleCount);
  const walkers = [objectWalker(world), columnWalker(world)];
  const allowRate = await checkAgreement(js, rivals, columns, walkers, ruleCount);
  const six = turns6(world, columns, checksum(columns.allowed));
  js.turns.push(...six.turns);
  for (const turn of js.turns) for (let i = 0; i < 10; i++) turn.block();
  const cpp = [];
  for (const name of rivals === undefined ? [] : cppKernels) {
    if ((await rivals.check(name)) !== undefined)
      cpp.push({ name: `c++ ${name}`, kernel: name, samples: [] });
  }
  for (let round = 0; round < roundCount; round++) {
    const order = [...js.turns, ...cpp].map((turn) => [random(), turn]).sort(([a], [b]) => a - b);
    for (const [, turn] of order) {
      if (turn.kernel === undefined) runTurn(turn);
      else turn.samples.push(await rivals.turn(turn.kernel, cppBlocksPerTurn));
    }
  }
  rivals?.close();
  const heap = [];
  for (const { name, block } of js.turns.slice(0, 2))
    heap.push(await measureHeap(block, name, blockHeaders));
  const ns = Object.fromEntries(
    [...js.turns, ...cpp].map(({ name, samples }) => [name, quantile(samples, 0.5)]),
  );
  return {
    ruleCount,
    allowRate,
    ns,
    heap,
    sizeBytes: image.sizeBytes,
    sizeBytes6: six.image.sizeBytes,
    hotBytes: hotBytes(image),
    edits: measureEdits(world),
    prefixNodes: image.nodeCount,
    portClasses: image.portClassCount,
    groupSets: image.setCount,
    units: image.unitCount,
    ...(program === undefined ? {} : measureBuild(world, program.directory)),
  };
}

const program = compileRivals();
try {
  const random = seededRandom(7);
  const results = [];
  for (const ruleCount of flags.rules.split(",").map(Number)) {
    results.push(await measureSize(ruleCount, program, random));
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  else printTable(results, roundCount);
} finally {
  if (program !== undefined) rmSync(program.directory, { recursive: true });
}
