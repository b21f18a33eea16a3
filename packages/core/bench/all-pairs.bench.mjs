// What all pairs of pods cost: which ports everybody reaches, and what two clusters differ in.
//
//   npx turbo run build --filter=@trunkline/core
//   node packages/core/bench/all-pairs.bench.mjs [--quick]
//
// Twenty questions at once. Reachability is the words of all pairs of classes, summed up; the pods
// behind them are counted. A difference is made of two compiles, compiling not included. CPU time,
// medians of 7 runs after 2 to warm up. --quick leaves out the cluster of 50,000 pods.
import { cpus, loadavg } from "node:os";
import { seededRandom } from "@trunkline/core";
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
function cpuMs(run) {
  const samples = [];
  for (let turn = 0; turn < runs + 2; turn++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    if (turn >= 2) samples.push((user + system) / 1000);
  }
  return quantile(samples, 0.5).toFixed(0).padStart(6);
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
}
