/** One call as the audit log keeps it. */
export interface AuditEntry {
  readonly atMs: number;
  readonly requestId: string;
  readonly action: string;
  /** Access key id of the caller, or "anonymous". */
  readonly reader: string;
  /** The SDK's id of the call, the same for all of its attempts. */
  readonly invocationId: string | undefined;
  /** Attempt number as the SDK says it, 1 for the first. */
  readonly attempt: number | undefined;
  readonly status: number;
  readonly code: string | undefined;
  readonly latencyMs: number;
  /** What an injected fault did to it. */
  readonly fault: string | undefined;
  /** Changes that the call made to the account, rows. */
  readonly changeCount: number;
  /** Parameters as they were sent, without protocol and signature; long ones are cut. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A call as it is told to the log. */
export type AuditedCall = Omit<AuditEntry, "parameters"> & {
  readonly parameters: readonly (readonly [name: string, value: string])[];
};

/** Parameters that are kept of one call, and characters of all of them together. */
const PARAMETERS_MAX = 100;
const LENGTH_MAX = 4096;

/**
 * What is kept of a call. The parameters are one text of their own: as parts of the request they
 * would keep all of it in memory.
 */
type Kept = Omit<AuditEntry, "parameters"> & { readonly parametersJson: string };

function keep({ parameters, ...facts }: AuditedCall): Kept {
  const kept: Record<string, string> = Object.create(null);
  let left = LENGTH_MAX;
  for (const [name, value] of parameters.slice(0, PARAMETERS_MAX)) {
    kept[name] = value.slice(0, left);
    left -= name.length + value.length;
    if (left <= 0) break;
  }
  return { ...facts, parametersJson: JSON.stringify(kept) };
}

function entryOf({ parametersJson, ...facts }: Kept): AuditEntry {
  return { ...facts, parameters: JSON.parse(parametersJson) as Record<string, string> };
}

/** Upper bounds of the latency buckets of the metrics, seconds. */
const BUCKETS_SEC = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5] as const;

interface Series {
  count: number;
  sumSec: number;
  readonly buckets: number[];
}

/** The last calls, and counts of all of them. */
export class Audit {
  readonly #entries: Kept[] = [];
  readonly #limit: number;
  readonly #isKnown: (action: string) => boolean;
  readonly #calls = new Map<string, number>();
  readonly #latency = new Map<string, Series>();
  #next = 0;
  total = 0;

  /** Keeps at most `limit` entries; actions that are not known are counted as one. */
  constructor(limit: number, isKnown: (action: string) => boolean) {
    this.#limit = limit;
    this.#isKnown = isKnown;
  }

  add(entry: AuditedCall): void {
    if (this.#entries.length < this.#limit) this.#entries.push(keep(entry));
    else this.#entries[this.#next] = keep(entry);
    this.#next = (this.#next + 1) % this.#limit;
    this.total++;
    // A caller may send any text as an action: labels of metrics come from a closed set.
    const action = this.#isKnown(entry.action) ? entry.action : "unknown";
    const outcome = `${action} ${entry.code ?? "ok"}`;
    this.#calls.set(outcome, (this.#calls.get(outcome) ?? 0) + 1);
    this.#observe(action, entry.latencyMs / 1000);
  }

  /** Entries that are still kept, the oldest first. */
  entries(): AuditEntry[] {
    const start = this.#entries.length < this.#limit ? 0 : this.#next;
    return [...this.#entries.slice(start), ...this.#entries.slice(0, start)].map(entryOf);
  }

  /** Number of calls by action and outcome, "ok" or the error code. */
  counts(): ReadonlyMap<string, number> {
    return this.#calls;
  }

  /** The counts in the text format of Prometheus 0.0.4. */
  metrics(gauges: Readonly<Record<string, number>>): string {
    const lines = ["# TYPE trunkline_ec2_emulator_calls_total counter"];
    for (const [outcome, count] of this.#calls) {
      const [action, code] = outcome.split(" ");
      lines.push(`trunkline_ec2_emulator_calls_total{action="${action}",code="${code}"} ${count}`);
    }
    lines.push("# TYPE trunkline_ec2_emulator_call_seconds histogram");
    for (const [action, series] of this.#latency) lines.push(...latencyLines(action, series));
    lines.push("# TYPE trunkline_ec2_emulator_objects gauge");
    for (const [kind, value] of Object.entries(gauges)) {
      lines.push(`trunkline_ec2_emulator_objects{kind="${kind}"} ${value}`);
    }
    return `${lines.join("\n")}\n`;
  }

  #observe(action: string, seconds: number): void {
    let series = this.#latency.get(action);
    if (series === undefined) {
      series = { count: 0, sumSec: 0, buckets: BUCKETS_SEC.map(() => 0) };
      this.#latency.set(action, series);
    }
    series.count++;
    series.sumSec += seconds;
    for (const [i, bound] of BUCKETS_SEC.entries()) if (seconds <= bound) series.buckets[i]++;
  }
}

function latencyLines(action: string, series: Series): string[] {
  const name = "trunkline_ec2_emulator_call_seconds";
  return [
    ...BUCKETS_SEC.map(
      (bound, i) => `${name}_bucket{action="${action}",le="${bound}"} ${series.buckets[i]}`,
    ),
    `${name}_bucket{action="${action}",le="+Inf"} ${series.count}`,
    `${name}_sum{action="${action}"} ${series.sumSec.toFixed(6)}`,
    `${name}_count{action="${action}"} ${series.count}`,
  ];
}
