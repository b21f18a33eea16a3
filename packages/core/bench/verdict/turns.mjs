import Benchmark from "benchmark";
import { headerCount } from "./cloud-workload.mjs";

// What takes turns: a block of verdicts that benchmark.js runs, and the nanoseconds it took.

/** Headers of a block of the kernels. */
export const blockHeaders = 32_768;

const secondsPerTurn = 0.12;
// Caches and branch predictors belong to the rival before.
const droppedBlocks = 2;

/**
 * One verdict after the other over all headers, `size` a block; `verdict` takes an interface, an
 * address, a protocol and a port. A loop of its own for each rival, so that none pays for the types
 * another brought.
 */
export function singleTurn(name, verdict, columns, size = blockHeaders) {
  const call = "verdict(who[i], ips[i], protocols[i], ports[i])";
  return turn(name, size, loopBlock(name, { call, verdict, columns, size }));
}

/** Like {@link singleTurn} for `verdict4`, which takes the direction as well. */
export function kernelTurn(name, { verdict4 }, columns) {
  const call = "verdict(who[i], 0, ips[i], protocols[i], ports[i])";
  return turn(
    name,
    blockHeaders,
    loopBlock(name, { call, verdict: verdict4, columns, size: blockHeaders }),
  );
}

/** Like {@link singleTurn} for `verdict6`. */
export function kernelTurn6(name, { verdict6 }, columns) {
  const words = [0, 1, 2, 3].map((word) => `ips[4 * i + ${word}]`).join(", ");
  const call = `verdict(who[i], 0, ${words}, protocols[i], ports[i])`;
  return turn(
    name,
    blockHeaders,
    loopBlock(name, { call, verdict: verdict6, columns, size: blockHeaders }),
  );
}

/** A batch kernel over all headers. */
export function batchTurn(name, batch) {
  const size = blockHeaders / 8;
  let at = 0;
  return turn(name, blockHeaders, () => {
    batch(0, at, at + size);
    at = at + size < headerCount / 8 ? at + size : 0;
  });
}

function turn(name, size, block) {
  return { name, size, block, samples: [] };
}

function loopBlock(name, { call, verdict, columns, size }) {
  // The loop is entered often: code that takes over in the middle of a long one is slower.
  const body = `// ${name}
    let at = 0, sum = 0;
    const run = (from, to) => {
      let some = 0;
      for (let i = from; i < to; i++) some += ${call};
      return some;
    };
    return () => {
      const end = at + size;
      for (; at < end; at += 64) sum += run(at, at + 64);
      if (at >= count) at = 0;
      return sum;
    };`;
  const names = ["verdict", "who", "ips", "protocols", "ports", "size", "count"];
  const { interfaces, addresses, protocols, ports } = columns;
  const make = new Function(...names, body);
  return make(verdict, interfaces, addresses, protocols, ports, size, headerCount);
}

/** One turn of benchmark.js; keeps CPU nanoseconds a verdict of each block but the first ones. */
export function runTurn({ block, size, samples }) {
  let calls = 0;
  const timed = () => {
    const before = process.cpuUsage();
    block();
    const { user, system } = process.cpuUsage(before);
    if (++calls > droppedBlocks) samples.push(((user + system) * 1000) / size);
  };
  const options = { maxTime: secondsPerTurn, minTime: 0.02, minSamples: 3 };
  const benchmark = new Benchmark(timed, options);
  benchmark.run();
  if (benchmark.error) throw benchmark.error;
}

/** A turn of a C++ kernel. */
export async function runRivalTurn({ kernel, samples }, rivals) {
  const times = await rivals.turn(kernel, rivalBlocks(samples));
  samples.push(...times.slice(droppedBlocks));
}

// As long as the others' turns, once it is known how long a block takes.
function rivalBlocks(samples) {
  if (samples.length === 0) return 10;
  const blockSeconds = (samples.at(-1) * blockHeaders) / 1e9;
  return Math.min(200, Math.max(10, Math.round(secondsPerTurn / blockSeconds)));
}
