import { cpus } from "node:os";

const write = (text) => process.stdout.write(`${text}\n`);
const number = (value) =>
  value === undefined
    ? "-"
    : value >= 100
      ? Math.round(value).toLocaleString("en-US")
      : value.toFixed(2);
const row = (name, ...cells) =>
  write(name.padEnd(42) + cells.map((cell) => cell.padStart(13)).join(""));

/** Prints what was measured, and which targets are held. */
export function printTables(beside, large, targets) {
  write(`node ${process.version}, ${cpus()[0].model}`);
  row("calls a second of the server's processor", "emulator", "moto", "ratio", "p50 ms");
  for (const { action, ours, moto, ratio } of beside) {
    const cells = [ours.perCpuSec, moto?.perCpuSec, ratio, ours.p50Ms];
    row(action, ...cells.map(number));
  }
  if (beside.every(({ moto }) => moto === undefined)) {
    write("moto is not there (pip install 'moto[server]'): no ratios");
  }
  const { sizes, loadSec, loadCpuSec, loaded, used } = large;
  write(
    `\n${number(sizes.interfaces)} interfaces, ${number(sizes.groups)} groups, ` +
      `${number(sizes.groups * sizes.rulesPerGroup)} rules: loaded in ${number(loadSec)} s ` +
      `(${number(loadCpuSec)} s of processor), ` +
      `resident ${number(loaded.resident)} MiB, after the calls ${number(used.resident)} MiB, ` +
      `peak ${number(used.peak)} MiB`,
  );
  row("one call at a time", "p50 ms", "p99 ms", "cpu ms");
  for (const read of [...large.reads, large.created]) {
    row(read.name, ...[read.p50Ms, read.p99Ms, read.cpuMsEach].map(number));
  }
  write("");
  for (const { text, value, bound, isHeld } of targets) {
    write(`${isHeld ? "held  " : "MISSED"}  ${text}: ${number(value)}, ${bound}`);
  }
}
