import type { Clock, Random } from "@trunkline/core";
import type { Quotas } from "./account/settings.ts";

/** How an emulator is started; everything but clock and chance has a default. */
export interface EmulatorOptions {
  /** "127.0.0.1:8600"; port 0 takes a free one, the default. */
  readonly listen?: string;
  /** Contents of an account in the shapes of `aws ec2 describe-…`. */
  readonly account?: unknown;
  /** "us-west-2". */
  readonly region?: string;
  /** Twelve digits. */
  readonly accountId?: string;
  /** "off", or the documented token buckets. */
  readonly throttle?: "off" | "documented";
  /** Factor on how long attach, detach, start and so on take; 0 (default) makes them immediate. */
  readonly stateScale?: number;
  /** How long a detached attachment stays visible, milliseconds. */
  readonly detachedVisibleMs?: number;
  readonly quotas?: Partial<Quotas>;
  /** Entries that the audit log keeps. */
  readonly auditLimit?: number;
  readonly clock: Clock;
  readonly random: Random;
}
