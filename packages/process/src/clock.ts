import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "@trunkline/core";

/** Real time. The only place that reads it. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (durationMs, signal) =>
    wait(durationMs, undefined, signal === undefined ? {} : { signal: signal as AbortSignal }),
};
