// Speed of verdicts by (interface, address, protocol, port) over the workload "cloud".
//
//   npx turbo run build --filter=@trunkline/core
//   node packages/core/bench/verdict.bench.mjs [--json] [--rules 1000,10000,100000] [--rounds 5]
//
// Rivals: the kernels alone and in batches, in JavaScript and in WASM, a walker over objects, a scan
// of typed arrays, and in a child process, over the same image and headers, the same structure in C++:
// alone, interleaved, and with AVX-512 gathers; and the lists of DPDK over the same rules, in two
// orders of fields, by the vector method that is fastest. All answers are compared on all headers
// first. A turn is a benchmark.js run over blocks of 32,768 headers (fewer for the walkers); turns
// alternate in random order, one at a time. Nanoseconds are CPU time of a block (of the process for
// JavaScript, of the thread for C++), because a shared machine makes wall-clock time say little;
// the first blocks of a turn are dropped, the median over all others counts. Only ratios within one
// run mean anything.
import { rmSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { seededRandom } from "@trunkline/core";
import { compileImage, generateKernels, openImage } from "@trunkline/core/image";
import { bindWasmKernels, compileKernels } from "@trunkline/core/wasm";
import { adversarialTrace, adversarialWorld } from "./verdict/adversarial-workload.mjs";
import { checkAgreement, checksum } from "./verdict/agreement.mjs";
import { cloudTrace, cloudWorld, headerCount } from "./verdict/cloud-workload.mjs";
import { hotBytes, measureHeap } from "./verdict/costs.mjs";
import { movedTrace, movedWorld } from "./verdict/ipv6-workload.mjs";
import { printTable } from "./verdict/print-table.mjs";
import { quantile } from "./verdict/quantile.mjs";
import { aclBytes } from "./verdict/rival-acl.mjs";
import { compileRivals, RivalProcess } from "./verdict/rival-process.mjs";
import { columnWalker, objectWalker } from "./verdict/rival-walkers.mjs";
import {
  batchTurn,
  blockHeaders,
  kernelTurn,
  kernelTurn6,
  runRivalTurn,
  runTurn,
  singleTurn,
} from "./verdict/turns.mjs";
import { measureProcesses, measureWorkers } from "./verdict/two-workers.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rules: { type: "string", default: "1000,10000,100000" },
    rounds: { type: "string", default: "5" },
  },
});
const roundCount = Number(flags.rounds);
const wasmModule = compileKernels();

/** WASM kernels over an image, and headers copied to where they read them. */
function withWasm(image, { interfaces, addresses, protocols, ports }) {
  const family = addresses.length > headerCount ? 6 : 4;
  const kernels = bindWasmKernels(wasmModule, image, { headerCount, family });
  const { columns } = kernels;
  columns.interfaces.set(interfaces);
  columns.addresses.set(addresses);
  columns.protocols.set(protocols);
  columns.ports.set(ports);
  return { kernels, columns };
}

/** The same verdicts over IPv6. */
function turns6(world, columns, expected) {
  const moved = movedTrace(columns);
  const image = openImage(compileImage(movedWorld(world)));
  const kernels = generateKernels(image, moved);
  kernels.batch6(0, 0, headerCount / 8);
  if (checksum(moved.allowed) !== expected) throw new Error("IPv6 disagrees");
  const wasm = withWasm(image, moved);
  wasm.kernels.batch6(0, 0, headerCount / 8);
  if (checksum(wasm.columns.allowed) !== expected) throw new Error("IPv6 in WASM disagrees");
  const turns = [
    kernelTurn6("js single, IPv6", kernels, moved),
    batchTurn("js batch, IPv6", kernels.batch6),
    batchTurn("wasm batch, IPv6", wasm.kernels.batch6),
  ];
  return { turns, image };
}

