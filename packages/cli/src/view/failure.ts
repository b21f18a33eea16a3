import { ERROR_CODES, type ErrorCode, TrunklineError } from "@trunkline/core";
import { EXIT_BUG } from "@trunkline/process";

/** What to do about an error, by its code. */
const ADVICE: Readonly<Record<ErrorCode, string>> = {
  INVALID_ARGUMENT: "see: trunkline --help",
  NOT_FOUND: "list what there is: trunkline pods",
  ALREADY_EXISTS: "end the other one first, or use it",
  BRANCH_EXHAUSTED: "delete a pod with groups on this node, or wait for the quarantine to end",
  ADDRESS_EXHAUSTED: "delete a pod on this node, or use a larger instance type",
  SUBNET_FULL: "free addresses in the subnet, or use another one",
  QUOTA: "free what the quota counts, or ask for a higher one",
  THROTTLED: "ask again in a few seconds",
  STALE_REVISION: "ask again: what was asked about has just changed",
  NOT_PERMITTED: "ask for the right that the message names",
  UNSUPPORTED: "change what the message names; asking again does not help",
  DRIFT: "look at the node: trunkline pods",
  NOT_READY: "check the address and that it is up, or start a system: trunkline demo --keep",
  DEADLINE_EXCEEDED: "ask again; look at the service's log if it happens again",
  CANCELLED: "ask again; it is safe to repeat",
  NOT_IMPLEMENTED: "docs/status.md lists what is built",
  DATAPLANE_FAILED: "look at the log of the node daemon",
};

/** What an error shows on the command line: what happened, what to do, and the exit code. */
export interface Failure {
  readonly lines: readonly [string, string];
  readonly exitCode: number;
}

/** Never shows a stack: an error that is not ours is named as a bug, with its text. */
export function failure(error: unknown): Failure {
  if (error instanceof TrunklineError) {
    const advice = error.facts["advice"] ?? ADVICE[error.code];
    return {
      lines: [`trunkline: ${error.message}`, advice],
      exitCode: ERROR_CODES[error.code].exitCode,
    };
  }
  const text = error instanceof Error ? error.message : String(error);
  return { lines: [`trunkline: internal error: ${text}`, "please report it"], exitCode: EXIT_BUG };
}
