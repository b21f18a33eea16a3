// Speed of the pools against the two ways people write them, in one process.
//
//   npx turbo run build --filter=@trunkline/core
//   node packages/core/bench/pools.bench.mjs [--json] [--gate]
//
// One operation is "release a random held slot, take the lowest free one", one millisecond later
// than the last, with a quarantine in between. A measured block is 4,096 operations (fewer for the
// rivals that need milliseconds for one); rivals take turns in random order, and the median over
// all samples of all rounds counts, because benchmark.js's own mean takes in every preemption.
// --gate ends with code 1 when a ratio is out of bounds; nanoseconds are for orientation only.
import { cpus } from "node:os";
import { parseCidr, seededRandom } from "@trunkline/core";
import { AddressPool, VlanPool } from "@trunkline/core/pools";
import Benchmark from "benchmark";
import { FreeListPool, NoPool, SetPool } from "./rival-pools.mjs";

const rounds = 5;
const blockOperations = 4096;
const secondsPerTurn = 0.1;
/** Addresses of a subnet that nobody gets. */
const reservedCount = 5;

const cases = [
  { name: "VLAN 120, 50 %", size: 120, load: 0.5, quarantine: 20 },
  { name: "VLAN 4094, 50 %", size: 4094, load: 0.5, quarantine: 204 },
  { name: "VLAN 4094, 99 %", size: 4094, load: 0.99, quarantine: 20 },
  { name: "/16, 50 %", size: 65_536, load: 0.5, quarantine: 300 },
  { name: "/16, 99 %", size: 65_536, load: 0.99, quarantine: 300 },
  { name: "/16, 90 %, long quarantine", size: 65_536, load: 0.9, quarantine: 3276 },
];

const rivals = [
  { name: "trunkline", operations: () => blockOperations, make: makeOurs },
  { name: "loop alone", operations: () => blockOperations, make: () => new NoPool() },
  {
    name: "free list",
    operations: (one) => Math.max(16, Math.round(200_000 / one.quarantine)),
    make: (one, held) => new FreeListPool(one.size, one.quarantine, held),
  },
  {
    name: "Set scan",
    operations: (one) => Math.max(2, Math.round(400_000 / one.size)),
    make: (one, held) => new SetPool(one.size, one.quarantine, held),
  },
];

/** The pool a service uses: the emulator's subnets, or the VLAN ids of a trunk. */
function makeOurs({ size, quarantine: quarantineMs }, held) {
  const isSubnet = size === 65_536;
  const pool = isSubnet
    ? new AddressPool({ cidr: parseCidr("10.0.0.0/16"), quarantineMs })
    : new VlanPool({ limit: size, quarantineMs });
  for (const index of held.keys()) held[index] = pool.takeLowest(0);
  return pool;
}

/**
 * Compiles the measured loop once for each pool. V8 learns the types of a call where it stands in
 * the source, so a loop that several kinds of pool share would charge each of them for the others.
 * The name makes the source unique: V8 knows functions of equal source as one.
 */
function compileBlock(name, { pool, held, operations }) {
  const source = `// ${name}
    let startMs = 1_700_000_000_000; // a time of day, too large for V8's small integers
    return () => {
      let nowMs = startMs;
      for (let i = 0; i < operations; i++) {
        const index = (random() * held.length) | 0;
        pool.release(held[index], nowMs);
        nowMs++;
        held[index] = pool.takeLowest(nowMs);
      }
      startMs = nowMs;
    };`;
  const random = seededRandom(1);
  return new Function("pool", "held", "operations", "random", source)(
    pool,
    held,
    operations,
    random,
  );
}

/** One rival in one case, its pool filled to the case's load. */
function turnOf(one, rival) {
  const heldCount = Math.floor(one.size * one.load);
  // Else a pool could run dry, and the loop would measure refusals.
  if (one.size - reservedCount - heldCount <= one.quarantine) throw new Error(one.name);
  const held = Int32Array.from({ length: heldCount }, (_, slot) => slot);
  const operations = rival.operations(one);
  const block = compileBlock(`${rival.name}: ${one.name}`, {
    pool: rival.make(one, held),
    held,
    operations,
  });
  return { case: one.name, rival: rival.name, block, operations, samples: [] };
}

