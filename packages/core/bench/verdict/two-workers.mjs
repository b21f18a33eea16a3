// One image in shared memory, and one worker or two that ask it about the same headers; and what
// two processes of the C++ kernel reach, which share nothing but the machine.
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { compileImage, generateKernels, openImage } from "@trunkline/core/image";
import { headerCount } from "./cloud-workload.mjs";
import { quantile } from "./quantile.mjs";
import { RivalProcess } from "./rival-process.mjs";
import { threadCpuNs } from "./thread-cpu.mjs";
import { blockHeaders } from "./turns.mjs";

const roundCount = 7;
const passesPerRound = 8;

function serve({ buffer, columns }) {
  const allowed = new Uint8Array(headerCount / 8);
  const { batch4 } = generateKernels(openImage(buffer), { ...columns, allowed });
  const pass = () => batch4(0, 0, headerCount / 8);
  for (let turn = 0; turn < 4; turn++) pass();
  parentPort.on("message", () => {
    const cpuBefore = threadCpuNs();
    for (let turn = 0; turn < passesPerRound; turn++) pass();
    const cpuAfter = threadCpuNs();
    parentPort.postMessage({ cpuNs: cpuAfter && cpuAfter - cpuBefore });
  });
  parentPort.postMessage("ready");
}

const next = (worker) => new Promise((resolve) => worker.once("message", resolve));

async function round(workers) {
  const before = process.hrtime.bigint();
  const answers = Promise.all(workers.map(next));
  for (const worker of workers) worker.postMessage("go");
  const cpu = await answers;
  const wallNs = Number(process.hrtime.bigint() - before);
  const verdicts = passesPerRound * headerCount;
  return {
    // Verdicts a nanosecond: by the clock on the wall, and by what each had of a core.
    wall: (workers.length * verdicts) / wallNs,
    cpu: cpu.reduce((sum, { cpuNs }) => sum + verdicts / cpuNs, 0),
  };
}

/** How many times as many verdicts two workers give as one: medians of rounds in turns. */
export async function measureWorkers(world, columns) {
  const buffer = compileImage(world, { shared: true });
  const { interfaces, addresses, protocols, ports } = columns;
  const data = { buffer, columns: shared({ interfaces, addresses, protocols, ports }) };
  const file = fileURLToPath(import.meta.url);
  const workers = [0, 1].map(() => new Worker(file, { workerData: data }));
  await Promise.all(workers.map(next));
  const ratios = [];
  for (let turn = 0; turn < roundCount; turn++) {
    const one = await round([workers[turn % 2]]);
    const two = await round(workers);
    ratios.push({ wall: two.wall / one.wall, cpu: two.cpu / one.cpu });
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { wall: medianOf(ratios, "wall"), cpu: medianOf(ratios, "cpu") };
}

function medianOf(ratios, name) {
  return quantile(
    ratios.map((ratio) => ratio[name]),
    0.5,
  );
}

/** The same by the clock for two processes that run the interleaved C++ kernel. */
export async function measureProcesses(program, image, files) {
  const processes = [];
  for (const _ of [0, 1]) {
    const one = new RivalProcess(program, image, files);
    // It has read its files, which the next one writes anew.
    await one.check("interleaved");
    processes.push(one);
  }
  const blocks = (passesPerRound * headerCount) / blockHeaders;
  const wallNs = async (some) => {
    const before = process.hrtime.bigint();
    await Promise.all(some.map((one) => one.turn("interleaved", blocks)));
    return Number(process.hrtime.bigint() - before);
  };
  await wallNs(processes);
  const ratios = [];
  for (let turn = 0; turn < roundCount; turn++) {
    const one = await wallNs([processes[turn % 2]]);
    ratios.push({ wall: (2 * one) / (await wallNs(processes)) });
  }
  for (const one of processes) one.close();
  return medianOf(ratios, "wall");
}

function shared(columns) {
  const copies = Object.entries(columns).map(([name, column]) => {
    const copy = new column.constructor(new SharedArrayBuffer(column.byteLength));
    copy.set(column);
    return [name, copy];
  });
  return Object.fromEntries(copies);
}

if (!isMainThread && workerData?.buffer instanceof SharedArrayBuffer) serve(workerData);
