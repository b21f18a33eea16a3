/** What a closed loop is run with. */
export interface ClosedLoop {
  /** Workers; each starts its next turn when the one before has ended. */
  readonly inFlight: number;
  /** Time after which no turn is started, milliseconds. */
  readonly durationMs: number;
  /** Ends the loop early. */
  readonly signal: AbortSignal;
  /** One turn of one worker; false when there is nothing left to do. */
  readonly turn: (worker: number) => Promise<boolean>;
}

/**
 * Runs the loop until its time is up or all workers ran out of work. Returns the real duration,
 * milliseconds: the turns under way at the end are waited for and count.
 */
export async function runClosedLoop(loop: ClosedLoop): Promise<number> {
  const startMs = performance.now();
  const endMs = startMs + loop.durationMs;
  const workers = Array.from({ length: loop.inFlight }, async (_, worker) => {
    while (performance.now() < endMs && !loop.signal.aborted) {
      if (!(await loop.turn(worker))) return;
    }
  });
  await Promise.all(workers);
  return performance.now() - startMs;
}
