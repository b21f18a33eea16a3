import { TrunklineError } from "@trunkline/core";
import type { Child } from "./child.ts";

/** The processes of a run, and whether one of them has ended by itself. */
export interface ChildWatch {
  /** Aborted when the user wants to end, or a process has ended that must not. */
  readonly signal: AbortSignal;
  add(child: Child): void;
  readonly children: readonly Child[];
  /** The error of the first process that ended by itself, undefined while all are up. */
  failure(): TrunklineError | undefined;
  /** From now on processes may end: they are being stopped. */
  letGo(): void;
}

/** Watches processes for as long as they must be up. */
export function watchChildren(userSignal: AbortSignal): ChildWatch {
  const died = new AbortController();
  const children: Child[] = [];
  let failure: TrunklineError | undefined;
  let isWatching = true;
  return {
    signal: AbortSignal.any([userSignal, died.signal]),
    children,
    add: (child) => {
      children.push(child);
      void child.ended.then((how) => {
        if (!isWatching || failure !== undefined) return;
        failure = new TrunklineError("NOT_READY", `${child.name} ${how}`, {
          facts: { advice: "its last log lines are above" },
        });
        died.abort(failure);
      });
    },
    failure: () => failure,
    letGo: () => {
      isWatching = false;
    },
  };
}
