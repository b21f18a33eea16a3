// Speed of verdicts between pods, against the slow evaluator in the same process; what compiling
// takes, with its peak memory in a process of its own; and what one pod, policy or group changed
// takes.
//
//   npx turbo run build --filter=@trunkline/core
//   node packages/core/bench/reach.bench.mjs [--json] [--quick] [--only 1k,10k-2k]
//
// Kernels take turns in random order over blocks of 4,096 pairs that are drawn at random from a
// million, so that caches do not learn them; the median of CPU time over all samples of all rounds
// counts, because machines are shared: what others do to caches remains, and the load average is
// printed. All answers are compared with the slow evaluator on some pairs before anything is
// measured. --quick leaves out what is large, --only all but the named cases. Each cluster has a
// process of its own: kernels of several images in one process share what V8 has learnt of them
// and are a few times slower.
import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { evaluate, indexWorld, seededRandom } from "@trunkline/core";
import { bindReach, compileReach, openReach } from "@trunkline/core/reach";
import Benchmark from "benchmark";
import { clusters, questions } from "./reach-clusters.mjs";
import { measureEdits, measurePodChange } from "./reach-edits.mjs";
import { measureHeap } from "./verdict/costs.mjs";
import { quantile } from "./verdict/quantile.mjs";

const rounds = 5;
const secondsPerTurn = 0.12;
const blockPairs = 4096;
const tracePairs = 1 << 20;
/** The slow evaluator does so many pairs at a time. */
const slowPairs = 16;
const isQuick = process.argv.includes("--quick");
const only = process.argv.indexOf("--only");
const chosen = only > 0 ? process.argv[only + 1].split(",") : isQuick ? ["1k"] : undefined;
const isChosen = (name) => chosen === undefined || chosen.includes(name);
const verdictCases = ["1k", "10k", "100k", "singles"].filter(isChosen);
const compileCases = isQuick ? ["1k"] : ["10k-2k", "antrea"].filter(isChosen);

const editCases = isQuick ? ["1k"] : ["10k", "10k-2k"].filter(isChosen);

/** Columns that verdicts read; rules of pairs are not among them. */
const hotColumns = ["podClasses", "pairs", "pairWords"];
const tableColumns = ["groupSlots", "groupPages", "groupDefaults", "groupYes", "policySlots"];
const otherColumns = ["podNodes", "classes", "policyPages", "policyDefaults", "policyYes"];

function bytesOf(image) {
  const all = [...hotColumns, ...tableColumns, ...otherColumns];
  const names = image.pairs.length > 0 ? hotColumns : all;
  return names.reduce((sum, name) => sum + image[name].byteLength, 0);
}

function traceOf(podCount, random) {
  const below = (limit) => Math.floor(random() * limit);
  return {
    sources: Uint32Array.from({ length: tracePairs }, () => below(podCount)),
    destinations: Uint32Array.from({ length: tracePairs }, () => below(podCount)),
    asked: Uint8Array.from({ length: tracePairs }, () => below(questions.length)),
  };
}

function casesOf(name, random) {
  const index = indexWorld(clusters[name](random));
  const { buffer, podNames } = compileReach(index, { questions });
  const image = openReach(buffer);
  const kernels = bindReach(image);
  const trace = traceOf(image.podCount, random);
  requireAgreement({ index, kernels, podNames, trace });
  const out = new Int32Array(4);
  const { sources, destinations, asked } = trace;
  let next = 0;
  const begin = (size) => {
    next = (next + size) % (tracePairs - size);
    return next;
  };
  const { allowed, decide } = kernels;
  // A loop each: one for all would call through a variable.
  const runs = {
    verdict: () => {
      let count = 0;
      const first = begin(blockPairs);
      for (let at = first; at < first + blockPairs; at++) {
        count += (allowed(sources[at], destinations[at]) >>> asked[at]) & 1;
      }
      return count;
    },
    "with rules": () => {
      let sum = 0;
      const first = begin(blockPairs);
      for (let at = first; at < first + blockPairs; at++) {
        sum += decide(sources[at], destinations[at], asked[at], out) + ((out[0] ^ out[2]) & 1);
      }
      return sum;
    },
    evaluator: () => {
      const first = begin(slowPairs);
      for (let at = first; at < first + slowPairs; at++) lawOf({ index, podNames, trace }, at);
    },
  };
  const sizes = { verdict: blockPairs, "with rules": blockPairs, evaluator: slowPairs };
  const turns = Object.entries(runs).map(([kernel, run]) => {
    return { name, kernel, run, size: sizes[kernel], samples: [] };
  });
  const { podCount, classCount } = image;
  return { turns, state: { name, podCount, classCount, hotBytes: bytesOf(image) }, runs };
}

