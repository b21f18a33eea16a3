import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { compileImage, openImage } from "@trunkline/core";
import { quantile } from "./quantile.mjs";

/** CPU milliseconds of warm builds, and of opening the image from a file. */
export function measureBuild(world, directory) {
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    compileImage(world);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  const file = join(directory, "saved");
  writeFileSync(file, new Uint8Array(compileImage(world)));
  const before = process.cpuUsage();
  const bytes = readFileSync(file);
  openImage(bytes.buffer, bytes.byteOffset);
  const { user, system } = process.cpuUsage(before);
  return { buildMs: quantile(times, 0.5), loadMs: (user + system) / 1000 };
}

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
