// Compares the kernels with the slow evaluator on as many verdicts as asked for.
//
//   node --conditions=@trunkline/source --import tsx packages/core/scripts/fuzz-image.mjs \
//     [--verdicts 10000000] [--seed 1]
//
// Prints the range of seeds; a seed that fails belongs into the list of seeds in image.test.ts.
import { parseArgs } from "node:util";
import { mismatches } from "../src/image/fuzz-check.test-support.ts";

const { values } = parseArgs({
  options: {
    verdicts: { type: "string", default: "10000000" },
    seed: { type: "string", default: "1" },
  },
});
const perWorld = 1000;
const firstSeed = Number(values.seed);
const worldCount = Math.ceil(Number(values.verdicts) / perWorld);
const failed = [];
for (let seed = firstSeed; seed < firstSeed + worldCount; seed++) {
  const found = mismatches(seed, perWorld);
  if (found.length > 0) {
    failed.push(seed);
    process.stdout.write(`SEED=${seed} ${JSON.stringify(found[0])}\n`);
  }
}
const range = `SEED=${firstSeed}..${firstSeed + worldCount - 1}`;
process.stdout.write(
  `${range}: ${worldCount * perWorld} verdicts, each by the single and the batch kernel, ` +
    `${failed.length} worlds with a mismatch\n`,
);
if (failed.length > 0) process.exitCode = 1;
