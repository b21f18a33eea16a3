import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";

/** Collections and heap growth over 10 million verdicts. */
export async function measureHeap(block, name, blockHeaders) {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  for (let turn = 0; turn < 20; turn++) block();
  await setImmediate();
  observer.observe({ entryTypes: ["gc"] });
  const before = process.memoryUsage().heapUsed;
  const calls = Math.ceil(10_000_000 / blockHeaders);
  for (let turn = 0; turn < calls; turn++) block();
  const bytes = process.memoryUsage().heapUsed - before;
  await setImmediate();
  observer.disconnect();
  return { name, collections, bytesPerVerdict: bytes / (calls * blockHeaders) };
}

/** Bytes of the columns that IPv4 verdicts read. */
export function hotBytes(image) {
  const hot = [
    "protocols4",
    "portClasses",
    "trie4",
    "interfaces",
    "unitLists",
    "dir",
    "rowPages",
    "portPages",
    "bits",
  ];
  return hot.reduce((sum, name) => sum + image[name].byteLength, 0);
}
