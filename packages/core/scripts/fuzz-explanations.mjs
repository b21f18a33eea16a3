// Compares explanations of an index that remembers with those of a plain one, word for word, in as
// many worlds as asked for.
//
//   node --conditions=@trunkline/source --import tsx packages/core/scripts/fuzz-explanations.mjs \
//     [--worlds 1000] [--flows 200] [--seed 1]
//
// Prints the range of seeds; a world that differs is printed with its seed.
import { parseArgs } from "node:util";
import { runOfSeed } from "../src/memory/same-words.test-support.ts";

const { values } = parseArgs({
  options: {
    worlds: { type: "string", default: "1000" },
    flows: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
  },
});
const [firstSeed, worlds, flows] = [values.seed, values.worlds, values.flows].map(Number);
const write = (text) => process.stdout.write(`${text}\n`);

let [count, failed] = [0, 0];
for (let seed = firstSeed; seed < firstSeed + worlds; seed++) {
  const run = runOfSeed(seed, flows);
  count += run.count;
  if (run.difference === undefined) continue;
  failed++;
  write(`SEED=${seed} ${JSON.stringify(run.difference)}`);
}
write(
  `${count} explanations, SEED=${firstSeed}..${firstSeed + worlds - 1}: ${failed} worlds failed`,
);
if (failed > 0) process.exitCode = 1;
