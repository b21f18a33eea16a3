// Speed of explanations with their text: flows between different ends of one indexed world.
//
//   npx turbo run build --filter=@trunkline/core
//   node packages/core/bench/explain.bench.mjs [--json] [--pods 3000] [--flows 4096]
//
// A plain index, and one that remembers: while it meets the flows (first), for as many flows between
// others of the same classes that it has not all met (classes), for such flows between ends that it
// has met, never in these pairs (ends), and the same with every text read through, since what joins
// texts leaves part of the work to who reads them (read). No flow is asked twice of one index. Both
// indexes must say the same of some of all of them first. Turns alternate; microseconds are CPU time
// of the process, medians over rounds. Only ratios within one run mean anything on a shared machine,
// so the run also says what one look-up in a map of 100,000 texts costs.
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { explain, indexWorld } from "@trunkline/core";
import { rememberingIndex } from "@trunkline/core/memory";
import {
  alikeFlows,
  classPairs,
  explainFlows,
  explainWorld,
  serviceFlows,
} from "./explain-world.mjs";
import { quantile } from "./verdict/quantile.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    pods: { type: "string", default: "3000" },
    flows: { type: "string", default: "4096" },
  },
});
const flowCount = Number(flags.flows);
const rounds = 5;
const full = explainWorld(Number(flags.pods));
const groupsOnly = { ...full, networkPolicies: undefined };
const flows = explainFlows(full, flowCount);
const toServices = serviceFlows(full, flows.slice(0, flowCount / 8));

const cases = {
  "groups only": [groupsOnly, flows],
  "with policies": [full, flows],
  "to Services": [full, toServices],
};
const rows = Object.entries(cases).map(([name, [world, asked]]) => {
  const plain = indexWorld(world);
  requireAgreement(plain, asked);
  const turns = { plain: [], first: [], classes: [], ends: [], read: [] };
  for (let round = 0; round < rounds; round++) {
    turns.plain.push(microseconds(plain, asked.slice(0, 512)));
    const warm = rememberingIndex(plain);
    const shifted = (...shifts) => alikeFlows(world, asked, shifts);
    turns.first.push(microseconds(warm, asked));
    turns.classes.push(microseconds(warm, shifted(1, 1)));
    for (const shift of [2, 3, 4]) microseconds(warm, shifted(shift, shift));
    turns.ends.push(microseconds(warm, shifted(1, 3)));
    turns.read.push(microseconds(warm, shifted(2, 4), read));
  }
  const medians = Object.entries(turns).map(([turn, samples]) => [turn, quantile(samples, 0.5)]);
  const pairs = name === "to Services" ? undefined : classPairs(world, asked);
  return { name, flows: asked.length, classPairs: pairs, ...Object.fromEntries(medians) };
});
const mapLookup = quantile(Array.from({ length: rounds }, lookup), 0.5);
const facts = { pods: full.pods.length, mapLookup, load: loadavg()[0] };
if (flags.json) write(JSON.stringify({ ...facts, rows }));
else print();

/** CPU time of one explanation, and of what is done with it. */
function microseconds(index, asked, use = () => 0) {
  let sum = 0;
  const before = process.cpuUsage();
  for (const flow of asked) sum += use(explain(index, flow));
  const { user, system } = process.cpuUsage(before);
  return sum < 0 ? 0 : (user + system) / asked.length;
}

/** Makes every text of an explanation one piece. */
function read({ steps, notes }) {
  let sum = 0;
  for (const { title, text, missingRule = "", asked } of steps) {
    sum += last(title) + last(text) + last(missingRule);
    if (asked !== undefined) sum += last(asked.holder) + last(asked.peer);
  }
  for (const note of notes) sum += last(note);
  return sum;
}

function last(text) {
  return text === "" ? 0 : text.charCodeAt(text.length - 1);
}

function lookup() {
  const map = new Map(lookupKeys().map((key, at) => [key, at]));
  const keys = lookupKeys();
  const before = process.cpuUsage();
  let sum = 0;
  for (const key of keys) sum += map.get(key);
  const { user } = process.cpuUsage(before);
  return sum < 0 ? 0 : user / keys.length;
}

function lookupKeys() {
  return Array.from({ length: 100_000 }, (_, at) => `key-${at}`);
}

function requireAgreement(plain, asked) {
  const warm = rememberingIndex(plain);
  const others = alikeFlows(plain.world, asked, [1, 3]);
  for (const flow of [...asked, ...others]) {
    const [a, b] = [plain, warm].map((index) => JSON.stringify(explain(index, flow)));
    if (a !== b) throw new Error(`${JSON.stringify(flow)}: ${a} is not ${b}`);
  }
}

function print() {
  const cells = rows.map((row) => [
    row.name,
    ...[row.flows, row.classPairs ?? "-"].map(String),
    ...[row.plain, row.first, row.classes, row.ends, row.read].map((one) => one.toFixed(1)),
    Math.round(1e6 / row.ends).toLocaleString("en"),
    `${(row.plain / row.ends).toFixed(1)}x`,
  ]);
  const units = ["plain", "first", "classes", "ends", "read"].map((one) => `${one}, µs`);
  const head = ["world", "flows", "class pairs", ...units, "ends, a second", "plain / ends"];
  for (const line of [head, ...cells])
    write(
      line
        .map((cell) => cell.padEnd(15))
        .join("")
        .trimEnd(),
    );
  write(`${facts.pods} pods, load ${facts.load.toFixed(1)}`);
  write(`one look-up among 100,000 texts: ${mapLookup.toFixed(2)} µs`);
}

function write(text) {
  process.stdout.write(`${text}\n`);
}
