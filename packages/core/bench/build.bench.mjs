// Cost of images of the workload "cloud": making one, opening a saved one, editing a live one.
//
//   npx turbo run build --filter=@trunkline/core
//   node packages/core/bench/build.bench.mjs [--json] [--rules 1000,10000,100000] [--runs 7]
//
// "warm" is in a process that has compiled before; "first" is the first compile of a process, and
// "saved" reads a file, opens it and asks it 1,000 verdicts, each in child processes of their own.
// Medians of so many runs, of CPU time with all threads (what collections and the compiler of V8
// take included), of that of the main thread where the system says it (Linux counts it by the
// tick, of some milliseconds), and of wall-clock time, which a shared machine makes longer. Edits
// are timed one by one on the wall clock: each replaces a rule of a group of 20 to 100 rules.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { seededRandom } from "@trunkline/core";
import { compileImage, openImage } from "@trunkline/core/image";
import { cloudWorld } from "./verdict/cloud-workload.mjs";
import { measureEdits, withSets } from "./verdict/edit-costs.mjs";
import { quantile } from "./verdict/quantile.mjs";
import { timed } from "./verdict/timed.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rules: { type: "string", default: "1000,10000,100000" },
    runs: { type: "string", default: "7" },
  },
});
const runCount = Number(flags.runs);
const seed = 7;
const child = fileURLToPath(new URL("./verdict/build-child.mjs", import.meta.url));

function medians(times) {
  const median = (name) =>
    quantile(
      times.map((time) => time[name]),
      0.5,
    );
  const ownMs = times.every((time) => time.ownMs !== undefined) ? median("ownMs") : undefined;
  return { cpuMs: median("cpuMs"), ownMs, wallMs: median("wallMs") };
}

function runs(run) {
  return medians(Array.from({ length: runCount }, run));
}

function inChild(...args) {
  return JSON.parse(execFileSync(process.execPath, [child, ...args], { encoding: "utf8" }));
}

function measureSize(ruleCount, directory) {
  const random = seededRandom(seed);
  const world = cloudWorld(ruleCount, random);
  for (let turn = 0; turn < 5; turn++) compileImage(world);
  const warm = runs(() => timed(() => compileImage(world)));
  const first = runs(() => inChild("first", String(ruleCount), String(seed)));
  const file = join(directory, "saved");
  const buffer = compileImage(world);
  writeFileSync(file, new Uint8Array(buffer));
  const saved = runs(() => inChild("saved", file));
  const { sizeBytes, nodeCount, portClassCount, unitCount } = openImage(buffer);
  const edits = measureEdits(world);
  const editsOfSets = measureEdits(withSets(world, 2000, random));
  const counts = { sizeBytes, nodeCount, portClassCount, unitCount };
  return { ruleCount, warm, first, saved, ...counts, edits, editsOfSets };
}

function printTable(results) {
  const row = (title, cell) => {
    const cells = results.map((one) => String(cell(one)).padStart(24));
    process.stdout.write(`${title.padEnd(38)}${cells.join("")}\n`);
  };
  const load = loadavg().map((value) => value.toFixed(1));
  process.stdout.write(`node ${process.version}, ${cpus()[0].model}, load ${load.join(" ")}\n`);
  row("rules", (one) => one.ruleCount);
  for (const name of ["warm", "first", "saved"]) {
    row(`${name}, CPU / main / wall ms`, ({ [name]: { cpuMs, ownMs, wallMs } }) => {
      return [cpuMs, ownMs, wallMs].map((ms) => ms?.toFixed(1) ?? "-").join(" / ");
    });
  }
  row("image, MB", (one) => (one.sizeBytes / 1e6).toFixed(1));
  for (const name of ["nodeCount", "portClassCount", "unitCount"]) row(name, (one) => one[name]);
  for (const [key, title] of [
    ["edits", "1,000 sets"],
    ["editsOfSets", "2,000 sets"],
  ]) {
    for (const kind of Object.keys(results[0].edits)) {
      row(`${kind}, ${title}, µs (p90, p99)`, ({ [key]: { [kind]: edit } }) => {
        const [median, p90, p99] = [edit.median, edit.p90, edit.p99].map((us) => us.toFixed(0));
        return `${median} (${p90}, ${p99})`;
      });
      row("  patched", ({ [key]: { [kind]: edit } }) => `${(100 * edit.patched).toFixed(1)} %`);
    }
  }
}

const directory = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
try {
  const sizes = flags.rules.split(",").map(Number);
  const results = sizes.map((ruleCount) => measureSize(ruleCount, directory));
  if (flags.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  else printTable(results);
} finally {
  rmSync(directory, { recursive: true });
}
