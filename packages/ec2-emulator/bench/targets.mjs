/** Most processor time of the server that a page may take, milliseconds. */
const PAGE_MS_MAX = 30;
/** Least calls that change something, a second of one core. */
const WRITES_MIN = 2000;
/** Most memory, MiB. */
const MEMORY_MIB_MAX = 1024;
/** How much more the second half of all pages may cost than the first. */
const PAGING_RATIO_MAX = 1.5;

const atLeast = (text, value, bound, unit) => ({
  text,
  value,
  bound: `at least ${bound} ${unit}`,
  isHeld: value >= bound,
});

const atMost = (text, value, bound, unit) => ({
  text,
  value,
  bound: `at most ${bound} ${unit}`,
  isHeld: value <= bound,
});

/** Every target with what was measured. */
export function targetsOf({ beside, large, state }) {
  const isWrite = ({ action }) => !action.startsWith("Describe");
  const rates = (what, rows) =>
    rows.map(({ name, perCpuSec }) =>
      atLeast(`${name} ${what}`, perCpuSec, WRITES_MIN, "calls/s of one core"),
    );
  const pages = large.reads.filter(({ name }) => name.startsWith("page of"));
  const cpu = (name) => large.reads.find((read) => read.name === name).cpuMsEach;
  return [
    ...rates(
      "on a small account",
      beside.filter(isWrite).map(({ action, ours }) => ({ name: action, ...ours })),
    ),
    ...rates("at 100k", [...large.writes.rows, { ...large.writes, name: "all kinds of writes" }]),
    ...rates("at 100k with state", [
      ...state.writes.rows,
      { ...state.writes, name: "all kinds of writes" },
    ]),
    ...pages.map(({ name, cpuMsEach }) =>
      atMost(`${name} at 100k`, cpuMsEach, PAGE_MS_MAX, "ms of processor"),
    ),
    atMost(
      "pages 51 to 100 beside 1 to 50",
      cpu("pages 51 to 100") / cpu("pages 1 to 50"),
      PAGING_RATIO_MAX,
      "times",
    ),
    atMost("resident at the peak", large.used.peak, MEMORY_MIB_MAX, "MiB"),
    atMost("resident at the peak with state", state.used.peak, MEMORY_MIB_MAX, "MiB"),
  ];
}
