// What all pairs of pods cost: which ports everybody reaches, and what two clusters differ in.
//
//   npx turbo run build --filter=@trunkline/core
//   node packages/core/bench/all-pairs.bench.mjs [--quick]
//
// Twenty questions at once. Reachability is the words of all pairs of classes, summed up; the pods
// behind them are counted. A difference is made of two compiles, compiling not included. A matrix is
// made and all its rows are read. A difference with causes begins with two worlds and has all ports
// that rules name; everything in it is counted, indexing and compiling too. CPU time, medians of 7
// runs after 2 to warm up, of 3 after 1 for the last two kinds. The evaluator is asked about some
// pairs of the cluster of 1,000 pods in the same run. --quick leaves out the cluster of 50,000.
import { cpus, loadavg } from "node:os";
import { evaluate, indexWorld, seededRandom } from "@trunkline/core";
import { diffWorlds, matrix } from "@trunkline/core/query";
import { bindReachRows, compileReach, diffReach, openReach } from "@trunkline/core/reach";
import { clusters } from "./reach-clusters.mjs";
import { quantile } from "./verdict/quantile.mjs";

const runs = 7;
const ports = [80, 443, 5432, 6379, 8080, 9090, 9100, 15_001];
const questions = Array.from({ length: 20 }, (_, at) => {
  return { protocol: 6, port: ports[at % ports.length] + Math.floor(at / ports.length) };
});
const write = (text) => process.stdout.write(`${text}\n`);

/** Median CPU milliseconds of a call. */
function medianMs(run, { count, warmUp }) {
  const samples = [];
  for (let turn = 0; turn < count + warmUp; turn++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    if (turn >= warmUp) samples.push((user + system) / 1000);
  }
  return quantile(samples, 0.5);
}

function shown(ms) {
  return ms.toFixed(0).padStart(6);
}

function cpuMs(run) {
  return shown(medianMs(run, { count: runs, warmUp: 2 }));
}

const few = { count: 3, warmUp: 1 };

function makeMatrix(index, level) {
  return matrix(index, { level, ports: questions.map(({ port }) => port) });
}

function readRows({ rows }) {
  let byteCount = 0;
  for (const { allAllowed } of rows()) byteCount += allAllowed.length;
  return byteCount;
}

/** Microseconds that the evaluator takes for one verdict, of pairs all over the cluster. */
function evaluatorUs(index) {
  const { pods } = index.world;
  const ends = pods.map(({ namespace, name }) => ({ kind: "pod", namespace, name }));
  const count = 4_000;
  const ms = medianMs(() => {
    for (let at = 0; at < count; at++) {
      const source = ends[(at * 7_919) % ends.length];
      const destination = ends[(at * 104_729 + 1) % ends.length];
      evaluate(index, { source, destination, ...questions[at % questions.length] });
    }
  }, few);
  return (ms * 1000) / count;
}

/** The matrix and the difference of 1,000 pods beside the evaluator asked about every pair. */
function compareWithEvaluator() {
  const world = clusters["1k"](seededRandom(1));
  const index = indexWorld(world);
  const us = evaluatorUs(index);
  const verdicts = world.pods.length ** 2 * questions.length;
  const matrixMs = medianMs(() => readRows(makeMatrix(index, "pod")), few);
  const after = edited(world)["a network policy gone"];
  const diffMs = medianMs(() => diffWorlds(world, after), few);
  const times = (slowMs, ms) => `${(slowMs / ms).toFixed(0)} times as fast as the evaluator`;
  const slowMs = (verdicts * us) / 1000;
  write(`\n${world.pods.length} pods; one verdict of the evaluator ${us.toFixed(0)} us`);
  write(`${shown(matrixMs)}  matrix of pods, compiled: ${times(slowMs, matrixMs)}`);
  write(`${shown(diffMs)}  difference with causes: ${times(2 * slowMs, diffMs)}, on its ports`);
}

function matricesAndCauses(world) {
  const index = indexWorld(world);
  for (const level of ["pod", "workload", "namespace", "class"]) {
    const madeMs = shown(medianMs(() => makeMatrix(index, level), few));
    const made = makeMatrix(index, level);
    const rowsMs = shown(medianMs(() => readRows(made), few));
    write(`${madeMs} + ${rowsMs}  matrix by ${level}: compiled, and its rows`);
  }
  for (const [what, other] of Object.entries(edited(world)).slice(1)) {
    let found = [];
    const once = { count: 1, warmUp: 0 };
    const ms = medianMs(() => {
      found = diffWorlds(world, other).changes;
    }, once);
    write(`${shown(ms)}  ${what}, with causes: ${found.length} changes`);
  }
}

function sumRows(image) {
  const { fill } = bindReachRows(image);
  const row = new Int32Array(image.classCount);
  let sum = 0;
  for (let source = 1; source < image.classCount; source++) {
    fill(source, row);
    for (let to = 0; to < row.length; to++) sum = (sum + row[to]) | 0;
  }
  return sum;
}

/** The same world after a day's work, by what was done. */
function edited(world) {
  const [first, ...others] = world.groups;
  const lessRules = { ...first, rules: first.rules.slice(4) };
  return {
    "nothing changed": world,
    "four rules of a group gone": { ...world, groups: [lessRules, ...others] },
    "a network policy gone": { ...world, networkPolicies: world.networkPolicies.slice(1) },
    "a pod on another node": {
      ...world,
      pods: world.pods.map((pod, at) => (at === 7 ? { ...pod, nodeName: "n1" } : pod)),
    },
    "twenty pods with another label": {
      ...world,
      pods: world.pods.map((pod, at) => {
        return at % 500 === 3 ? { ...pod, labels: { ...pod.labels, app: "app-0" } } : pod;
      }),
    },
  };
}

const [load] = loadavg();
write(`node ${process.version}, ${cpus()[0].model}, load ${load.toFixed(1)}; CPU ms`);
compareWithEvaluator();
const sizes = process.argv.includes("--quick") ? ["10k-2k"] : ["10k-2k", "50k"];
for (const name of sizes) {
  const world = clusters[name](seededRandom(1));
  const before = compileReach(world, { questions });
  const image = openReach(before.buffer);
  const { podCount, classCount } = image;
  write(`\n${podCount} pods, ${classCount} classes, ${world.networkPolicies.length} policies`);
  write(`${cpuMs(() => sumRows(image))}  reachability on 20 ports`);
  if (podCount > 10_000) continue;
  for (const [what, other] of Object.entries(edited(world))) {
    const after = compileReach(other, { questions });
    const { changes } = diffReach(before, after);
    write(`${cpuMs(() => diffReach(before, after))}  ${what}: ${changes.length} kinds of pairs`);
  }
  matricesAndCauses(world);
}
