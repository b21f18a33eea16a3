import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { ROOT } from "../support/child.ts";
import type { HoldEvent } from "./holds.ts";
import type { Observation, ObserverRequest } from "./observer.ts";

/** Events are sent in lots of this size: a message each would cost more than the call it tells of. */
const LOT_SIZE = 200;

/** Longest a look at the account may take. */
const LOOK_MS_MAX = 60_000;

/** The observer, seen from the generator. */
export interface Observer extends AsyncDisposable {
  /** Tells what an answer said, or that a release is about to be sent. */
  tell(event: HoldEvent): void;
  /** Has it read the account now. */
  look(): Promise<Observation>;
}

/** Starts the observer; it reads the account once before this returns. */
export async function startObserver(endpoint: string): Promise<Observer> {
  const child = fork(resolve(import.meta.dirname, "observer.ts"), [endpoint], {
    cwd: ROOT,
    execArgv: ["--import", "tsx"],
  });
  await message(child);
  let lot: HoldEvent[] = [];
  const send = (request: ObserverRequest) => child.send(request);
  const flush = () => {
    if (lot.length > 0) send({ kind: "events", events: lot });
    lot = [];
  };
  return {
    tell: (event) => {
      lot.push(event);
      if (lot.length >= LOT_SIZE) flush();
    },
    look: async () => {
      flush();
      send({ kind: "look" });
      return (await message(child)) as Observation;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

async function message(child: ChildProcess): Promise<unknown> {
  const limit = AbortSignal.timeout(LOOK_MS_MAX);
  const ended = once(child, "exit", { signal: limit }).then(([code]) => {
    throw new Error(`the observer ended with ${code}`);
  });
  // Whichever comes second finds nobody waiting.
  ended.catch(() => {});
  const [received] = await Promise.race([once(child, "message", { signal: limit }), ended]);
  return received;
}
