import { readFileSync } from "node:fs";

/** CPU nanoseconds of this thread; undefined where the system does not say. */
export function threadCpuNs() {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]);
  } catch {
    // Only Linux has the file; other clocks are read as well.
    return undefined;
  }
}
