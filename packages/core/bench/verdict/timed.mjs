/** CPU milliseconds of all threads and wall-clock milliseconds that work takes. */
export function timed(work) {
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  work();
  const wallMs = Number(process.hrtime.bigint() - start) / 1e6;
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, wallMs };
}
