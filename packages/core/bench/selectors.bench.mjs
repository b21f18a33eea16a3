// Speed of matching all pods with all selectors, and of one pod or policy changed, against the two
// ways people write it, in one process.
//
//   npx turbo run build --filter=@trunkline/core
//   node packages/core/bench/selectors.bench.mjs [--json] [--gate] [--quick]
//
// Rivals take turns in random order, and the median over all samples of all rounds counts, because
// benchmark.js's own mean takes in every preemption. The object walker needs minutes for all
// pairs: it does every 250th pod, and its time is scaled up. All rivals must find the same number
// of matches before anything is measured. --gate ends with code 1 when a ratio or size is out of
// bounds; times are for orientation only. --quick leaves out the large cluster.
import { cpus } from "node:os";
import { seededRandom } from "@trunkline/core";
import { LabelIndex } from "@trunkline/core/labels";
import Benchmark from "benchmark";
import { ObjectWalker, Postings } from "./rival-selectors.mjs";
import { makeCluster } from "./selector-cluster.mjs";

const rounds = 5;
const secondsPerTurn = 0.15;
const selectorCount = 1000;
/** The object walker does one pod in so many. */
const walkerStep = 250;
const changes = 256;
const isQuick = process.argv.includes("--quick");
const sizes = isQuick ? [10_000] : [10_000, 100_000];
const operations = ["build", "match all", "pod changed", "policy changed"];
const learning = ["policy, new value", "policy, new key", "one policy's pods"];

function casesOf(podCount) {
  const random = seededRandom(podCount);
  const cluster = makeCluster({ podCount, selectorCount: selectorCount * 2, random });
  // The second half takes turns with the first: all its values are known to our index.
  const { pods, selectors } = cluster;
  const now = selectors.slice(0, selectorCount);
  const below = (limit) => (random() * limit) | 0;
  const ours = new LabelIndex(pods, selectors);
  for (let id = selectorCount; id < selectors.length; id++) ours.removeSelector(id);
  const postings = new Postings(pods, now);
  const walker = new ObjectWalker(pods, now);
  const matchCount = requireAgreement({ ours, postings, walker, podCount });
  const step = walkerStep;
  const podOf = (state) => () => state.setPod(below(podCount), pods[below(podCount)]);
  const policyOf = (state, every) => () =>
    state.setSelector(below(selectorCount), selectors[below(selectors.length)], every);
  let fresh = 0;
  const newValue = () => ({ selector: { matchLabels: { app: `app-new-${fresh++}` } } });
  const newKey = () => ({ selector: { matchLabels: { [`key-new-${fresh++}`]: "" } } });
  const turn = (operation, rival, work) => ({
    ...{ podCount, operation, rival, run: work.run, samples: [] },
    ...{ times: work.times ?? 1, scale: work.scale ?? 1 },
  });
  const many = { times: changes };
  const turns = [
    turn("build", "trunkline", { run: () => new LabelIndex(pods, now) }),
    turn("build", "postings", { run: () => new Postings(pods, now) }),
    turn("match all", "trunkline", { run: () => ours.matchAll() }),
    turn("match all", "postings", { run: () => postings.matchAll() }),
    turn("match all", "walker", { run: () => walker.countMatches(step), scale: step }),
    turn("pod changed", "trunkline", { run: podOf(ours), ...many }),
    turn("pod changed", "postings", { run: podOf(postings), ...many }),
    turn("pod changed", "walker", { run: podOf(walker), ...many }),
    turn("policy changed", "trunkline", { run: policyOf(ours), ...many }),
    turn("policy changed", "postings", { run: policyOf(postings), ...many }),
    turn("policy changed", "walker", { run: policyOf(walker, step), ...many, scale: step }),
    turn("policy, new value", "trunkline", { run: () => ours.setSelector(0, newValue()) }),
    turn("policy, new key", "trunkline", {
      // An index of its own: keys that were in use for a moment make later work slower.
      run: (
        (own) => () =>
          own.setSelector(0, newKey())
      )(new LabelIndex(pods, now)),
    }),
    turn("one policy's pods", "trunkline", { run: () => ours.podsOf(below(selectorCount)) }),
  ];
  const { classCount, atomCount, stateBytes } = new LabelIndex(pods, now).counts();
  const state = { podCount, matchCount, classCount, atomCount, stateBytes };
  return { turns, state: { ...state, postingsBytes: postings.bytes } };
}

/** All rivals must agree, on all pods or on those that the walker has time for. */
function requireAgreement({ ours, postings, walker, podCount }) {
  let [all, some] = [0, 0];
  for (let pod = 0; pod < podCount; pod++) {
    const count = ours.selectorsOf(pod).length;
    all += count;
    if (pod % walkerStep === 0) some += count;
  }
  const [dense, walked] = [postings.countMatches(), walker.countMatches(walkerStep)];
  if (all !== dense || some !== walked) throw new Error(`${all} ${dense}, ${some} ${walked}`);
  return all;
}