function lawOf({ index, podNames, trace }, at) {
  const end = (pod) => {
    const [namespace, name] = podNames[pod].split("/");
    return { kind: "pod", namespace, name };
  };
  const source = end(trace.sources[at]);
  const destination = end(trace.destinations[at]);
  return evaluate(index, { source, destination, ...questions[trace.asked[at]] });
}

function requireAgreement({ index, kernels, podNames, trace }) {
  for (let at = 0; at < 2000; at++) {
    const law = lawOf({ index, podNames, trace }, at);
    const word = kernels.allowed(trace.sources[at], trace.destinations[at]);
    const isAllowed = ((word >>> trace.asked[at]) & 1) === 1;
    if (isAllowed !== (law === "ALLOW")) throw new Error(`pair ${at}: ${law} ${isAllowed}`);
  }
}

/** Measures one turn often enough; keeps nanoseconds of CPU per verdict, of some blocks each. */
function runTurn({ run, size, samples }) {
  const blocks = Math.max(1, Math.floor(32_768 / size / (size < blockPairs ? 1000 : 1)));
  const timed = () => {
    const before = process.cpuUsage();
    for (let block = 0; block < blocks; block++) run();
    const { user, system } = process.cpuUsage(before);
    samples.push(((user + system) * 1000) / (blocks * size));
  };
  const benchmark = new Benchmark(timed, { maxTime: secondsPerTurn, minTime: 0.01, minSamples: 3 });
  benchmark.run();
  if (benchmark.error) throw benchmark.error;
}

/** All turns in a new random order each round, so that noise meets everybody. */
function measure(turns, random) {
  // The first calls run in the interpreter and count for nobody.
  for (const { run, size } of turns) for (let i = 0; i < 200_000 / size / 4; i++) run();
  for (let round = 0; round < rounds; round++) {
    const order = turns.map((turn) => [random(), turn]).sort(([a], [b]) => a - b);
    for (const [, turn] of order) runTurn(turn);
  }
  return Object.fromEntries(turns.map(({ kernel, samples }) => [kernel, quantile(samples, 0.5)]));
}

/** Compiles once or more in this process, which is one of its own. */
function compileHere(name) {
  const world = clusters[name](seededRandom(7));
  const before = process.memoryUsage().rss;
  let peakMb = 0;
  const runs = Array.from({ length: name === "antrea" ? 2 : 8 }, () => {
    const start = process.cpuUsage();
    const index = indexWorld(world);
    const read = process.cpuUsage(start);
    const asked = name === "antrea" ? questions.slice(0, 1) : questions;
    const image = openReach(compileReach(index, { questions: asked }).buffer);
    const both = process.cpuUsage(start);
    // Of the first: what is left of it does not count for the next.
    peakMb ||= process.resourceUsage().maxRSS / 1000;
    const ms = ({ user, system }) => (user + system) / 1000;
    return { indexMs: ms(read), compileMs: ms(both) - ms(read), classCount: image.classCount };
  });
  const sorted = runs.toSorted((a, b) => a.compileMs - b.compileMs);
  const allMb = process.resourceUsage().maxRSS / 1000;
  const report = { first: runs[0], best: sorted[0], peakMb, allMb, worldMb: before / 1e6 };
  process.stdout.write(JSON.stringify(report));
}

