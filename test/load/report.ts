import { cpus } from "node:os";
import type { Observation } from "./observer.ts";
import type { Summary } from "./summary.ts";
import { VERBS, type Verb } from "./workload.ts";

/** A call's durations beside those of the empty call. */
export interface VerbReport extends Summary {
  /** Median as a multiple of the empty call's median in the same level. */
  readonly p50PerEcho: number;
}

/** What one level of concurrency gave. */
export interface LevelReport {
  readonly inFlight: number;
  /** Verbs that had no successful call are missing. */
  readonly verbs: Partial<Record<Verb, VerbReport>>;
  /** Calls that were refused, by "VERB CODE". */
  readonly refusals: Readonly<Record<string, number>>;
}

/** What a whole run gave. */
export interface LoadReport {
  readonly machine: { readonly cpu: string; readonly cpuCount: number; readonly node: string };
  readonly seconds: number;
  readonly nodes: number;
  readonly seed: number;
  readonly levels: readonly LevelReport[];
  readonly observer: Observation;
  /** Everything that must not be, one sentence each; empty for a good run. */
  readonly failures: readonly string[];
}

/** Refusals that a load may meet: EC2's budget is what it is. Everything else fails the run. */
const EXPECTED_REFUSALS: ReadonlySet<string> = new Set(["allocate THROTTLED"]);

/** Everything about a run that must not be. */
export function failuresOf(
  levels: readonly LevelReport[],
  observer: Observation,
  messages: ReadonlyMap<string, string>,
): string[] {
  return [
    ...observer.faults,
    ...observer.leftovers.map((each) => `left behind: ${each}`),
    ...observer.openPods.map((each) => `pod ${each} was never freed`),
    ...levels.flatMap(({ inFlight, refusals }) =>
      Object.entries(refusals)
        .filter(([refusal]) => !EXPECTED_REFUSALS.has(refusal))
        .map(([refusal, count]) => {
          const message = messages.get(refusal) ?? "";
          return `${count} times with ${inFlight} in flight: ${refusal}: ${message}`;
        }),
    ),
    ...levels
      .filter(({ verbs }) => verbs["allocate cold"] === undefined)
      .map(({ inFlight }) => `no branch was made with ${inFlight} in flight`),
  ];
}

/** Puts each call beside the empty one. */
export function besideEcho(summaries: ReadonlyMap<Verb, Summary>): LevelReport["verbs"] {
  const echoMs = summaries.get("echo")?.p50Ms ?? Number.NaN;
  return Object.fromEntries(
    [...summaries].map(([verb, each]) => [verb, { ...each, p50PerEcho: each.p50Ms / echoMs }]),
  );
}

/** What the numbers were measured on. */
export function machine(): LoadReport["machine"] {
  const all = cpus();
  return { cpu: all[0]?.model ?? "unknown", cpuCount: all.length, node: process.version };
}

/** The report as a table for people. */
export function renderReport(report: LoadReport): string {
  const rows = report.levels.flatMap((level) =>
    VERBS.flatMap((verb) => {
      const summary = level.verbs[verb];
      return summary ? [row(level, verb, summary)] : [];
    }),
  );
  const head = ["IN FLIGHT", "CALL", "CALLS", "RATE/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms"];
  const { observer, failures, machine: at } = report;
  const refused = report.levels.flatMap(({ inFlight, refusals }) =>
    Object.entries(refusals).map(
      ([refusal, count]) => `${count} calls refused with ${inFlight} in flight: ${refusal}`,
    ),
  );
  return [
    ...align([[...head, "p50 / echo"], ...rows]),
    "",
    "echo: an empty call of the same stack. cold: a branch is made. warm: the pod's own branch comes",
    "back out of quarantine. p50 / echo: how many empty calls the call costs.",
    `${report.nodes} nodes, ${report.seconds} s, on ${at.cpuCount} x ${at.cpu}, Node ${at.node}`,
    "",
    ...refused,
    `observer: ${observer.heldCount} holds and ${observer.lookCount} looks at the account, ` +
      `${observer.faults.length} faults, ${observer.leftovers.length} left behind`,
    ...failures.map((failure) => `FAILED ${failure}`),
  ].join("\n");
}

function row(level: LevelReport, verb: Verb, summary: VerbReport): string[] {
  const { count, ratePerSec, p50Ms, p99Ms, p999Ms, maxMs, p50PerEcho } = summary;
  return [
    String(level.inFlight),
    verb,
    String(count),
    ratePerSec.toFixed(0),
    ...[p50Ms, p99Ms, p999Ms, maxMs].map((value) => value.toFixed(2)),
    p50PerEcho.toFixed(2),
  ];
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 1 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
