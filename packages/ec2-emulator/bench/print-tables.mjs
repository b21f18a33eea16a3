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
export function printTables({ beside, large, state, loads }, targets) {
  const load = loads.map((one) => one.toFixed(1)).join(" ");
  write(`node ${process.version}, ${cpus()[0].model}, load average at the end ${load}`);
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
      `(${number(loadCpuSec)} s of processor), resident ${memory(loaded)}, ` +
      `after the calls ${memory(used)}; with state ${memory(state.used)}, ` +
      `opened again in ${number(state.openCpuSec)} s of processor, ${memory(state.opened)}`,
  );
  row("one read at a time", "p50 ms", "p95 ms", "cpu ms");
  for (const read of large.reads) {
    row(read.name, ...[read.p50Ms, read.p95Ms, read.cpuMsEach].map(number));
  }
  row("writes, calls a second of the processor", "in memory", "with state", "p50 ms");
  for (const [i, { name, perCpuSec, p50Ms }] of large.writes.rows.entries()) {
    row(name, ...[perCpuSec, state.writes.rows[i].perCpuSec, p50Ms].map(number));
  }
  row("all of them", ...[large.writes.perCpuSec, state.writes.perCpuSec].map(number));
  write("");
  for (const { text, value, bound, isHeld } of targets) {
    write(`${isHeld ? "held  " : "MISSED"}  ${text}: ${number(value)}, ${bound}`);
  }
}

const memory = ({ resident, peak }) => `${number(resident)} MiB (peak ${number(peak)})`;