/** Interfaces of three groups each, no two alike. */
function adversarialTurns(cloud, cloudColumns, random) {
  const world = adversarialWorld(cloud, random);
  const columns = adversarialTrace(cloudColumns);
  const image = openImage(compileImage(world));
  const kernels = generateKernels(image, columns);
  kernels.batch4(0, 0, headerCount / 8);
  const wasm = withWasm(image, columns);
  wasm.kernels.batch4(0, 0, headerCount / 8);
  if (checksum(wasm.columns.allowed) !== checksum(columns.allowed)) {
    throw new Error("WASM disagrees on sets of their own");
  }
  const walker = objectWalker(world);
  for (let at = 0; at < 4096; at++) {
    const { interfaces, addresses, protocols, ports, allowed } = columns;
    const law = walker(interfaces[at], addresses[at], protocols[at], ports[at]);
    if (law !== ((allowed[at >> 3] >> (at & 7)) & 1)) throw new Error(`adversarial header ${at}`);
  }
  const size = walkerHeaders(3 * world.groups.reduce((sum, { rules }) => sum + rules.length, 0));
  const turns = [
    kernelTurn("js single, own sets", kernels, columns),
    batchTurn("js batch, own sets", kernels.batch4),
    batchTurn("wasm batch, own sets", wasm.kernels.batch4),
    singleTurn("objects, own sets", walker, columns, size),
  ];
  return { turns, image };
}

/** Headers of a block such that it takes a millisecond or so. */
function walkerHeaders(ruleCount) {
  return Math.max(64, Math.min(4096, 2 ** Math.round(Math.log2(4_000_000 / ruleCount))));
}

function turns4(world, image, columns, walkers) {
  const small = walkerHeaders(world.groups.reduce((sum, { rules }) => sum + rules.length, 0));
  const kernels = generateKernels(image, columns);
  const wasm = withWasm(image, columns);
  const turns = [
    kernelTurn("js single", kernels, columns),
    batchTurn("js batch", kernels.batch4),
    kernelTurn("wasm single", wasm.kernels, wasm.columns),
    batchTurn("wasm batch", wasm.kernels.batch4),
    singleTurn("objects", walkers[0], columns, small),
    singleTurn("columns", walkers[1], columns, small),
  ];
  return { kernels, wasm, turns };
}

async function runRounds(turns, rivals, random) {
  for (const { block } of turns) for (let i = 0; block !== undefined && i < 32; i++) block();
  for (let round = 0; round < roundCount; round++) {
    const order = turns.map((turn) => [random(), turn]).sort(([a], [b]) => a - b);
    for (const [, turn] of order) {
      if (turn.kernel === undefined) runTurn(turn);
      else await runRivalTurn(turn, rivals);
    }
  }
}

async function measureSize(ruleCount, program, random) {
  const world = cloudWorld(ruleCount, random);
  const columns = cloudTrace(world, random);
  const image = openImage(compileImage(world));
  const acl = program?.hasDpdk ? aclBytes(world, columns) : new Uint8Array();
  const files = { columns, acl };
  const rivals = program && new RivalProcess(program, image, files);
  const walkers = [objectWalker(world), columnWalker(world)];
  const js = turns4(world, image, columns, walkers);
  const walked = Math.min(headerCount, Math.round(4e8 / ruleCount));
  const checked = await checkAgreement({ ...js, rivals, columns, walkers, walked });
  const six = turns6(world, columns, checksum(columns.allowed));
  const adversarial = adversarialTurns(world, columns, random);
  const cpp = checked.rivalKernels.map((kernel) => {
    return { name: kernel.startsWith("dpdk") ? kernel : `c++ ${kernel}`, kernel, samples: [] };
  });
  const turns = [...js.turns, ...six.turns, ...adversarial.turns, ...cpp];
  await runRounds(turns, rivals, random);
  rivals?.close();
  const heap = [];
  for (const { name, block } of js.turns.slice(0, 4)) {
    heap.push(await measureHeap(block, name, blockHeaders));
  }
  return {
    ruleCount,
    allowRate: checked.allowRate,
    load: loadavg()[0],
    ns: Object.fromEntries(turns.map(({ name, samples }) => [name, quantile(samples, 0.5)])),
    ns10: Object.fromEntries(turns.map(({ name, samples }) => [name, quantile(samples, 0.1)])),
    heap,
    workers: await measureWorkers(world, columns),
    processes: program && (await measureProcesses(program, image, files)),
    sizeBytes: image.sizeBytes,
    sizeBytes6: six.image.sizeBytes,
    hotBytes: hotBytes(image),
    prefixNodes: image.nodeCount,
    portClasses: image.portClassCount,
    groupSets: image.setCount,
    units: image.unitCount,
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
