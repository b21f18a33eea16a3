import { cpus } from "node:os";

const ratios = [
  ["js single / c++ single", "js single", "c++ single"],
  ["wasm batch / c++ interleaved", "wasm batch", "c++ interleaved"],
  ["wasm batch / c++ gather", "wasm batch", "c++ gather"],
  ["dpdk, its order / wasm batch", "dpdk-stock", "wasm batch"],
  ["dpdk, group first / wasm batch", "dpdk-group-first", "wasm batch"],
  ["js batch / c++ interleaved", "js batch", "c++ interleaved"],
  ["js batch / wasm batch", "js batch", "wasm batch"],
  ["objects / js single", "objects", "js single"],
  ["columns / js single", "columns", "js single"],
  ["IPv6 single / IPv4 single", "js single, IPv6", "js single"],
  ["IPv6 batch / IPv4 batch, wasm", "wasm batch, IPv6", "wasm batch"],
  ["IPv6 batch / IPv4 batch, js", "js batch, IPv6", "js batch"],
  ["own sets / shared, single", "js single, own sets", "js single"],
  ["own sets / shared, wasm batch", "wasm batch, own sets", "wasm batch"],
  ["own sets, objects / single", "objects, own sets", "js single, own sets"],
  ["wasm single / js single", "wasm single", "js single"],
];

/** Prints results for people. */
export function printTable(results, roundCount) {
  const write = (text) => process.stdout.write(`${text}\n`);
  const row = (title, cells) =>
    write(`${title.padEnd(32)}${cells.map((cell) => cell.padStart(18)).join("")}`);
  const counted = (value) => Math.round(value).toLocaleString("en-US");
  write(
    `node ${process.version}, ${cpus()[0].model}; CPU ns a verdict, median of ${roundCount} rounds`,
  );
  row(
    "rules",
    results.map((one) => counted(one.ruleCount)),
  );
  row(
    "load average",
    results.map((one) => one.load.toFixed(1)),
  );
  for (const name of Object.keys(results[0].ns)) {
    row(
      name,
      results.map((one) => (one.ns[name] < 1000 ? one.ns[name].toFixed(1) : counted(one.ns[name]))),
    );
  }
  write("ratios of medians (of 10th percentiles)");
  for (const [title, a, b] of ratios) {
    if (results.every((one) => one.ns[a] === undefined || one.ns[b] === undefined)) continue;
    row(
      title,
      results.map((one) => {
        return `${(one.ns[a] / one.ns[b]).toFixed(2)} (${(one.ns10[a] / one.ns10[b]).toFixed(2)})`;
      }),
    );
  }
  row(
    "two workers / one, wall",
    results.map((one) => one.workers.wall.toFixed(2)),
  );
  row(
    "two workers / one, CPU",
    results.map((one) => one.workers.cpu.toFixed(2)),
  );
  row(
    "two c++ processes / one, wall",
    results.map((one) => (one.processes === undefined ? "" : one.processes.toFixed(2))),
  );
  for (const key of ["prefixNodes", "portClasses", "groupSets", "units"])
    row(
      key,
      results.map((one) => counted(one[key])),
    );
  row(
    "hot columns, MB",
    results.map((one) => (one.hotBytes / 1e6).toFixed(1)),
  );
  row(
    "image, MB",
    results.map((one) => (one.sizeBytes / 1e6).toFixed(1)),
  );
  row(
    "image of IPv6, MB",
    results.map((one) => (one.sizeBytes6 / 1e6).toFixed(1)),
  );
  row(
    "allowed",
    results.map((one) => one.allowRate.toFixed(2)),
  );
  for (const at of results[0].heap.keys()) {
    row(
      `collections in 10M, ${results[0].heap[at].name}`,
      results.map((one) => String(one.heap[at].collections)),
    );
    row(
      "  heap bytes a verdict",
      results.map((one) => one.heap[at].bytesPerVerdict.toFixed(4)),
    );
  }
}
