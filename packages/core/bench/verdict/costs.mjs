import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { compileImage, LiveImage, openImage } from "@trunkline/core/image";
import { quantile } from "./quantile.mjs";

/** CPU milliseconds of warm builds, and of opening the image from a file. */
export function measureBuild(world, directory) {
  const file = join(directory, "saved");
  writeFileSync(file, new Uint8Array(compileImage(world)));
  const load = () => {
    const bytes = readFileSync(file);
    openImage(bytes.buffer, bytes.byteOffset);
  };
  return { buildMs: medianCpuMs(() => compileImage(world)), loadMs: medianCpuMs(load) };
}

function medianCpuMs(work) {
  const times = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return quantile(times, 0.5);
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

/**
 * Microseconds (wall, median) of a rule change in a group of 20 to 100 rules: one rule is replaced
 * by one with a CIDR, or a CIDR and a port, that no rule had before.
 */
export function measureEdits(world) {
  const live = new LiveImage(world);
  const groups = world.groups.filter(({ rules }) => rules.length >= 20 && rules.length <= 100);
  const edit = (at, isPortNew) => {
    const group = groups[at % groups.length];
    const port = isPortNew ? 61_001 + 2 * at : 443;
    const rule = {
      ...group.rules[0],
      ruleId: `sgr-new-${at}`,
      protocol: 6,
      fromPort: port,
      toPort: port,
      peer: { kind: "cidr", cidr: `198.51.${at % 256}.${isPortNew ? 1 : 0}/32` },
    };
    const start = process.hrtime.bigint();
    const outcome = live.setGroup({ ...group, rules: [rule, ...group.rules.slice(1)] });
    return { outcome, us: Number(process.hrtime.bigint() - start) / 1000 };
  };
  for (let at = 0; at < 200; at++) edit(at % 100, false);
  const run = (isPortNew) => Array.from({ length: 100 }, (_, at) => edit(100 + at, isPortNew));
  const [cidr, both] = [run(false), run(true)];
  const patched = [...cidr, ...both].filter(({ outcome }) => outcome === "patched").length;
  const median = (some) =>
    quantile(
      some.map(({ us }) => us),
      0.5,
    );
  return { groupCount: groups.length, patched, cidrUs: median(cidr), bothUs: median(both) };
}
