// Speed of explanations with their text: flows between different ends of one indexed world.
//
//   npx turbo run build --filter=@trunkline/core
//   node packages/core/bench/explain.bench.mjs [--json] [--pods 3000]
//
// A plain index, and one that remembers: while it meets the flows (cold), and when their classes have
// been seen (warm). Both must say the same of every flow first. Turns alternate; microseconds are CPU
// time of the process, medians over rounds. Only ratios within one run mean anything on a shared
// machine, so the run also says what one look-up in a map of 100,000 texts costs.
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { explain, indexWorld } from "@trunkline/core";
import { rememberingIndex } from "@trunkline/core/memory";
import { explainFlows, explainWorld } from "./explain-world.mjs";
import { quantile } from "./verdict/quantile.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    pods: { type: "string", default: "3000" },
  },
});
const flowCount = 4096;
const rounds = 5;
const full = explainWorld(Number(flags.pods));
const worlds = { "groups only": { ...full, networkPolicies: undefined }, "with policies": full };
const flows = explainFlows(full, flowCount);

const rows = Object.entries(worlds).map(([name, world]) => {
  const plain = indexWorld(world);
  const warm = rememberingIndex(world);
  requireAgreement(plain, warm);
  const turns = { plain: [], cold: [], warm: [] };
  for (let round = 0; round < rounds; round++) {
    turns.plain.push(microseconds(() => plain, 512));
    turns.cold.push(microseconds(() => rememberingIndex(plain), flowCount));
    turns.warm.push(microseconds(() => warm, flowCount));
  }
  const [slow, cold, fast] = Object.values(turns).map((samples) => quantile(samples, 0.5));
  return { name, plain: slow, cold, warm: fast, ratio: slow / fast };
});
const mapLookup = quantile(Array.from({ length: rounds }, lookup), 0.5);
const facts = { pods: Number(flags.pods), flowCount, mapLookup, load: loadavg()[0] };
if (flags.json) write(JSON.stringify({ ...facts, rows }));
else print();

/** CPU time of one explanation; the index is made before the clock starts. */
function microseconds(makeIndex, count) {
  const index = makeIndex();
  const before = process.cpuUsage();
  for (let at = 0; at < count; at++) explain(index, flows[at]);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function lookup() {
  const map = new Map(flowsKeys().map((key, at) => [key, at]));
  const keys = flowsKeys();
  const before = process.cpuUsage();
  let sum = 0;
  for (const key of keys) sum += map.get(key);
  const { user } = process.cpuUsage(before);
  return sum < 0 ? 0 : user / keys.length;
}

function flowsKeys() {
  return Array.from({ length: 100_000 }, (_, at) => `key-${at}`);
}

function requireAgreement(plain, warm) {
  for (const flow of flows) {
    const [a, b] = [plain, warm].map((index) => JSON.stringify(explain(index, flow)));
    if (a !== b) throw new Error(`${JSON.stringify(flow)}: ${a} is not ${b}`);
  }
}

function print() {
  const cells = rows.map((row) => [
    row.name,
    ...[row.plain, row.cold, row.warm].map((one) => one.toFixed(1)),
    Math.round(1e6 / row.warm).toLocaleString("en"),
    `${row.ratio.toFixed(1)}x`,
  ]);
  const head = ["world", "plain, µs", "cold, µs", "warm, µs", "warm, a second", "plain / warm"];
  for (const line of [head, ...cells]) write(line.map((cell) => cell.padEnd(16)).join(""));
  write(`${facts.pods} pods, ${flowCount} flows, load ${facts.load.toFixed(1)}`);
  write(`one look-up among 100,000 texts: ${mapLookup.toFixed(2)} µs`);
}

function write(text) {
  process.stdout.write(`${text}\n`);
}
