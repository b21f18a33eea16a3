// Compares the kernels, in JavaScript and WASM, with the slow evaluator on as many verdicts as asked
// for, and live images with fresh ones after as many edits.
//
//   node --conditions=@trunkline/source --import tsx packages/core/scripts/fuzz-image.mjs \
//     [--verdicts 10000000] [--edits 10000] [--seed 1] [--processes 2]
//
// Pieces of a million verdicts, and of a thousand edits, run in processes of their own, so many at
// a time; each prints its range of seeds when it ends. A seed that fails belongs into the list of
// seeds in image.test.ts, or into live-image.test.ts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mismatches } from "../src/image/fuzz-check.test-support.ts";
import { bindKernels } from "../src/image/kernels.ts";
import { runEdits } from "../src/image/live-edits.test-support.ts";
import { bindWasmCopy } from "../src/wasm/bind-copy.test-support.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    verdicts: { type: "string", default: "10000000" },
    edits: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    processes: { type: "string", default: "2" },
  },
});
const verdictsPerWorld = 1000;
const editsPerWorld = 100;
const worldsPerPiece = { verdicts: 1000, edits: 10 };
const perWorld = { verdicts: verdictsPerWorld, edits: editsPerWorld };

/** Runs worlds from the first seed on; returns how many failed. */
function runWorlds(firstSeed, count, failureOf) {
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

function runEditPiece(firstSeed, count) {
  const outcomes = { patched: 0, recompiled: 0 };
  const summary = runWorlds(firstSeed, count, (seed) => {
    const { patched, recompiled, differing } = runEdits(seed, editsPerWorld);
    outcomes.patched += patched;
    outcomes.recompiled += recompiled;
    return differing[0];
  });
  const parts = `${outcomes.patched} patched, ${outcomes.recompiled} recompiled`;
  process.stdout.write(`${count * editsPerWorld} edits (${parts}), each like fresh; ${summary}\n`);
}

function runVerdictPiece(firstSeed, count) {
  const summary = runWorlds(firstSeed, count, (seed) => {
    return mismatches(seed, verdictsPerWorld, bindKernels, bindWasmCopy)[0];
  });
  process.stdout.write(
    `${count * verdictsPerWorld} verdicts, each by single and batch kernels in JavaScript and WASM; ${summary}\n`,
  );
}

/** Pieces of one kind: arguments for a process each. */
function piecesOf(kind) {
  const worldCount = Math.ceil(Number(values[kind]) / perWorld[kind]);
  const size = worldsPerPiece[kind];
  return Array.from({ length: Math.ceil(worldCount / size) }, (_, at) => {
    const count = Math.min(size, worldCount - at * size);
    return ["piece", kind, String(Number(values.seed) + at * size), String(count)];
  });
}

/** Takes pieces until none is left. */
async function runPieces(pieces) {
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    const script = fileURLToPath(import.meta.url);
    const child = spawn(process.execPath, [...process.execArgv, script, ...piece], {
      stdio: "inherit",
    });
    const [code] = await once(child, "exit");
    if (code !== 0) process.exitCode = 1;
  }
}

const [, kind, firstSeed, count] = positionals;
if (kind === "edits") runEditPiece(Number(firstSeed), Number(count));
else if (kind === "verdicts") runVerdictPiece(Number(firstSeed), Number(count));
else {
  const pieces = [...piecesOf("edits"), ...piecesOf("verdicts")];
  await Promise.all(Array.from({ length: Number(values.processes) }, () => runPieces(pieces)));
}
