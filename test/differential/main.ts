// A longer differential run than the tests take, by hand:
//
//   node --conditions=@trunkline/source --import tsx test/differential/main.ts \
//     [--seeds 100] [--from 1] [--steps 60] [--trace]
//
// Prints every unlisted difference and which listed ones never showed; ends with code 1 when a
// difference is not listed.
import { parseArgs } from "node:util";
import { motoServer } from "../support/python-tools.ts";
import { type Deviation, FIELD_DEVIATIONS, OUTCOME_DEVIATIONS } from "./deviations.ts";
import { startMoto } from "./moto-process.ts";
import { runSeed } from "./run-seed.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    steps: { type: "string", default: "60" },
    trace: { type: "boolean", default: false },
  },
});
const write = (text: string) => process.stdout.write(`${text}\n`);

const tool = await motoServer();
if (tool.kind === "missing") {
  write(`no moto: ${tool.reason}`);
  process.exit(69);
}
await using moto = await startMoto(tool.path);
const seen = new Set<Deviation>();
/** Differences by action and place, with the first example of each. */
const distinct = new Map<string, string>();
const sums = { steps: 0, answers: 0, refusals: 0, findings: 0 };
for (let i = 0; i < Number(values.seeds); i++) {
  const report = await runSeed(moto.endpoint, {
    seed: Number(values.from) + i,
    stepCount: Number(values.steps),
    ...(values.trace && {
      onStep: (...all: readonly unknown[]) =>
        write(all.map((one) => JSON.stringify(one)).join("\n  ")),
    }),
  });
  for (const one of report.seen) seen.add(one);
  sums.steps += report.steps;
  sums.answers += report.answers;
  sums.refusals += report.refusals;
  sums.findings += report.findings.length;
  for (const { seed, at, step, differences } of report.findings) {
    for (const { path, ours, theirs } of differences) {
      const isSeen =
        path === "" ? `${ours} / ${theirs}`.replaceAll(/'.*'|".*"|-[0-9a-f]{17}/g, "") : path;
      const key = `${step.action} ${isSeen}`;
      const known = distinct.get(key);
      distinct.set(key, known ?? JSON.stringify({ seed, at, step, path, ours, theirs }));
    }
  }
}
for (const [key, text] of distinct) write(`${key}\n    ${text.slice(0, 1000)}`);
write(
  `${sums.steps} steps, ${sums.answers} answers compared, ${sums.refusals} refusals compared, ` +
    `${sums.findings} differences that nobody listed`,
);
for (const one of [...FIELD_DEVIATIONS, ...OUTCOME_DEVIATIONS]) {
  if (!seen.has(one)) write(`listed, and did not show: ${one.reason}`);
}
process.exitCode = sums.findings === 0 ? 0 : 1;