/** What this script prints with other arguments, in a process of its own. */
function runApart(...args) {
  const file = fileURLToPath(import.meta.url);
  const { stdout, status } = spawnSync(process.execPath, [file, ...args], {
    timeout: 300_000,
    maxBuffer: 1 << 20,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  return JSON.parse(String(stdout));
}

/** Measures the verdicts of a cluster in this process, which is one of its own. */
async function verdictsHere(name) {
  const random = seededRandom(7);
  const { turns, state, runs } = casesOf(name, random);
  const medians = measure(turns, random);
  const heap = [];
  for (const kernel of name === "1k" ? ["verdict", "with rules"] : []) {
    heap.push(await measureHeap(runs[kernel], kernel, blockPairs));
  }
  process.stdout.write(JSON.stringify({ state, medians, heap }));
}

function printTable({ verdicts, compiles, heap, podChangeUs, edits }) {
  const write = (text) => process.stdout.write(`${text}\n`);
  const load = loadavg()[0].toFixed(1);
  write(`node ${process.version}, ${cpus()[0].model}, load average ${load}`);
  for (const { state, medians } of verdicts) {
    const { name, podCount, classCount, hotBytes } = state;
    const mb = (hotBytes / 1e6).toFixed(2);
    write(`\n${name}: ${podCount} pods, ${classCount - 1} classes, verdicts read ${mb} MB`);
    for (const [kernel, ns] of Object.entries(medians)) {
      const ratio = (medians.evaluator / ns).toFixed(0);
      const rate = `${(1000 / ns).toFixed(3)} M/s`;
      write(
        `  ${kernel.padEnd(12)} ${ns.toFixed(1).padStart(10)} ns ${rate.padStart(14)} ${ratio}x`,
      );
    }
  }
  for (const { name, first, best, peakMb, allMb, worldMb } of compiles) {
    const text = ({ indexMs, compileMs }) => `${indexMs.toFixed(0)} + ${compileMs.toFixed(0)} ms`;
    write(`\ncompile ${name}: ${best.classCount - 1} classes; index + compile, CPU time:`);
    write(`  first ${text(first)}, best ${text(best)}`);
    write(`  peak ${peakMb.toFixed(0)} MB, of which the world and Node ${worldMb.toFixed(0)} MB`);
    write(`  after all runs ${allMb.toFixed(0)} MB`);
  }
  for (const { name, what, meanUs, recompiled } of edits) {
    write(`\n${name}: ${what} changed: ${meanUs.toFixed(1)} us CPU; anew ${recompiled}`);
  }
  if (!Number.isNaN(podChangeUs)) write(`\npod changed: ${podChangeUs.toFixed(2)} us CPU`);
  for (const { name, collections } of heap) write(`${name}: ${collections} collections in 10M`);
}

function main() {
  const verdicts = verdictCases.map((name) => runApart("--verdicts", name));
  const heap = verdicts.flatMap((one) => one.heap);
  const compiles = compileCases.map((name) => ({ name, ...runApart("--compile", name) }));
  const hasPodChange = isChosen("10k") || isQuick;
  const podChangeUs = hasPodChange ? measurePodChange(seededRandom(7)) : Number.NaN;
  const edits = editCases.flatMap((name) => runApart("--edits", name));
  const result = { verdicts, compiles, heap, podChangeUs, edits, loadAverage: loadavg()[0] };
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(result)}\n`);
  else printTable(result);
}

const [task, name] = process.argv.slice(2);
if (task === "--compile") compileHere(name);
else if (task === "--verdicts") await verdictsHere(name);
else if (task === "--edits") {
  process.stdout.write(JSON.stringify(measureEdits(name, seededRandom(7))));
} else main();
