import type { Clock } from "@trunkline/core";
import type { Io } from "../io.ts";
import type { Targets } from "../system/targets.ts";

/** What every command is given besides its own arguments. */
export interface CommandContext {
  readonly io: Io;
  readonly clock: Clock;
  /** Print one JSON document on standard output and nothing else there. */
  readonly json: boolean;
  /** Addresses of services; read lazily, because `demo` needs none. */
  targets(): Targets;
}

/** Exit code of a command that was asked and found nothing wrong. */
export const EXIT_FINE = 0;
/** Exit code of a command that was asked and found something wrong, such as a DENY. */
export const EXIT_PROBLEMS = 1;