/** Measures one block often enough; keeps nanoseconds per operation. */
function runTurn({ block, operations, samples }) {
  const options = { maxTime: secondsPerTurn, minTime: 0.005, minSamples: 3 };
  const benchmark = new Benchmark(block, options);
  benchmark.run();
  if (benchmark.error) throw benchmark.error;
  samples.push(...benchmark.stats.sample.map((seconds) => (seconds * 1e9) / operations));
}

/** All turns of all cases in a new random order each round, so that noise meets everybody. */
function measure(random) {
  const turns = cases.flatMap((one) => rivals.map((rival) => turnOf(one, rival)));
  // The first blocks run in the interpreter and count for nobody.
  for (const turn of turns) for (let i = 0; i < 10; i++) turn.block();
  for (let round = 0; round < rounds; round++) {
    const order = turns.map((turn) => [random(), turn]).sort(([a], [b]) => a - b);
    for (const [, turn] of order) runTurn(turn);
  }
  return turns.map(({ case: name, rival, samples }) => {
    const [p10Ns, medianNs] = [quantile(samples, 0.1), quantile(samples, 0.5)];
    return { case: name, rival, medianNs, p10Ns, sampleCount: samples.length };
  });
}

function quantile(samples, q) {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * q)];
}

function medianOf(table, name, rival) {
  return table.find((row) => row.case === name && row.rival === rival).medianNs;
}

function gates(table) {
  const flat = (full, half) =>
    medianOf(table, full, "trunkline") / medianOf(table, half, "trunkline");
  const faster = (name) => medianOf(table, name, "Set scan") / medianOf(table, name, "trunkline");
  const list = [
    ["VLAN 4094, 99 % full against 50 %", flat("VLAN 4094, 99 %", "VLAN 4094, 50 %"), 0, 1.5],
    ["/16, 99 % full against 50 %", flat("/16, 99 %", "/16, 50 %"), 0, 1.5],
    ["Set scan against trunkline, VLAN 4094, 99 %", faster("VLAN 4094, 99 %"), 50, Infinity],
    ["Set scan against trunkline, /16, 99 %", faster("/16, 99 %"), 1000, Infinity],
  ];
  return list.map(([text, ratio, min, max]) => {
    const bound = min > 0 ? `at least ${min}` : `at most ${max}`;
    return { text, ratio, bound, isHeld: ratio >= min && ratio <= max };
  });
}

function printTable(table, checked) {
  const write = (text) => process.stdout.write(`${text}\n`);
  const ns = (value) =>
    value < 1000 ? value.toFixed(1) : Math.round(value).toLocaleString("en-US");
  write(`node ${process.version}, ${cpus()[0].model}; ns per release and take, median (p10)`);
  write(["".padEnd(28), ...rivals.map((rival) => rival.name.padStart(22))].join(""));
  for (const { name } of cases) {
    const row = table.filter((cell) => cell.case === name);
    const cells = row.map((cell) => `${ns(cell.medianNs)} (${ns(cell.p10Ns)})`.padStart(22));
    write(`${name.padEnd(28)}${cells.join("")}`);
  }
  write("");
  for (const { text, ratio, bound, isHeld } of checked) {
    write(`${isHeld ? "held  " : "BROKEN"}  ${text}: ${ratio.toFixed(2)}, ${bound}`);
  }
}

const table = measure(seededRandom(7));
const checked = gates(table);
if (process.argv.includes("--json")) {
  process.stdout.write(`${JSON.stringify({ table, gates: checked })}\n`);
} else printTable(table, checked);
if (process.argv.includes("--gate") && checked.some((gate) => !gate.isHeld)) process.exitCode = 1;
