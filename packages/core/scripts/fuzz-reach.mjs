// Compares compiled reachability with the slow evaluator on as many verdicts as asked for, deciding
// rules included, and live reachability with a fresh compile after as many edits.
//
//   node --conditions=@trunkline/source --import tsx packages/core/scripts/fuzz-reach.mjs \
//     [--worlds 2000] [--edits 10000] [--seed 1]
//
// Prints the range of seeds; a seed that fails belongs into the list of seeds in reach.test.ts.
import { parseArgs } from "node:util";
import { runReachEdits } from "../src/reach/live-edits.test-support.ts";
import { reachRun } from "../src/reach/reach-check.test-support.ts";

const { values } = parseArgs({
  options: {
    worlds: { type: "string", default: "2000" },
    edits: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});
const editsPerWorld = 50;
const firstSeed = Number(values.seed);
const worlds = Number(values.worlds);
const editWorlds = Math.ceil(Number(values.edits) / editsPerWorld);
const write = (text) => process.stdout.write(`${text}\n`);

let [verdictCount, failed] = [0, 0];
for (let seed = firstSeed; seed < firstSeed + worlds; seed++) {
  const { mismatches, count } = reachRun(seed);
  verdictCount += count;
  if (mismatches.length === 0) continue;
  failed++;
  write(`SEED=${seed} ${JSON.stringify(mismatches[0])}`);
}
write(
  `${verdictCount} verdicts, SEED=${firstSeed}..${firstSeed + worlds - 1}: ${failed} worlds failed`,
);

let [patched, recompiled] = [0, 0];
for (let seed = firstSeed; seed < firstSeed + editWorlds; seed++) {
  const run = runReachEdits(seed, editsPerWorld);
  patched += run.patched;
  recompiled += run.recompiled;
  if (run.differing.length === 0) continue;
  failed++;
  write(run.differing[0]);
}
const editCount = editWorlds * editsPerWorld;
write(
  `${editCount} edits (${patched} patched, ${recompiled} recompiled), each like a fresh compile`,
);
if (failed > 0) process.exitCode = 1;
