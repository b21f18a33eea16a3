/** Durations of one kind of call; times in milliseconds. */
export interface Summary {
  readonly count: number;
  /** Calls that ended, per second of the phase. */
  readonly ratePerSec: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/**
 * Sums up all samples; nothing is thrown away or put into buckets. A percentile is the smallest
 * sample that at least this share of the samples does not exceed (nearest rank).
 */
export function summarize(samplesMs: readonly number[], phaseMs: number): Summary | undefined {
  if (samplesMs.length === 0) return undefined;
  const sorted = Float64Array.from(samplesMs).sort();
  return {
    count: sorted.length,
    ratePerSec: (sorted.length * 1000) / phaseMs,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    p999Ms: percentile(sorted, 0.999),
    maxMs: sorted[sorted.length - 1] as number,
  };
}

/** The nearest-rank percentile of ascending samples; `share` in (0, 1]. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as number;
}
