import { type Duration, drawDuration } from "../account/settings.ts";

/**
 * How long calls take, at scale 1. Source: what users report; AWS documents no figure. Other
 * actions that change something take as long as a delete, reads less.
 */
const OWN_LATENCIES: Readonly<Record<string, Duration>> = {
  CreateNetworkInterface: { minMs: 150, maxMs: 400, tailMs: 1_000 },
  AttachNetworkInterface: { minMs: 200, maxMs: 500, tailMs: 1_500 },
  AssociateTrunkInterface: { minMs: 200, maxMs: 500, tailMs: 1_000 },
  RunInstances: { minMs: 1_000, maxMs: 2_500, tailMs: 5_000 },
};
const WRITE_LATENCY: Duration = { minMs: 100, maxMs: 300, tailMs: 800 };
const READ_LATENCY: Duration = { minMs: 20, maxMs: 80, tailMs: 400 };

/** Draws how long a call takes, milliseconds. */
export function drawLatency(action: string, mutates: boolean, random: () => number): number {
  const own = OWN_LATENCIES[action] ?? (mutates ? WRITE_LATENCY : READ_LATENCY);
  return drawDuration(own, random);
}

/** How late an instance sees a change of its own interfaces, at scale 1. Source: user reports. */
export const METADATA_LAG: Duration = { minMs: 0, maxMs: 5_000, tailMs: 18_000 };

/** How late a read sees a change, at scale 1: usually below 2 s, tail 10 s. Source: user reports. */
export const READ_LAG: Duration = { minMs: 0, maxMs: 2_000, tailMs: 10_000 };
