import type { Clock } from "@trunkline/core";
import type { NodeContext } from "./node-context.ts";
import { sweepDeleting } from "./remove.ts";

const WAIT_MS_FIRST = 500;
const WAIT_MS_MAX = 30_000;

/** A loop that goes on with deletions until none is left, then sleeps until it is woken. */
export interface Sweep {
  start(context: NodeContext): void;
  wake(): void;
  /** Ends the loop after the step it is at. */
  close(): Promise<void>;
}

/** Makes the sweep; it waits longer from failure to failure, up to half a minute. */
export function makeSweep(clock: Clock): Sweep {
  const ending = new AbortController();
  const bell = makeBell();
  let ended = Promise.resolve();

  async function loop(context: NodeContext): Promise<void> {
    let waitMs = WAIT_MS_FIRST;
    while (!ending.signal.aborted) {
      await bell.rung();
      if (ending.signal.aborted) return;
      if (await sweepDeleting(context)) {
        waitMs = WAIT_MS_FIRST;
        continue;
      }
      bell.ring();
      // Rejects only when the loop is to end, which the condition sees.
      await clock.sleep(waitMs, ending.signal).catch(() => undefined);
      waitMs = Math.min(WAIT_MS_MAX, waitMs * 2);
    }
  }

  return {
    start: (context) => {
      ended = loop(context);
    },
    wake: bell.ring,
    close: () => {
      ending.abort();
      bell.ring();
      return ended;
    },
  };
}

interface Bell {
  ring(): void;
  /** Resolves when it rang since it was waited for last. */
  rung(): Promise<void>;
}

function makeBell(): Bell {
  let hasRung = false;
  let hear: (() => void) | undefined;
  return {
    ring: () => {
      hasRung = true;
      hear?.();
    },
    rung: async () => {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          hear = resolve;
        });
      }
      hasRung = false;
      hear = undefined;
    },
  };
}
