import { threadCpuNs } from "./thread-cpu.mjs";

/**
 * CPU milliseconds of all threads, CPU milliseconds of this one (undefined where the system does
 * not say) and wall-clock milliseconds that work takes.
 */
export function timed(work) {
  const before = process.cpuUsage();
  const ownBefore = threadCpuNs();
  const start = process.hrtime.bigint();
  work();
  const wallMs = Number(process.hrtime.bigint() - start) / 1e6;
  const ownAfter = threadCpuNs();
  const { user, system } = process.cpuUsage(before);
  const ownMs = ownAfter && (ownAfter - ownBefore) / 1e6;
  return { cpuMs: (user + system) / 1000, ownMs, wallMs };
}