/** Measures one turn often enough; keeps microseconds per operation. */
function runTurn({ run, times, scale, samples }) {
  const block = () => {
    for (let i = 0; i < times; i++) run();
  };
  const options = { maxTime: secondsPerTurn, minTime: 0.005, minSamples: 3 };
  const benchmark = new Benchmark(block, options);
  benchmark.run();
  if (benchmark.error) throw benchmark.error;
  samples.push(...benchmark.stats.sample.map((seconds) => (seconds * 1e6 * scale) / times));
}

/** All turns in a new random order each round, so that noise meets everybody. */
function measure(turns, random) {
  // The first calls run in the interpreter and count for nobody.
  for (const { run, times } of turns) for (let i = 0; i < Math.min(3 * times, 1000); i++) run();
  for (let round = 0; round < rounds; round++) {
    const order = turns.map((turn) => [random(), turn]).sort(([a], [b]) => a - b);
    for (const [, turn] of order) runTurn(turn);
  }
  return turns.map(({ podCount, operation, rival, samples }) => {
    const [p10Us, medianUs] = [quantile(samples, 0.1), quantile(samples, 0.5)];
    return { podCount, operation, rival, medianUs, p10Us, sampleCount: samples.length };
  });
}

function quantile(samples, q) {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * q)];
}

function medianOf(table, podCount, operation, rival = "trunkline") {
  const row = table.find((one) => {
    return one.podCount === podCount && one.operation === operation && one.rival === rival;
  });
  return row?.medianUs;
}

/** Of the largest cluster; the bounds are far from what is usual, because machines are shared. */
function gates(table, states) {
  const { podCount, stateBytes } = states.at(-1);
  const faster = (operation, rival) =>
    medianOf(table, podCount, operation, rival) / medianOf(table, podCount, operation);
  const list = [
    ["walker against trunkline, match all", faster("match all", "walker"), 200, Infinity],
    ["walker against trunkline, pod changed", faster("pod changed", "walker"), 10, Infinity],
    ["walker against trunkline, policy changed", faster("policy changed", "walker"), 50, Infinity],
    ["postings against trunkline, match all", faster("match all", "postings"), 1, Infinity],
    ["bytes of state for each pod", stateBytes / podCount, 0, isQuick ? 200 : 40],
  ];
  return list.map(([text, ratio, min, max]) => {
    const bound = min > 0 ? `at least ${min}` : `at most ${max}`;
    return { text, ratio, bound, isHeld: ratio >= min && ratio <= max };
  });
}

function printTable({ table, states, checked }) {
  const write = (text) => process.stdout.write(`${text}\n`);
  const rivals = ["trunkline", "postings", "walker"];
  const us = (value) =>
    value < 1000 ? `${value.toFixed(2)} us` : `${(value / 1000).toFixed(1)} ms`;
  write(`node ${process.version}, ${cpus()[0].model}; medians, and times slower than trunkline`);
  for (const { podCount, stateBytes, postingsBytes, ...counts } of states) {
    const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
    const { matchCount, classCount, atomCount } = counts;
    write(`\n${podCount} pods x ${selectorCount} policies: ${matchCount} matches, ${classCount}`);
    write(`classes, ${atomCount} atoms; state ${mb(stateBytes)}, postings ${mb(postingsBytes)}`);
    write(["".padEnd(20), ...rivals.map((rival) => rival.padStart(22))].join(""));
    for (const operation of [...operations, ...learning]) {
      const own = medianOf(table, podCount, operation);
      const cells = rivals.map((rival) => {
        const median = medianOf(table, podCount, operation, rival);
        if (median === undefined) return "".padStart(22);
        const ratio = rival === "trunkline" ? "" : ` (${(median / own).toFixed(1)}x)`;
        return `${us(median)}${ratio}`.padStart(22);
      });
      write(`${operation.padEnd(20)}${cells.join("")}`);
    }
  }
  write("");
  for (const { text, ratio, bound, isHeld } of checked) {
    write(`${isHeld ? "held  " : "BROKEN"}  ${text}: ${ratio.toFixed(2)}, ${bound}`);
  }
}

const random = seededRandom(7);
const measured = sizes.map((podCount) => {
  const { turns, state } = casesOf(podCount);
  return { rows: measure(turns, random), state };
});
const table = measured.flatMap(({ rows }) => rows);
const states = measured.map(({ state }) => state);
const checked = gates(table, states);
if (process.argv.includes("--json")) {
  process.stdout.write(`${JSON.stringify({ table, states, gates: checked })}\n`);
} else printTable({ table, states, checked });
if (process.argv.includes("--gate") && checked.some((gate) => !gate.isHeld)) process.exitCode = 1;
