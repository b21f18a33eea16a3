// Compares the kernels with the slow evaluator on as many verdicts as asked for, and live images
// with fresh ones after as many edits.
//
//   node --conditions=@trunkline/source --import tsx packages/core/scripts/fuzz-image.mjs \
//     [--verdicts 10000000] [--edits 10000] [--seed 1]
//
// Prints the range of seeds; a seed that fails belongs into the list of seeds in image.test.ts.
import { parseArgs } from "node:util";
import { mismatches } from "../src/image/fuzz-check.test-support.ts";
import { runEdits } from "../src/image/live-edits.test-support.ts";

const { values } = parseArgs({
  options: {
    verdicts: { type: "string", default: "10000000" },
    edits: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});
const verdictsPerWorld = 1000;
const editsPerWorld = 100;
const firstSeed = Number(values.seed);

/** Runs worlds from the first seed on; returns how many failed. */
function runWorlds(count, failureOf) {
  let failed = 0;
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const failure = failureOf(seed);
    if (failure === undefined) continue;
    failed++;
    process.exitCode = 1;
    process.stdout.write(`SEED=${seed} ${JSON.stringify(failure)}\n`);
  }
  return `SEED=${firstSeed}..${firstSeed + count - 1}: ${failed} worlds failed`;
}

const editWorlds = Math.ceil(Number(values.edits) / editsPerWorld);
const outcomes = { patched: 0, recompiled: 0 };
const edits = runWorlds(editWorlds, (seed) => {
  const { patched, recompiled, differing } = runEdits(seed, editsPerWorld);
  outcomes.patched += patched;
  outcomes.recompiled += recompiled;
  return differing[0];
});
process.stdout.write(
  `${editWorlds * editsPerWorld} edits (${outcomes.patched} patched, ${outcomes.recompiled} ` +
    `recompiled), each compared with a fresh compile; ${edits}\n`,
);

const verdictWorlds = Math.ceil(Number(values.verdicts) / verdictsPerWorld);
const verdicts = runWorlds(verdictWorlds, (seed) => mismatches(seed, verdictsPerWorld)[0]);
process.stdout.write(
  `${verdictWorlds * verdictsPerWorld} verdicts, each by single and batch kernel; ${verdicts}\n`,
);
