import { TrunklineError } from "@trunkline/core";

/** Lets a limited number of calls in, and a limited number wait. */
export interface Gate {
  /** Throws THROTTLED when too many are waiting already. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** How much a gate lets through. */
export interface GateLimits {
  /** What is limited, for the refusal: "ADD". */
  readonly name: string;
  readonly runningMax: number;
  readonly waitingMax: number;
}

/** Makes a gate; those who wait are let in in their order. */
export function gate({ name, runningMax, waitingMax }: GateLimits): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];
  const enter = async () => {
    if (running < runningMax) {
      running += 1;
      return;
    }
    if (waiting.length >= waitingMax) {
      throw new TrunklineError(
        "THROTTLED",
        `${running} ${name} calls are running and ${waiting.length} are waiting, no more are taken`,
      );
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = waiting.shift();
    // The place goes straight to the next one, so `running` stays.
    if (next === undefined) running -= 1;
    else next();
  };
  return {
    run: async (work) => {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
