import { setMaxListeners } from "node:events";
import { type Clock, type Random, TrunklineError } from "@trunkline/core";
import type { Cloud } from "@trunkline/core/inputs";
import type { Log } from "@trunkline/process";
import { describeEc2Error } from "./ec2-client.ts";
import type { CloudReading } from "./read-cloud.ts";

/** How a cloud is watched. */
export interface CloudWatchOptions {
  readonly read: (abort: AbortSignal) => Promise<CloudReading>;
  readonly onCloud: (cloud: Cloud) => void;
  /** Time between the end of one reading and the start of the next, milliseconds. */
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** How the last readings went. */
interface CloudStatus {
  /** Wall-clock time at which the newest good reading began; undefined before the first. */
  readonly readAtMs: number | undefined;
  /** Why the newest reading failed; undefined when it did not. */
  readonly failure: string | undefined;
}

/** A cloud that is read again and again. */
export interface CloudWatch {
  status(): CloudStatus;
  /** Resolves when the reading that is under way, or else the next one, has ended either way. */
  settled(): Promise<void>;
  /**
   * Asks for a reading that begins after this call and resolves when it has ended either way.
   * Callers share readings; one begins at most each {@link ON_DEMAND_MS}.
   */
  refresh(): Promise<void>;
  /** Ends the watch; a reading under way is given up. */
  close(): Promise<void>;
}

/** Shortest time between the starts of two readings. */
export const ON_DEMAND_MS = 1_000;
/** First wait after a failure; it doubles up to the maximum. */
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 30_000;
/** A reading that takes longer is given up and counts as failed. */
const READING_MS_MAX = 120_000;

/** Starts to read a cloud. The first reading begins at once. */
export function watchCloud(options: CloudWatchOptions): CloudWatch {
  const ended = new AbortController();
  const watch = new Watch(options, ended.signal);
  const running = watch.run();
  return {
    status: () => watch.status,
    settled: () => watch.nextEnd(),
    refresh: () => watch.refresh(),
    async close() {
      ended.abort(new TrunklineError("NOT_READY", "policy-service is ending"));
      await running;
    },
  };
}

/** The state of one watch: who waits for which reading. */
class Watch {
  status: CloudStatus = { readAtMs: undefined, failure: undefined };
  readonly #options: CloudWatchOptions;
  readonly #ended: AbortSignal;
  /** Wait for the end of the reading under way. */
  #current: (() => void)[] = [];
  /** Wait for a reading that has not begun. */
  #waiting: (() => void)[] = [];
  #isReading = false;
  #failureCount = 0;
  #lastRefused = "";
  #wake = new AbortController();

  constructor(options: CloudWatchOptions, ended: AbortSignal) {
    this.#options = options;
    this.#ended = ended;
  }

  async run(): Promise<void> {
    while (!this.#ended.aborted) {
      const startedAtMs = this.#options.clock.nowMs();
      this.#current = this.#waiting.splice(0);
      this.#isReading = true;
      await this.#readOnce(startedAtMs);
      this.#isReading = false;
      for (const resolve of this.#current.splice(0)) resolve();
      await this.#pause(startedAtMs);
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  nextEnd(): Promise<void> {
    if (this.#ended.aborted) return Promise.resolve();
    const queue = this.#isReading ? this.#current : this.#waiting;
    return new Promise((resolve) => queue.push(resolve));
  }

  refresh(): Promise<void> {
    if (this.#ended.aborted) return Promise.resolve();
    this.#wake.abort();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #readOnce(startedAtMs: number): Promise<void> {
    const { read, log } = this.#options;
    const limit = AbortSignal.any([this.#ended, AbortSignal.timeout(READING_MS_MAX)]);
    // A reading makes more calls at once than Node takes for a leak; each listens until it is over.
    setMaxListeners(0, limit);
    try {
      const { cloud, refused } = await read(limit);
      if (this.#failureCount > 0) log.info({}, "EC2 is read again");
      this.#failureCount = 0;
      this.status = { readAtMs: startedAtMs, failure: undefined };
      this.#warnOfRefusals(refused);
      this.#take(cloud);
    } catch (error) {
      if (this.#ended.aborted) return;
      this.#fail(describeEc2Error(error));
    }
  }

  // Not a failure of EC2 but a bug of ours; the world before it stays, and the watch goes on.
  #take(cloud: Cloud): void {
    try {
      this.#options.onCloud(cloud);
    } catch (error) {
      this.#options.log.error({ err: error }, "EC2's answers make no world");
    }
  }

  // Once per reason: an API that is away for an hour is one line, not thousands.
  #fail(failure: string): void {
    if (failure !== this.status.failure) {
      this.#options.log.warn({ reason: failure }, "EC2 cannot be read; trying again");
    }
    this.#failureCount += 1;
    this.status = { ...this.status, failure };
  }

  #warnOfRefusals(refused: readonly string[]): void {
    const text = refused.join("; ");
    if (text !== "" && text !== this.#lastRefused) {
      this.#options.log.warn({ refused }, "EC2 refuses some reads");
    }
    this.#lastRefused = text;
  }

  /** Waits for the next turn: the interval or a back-off, cut short by {@link refresh}. */
  async #pause(startedAtMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#wake = new AbortController();
    if (this.#waiting.length === 0) {
      await this.#sleep(this.#pauseMs(), AbortSignal.any([this.#ended, this.#wake.signal]));
    }
    const earliestMs = startedAtMs + ON_DEMAND_MS;
    const spacingMs = Math.min(earliestMs - clock.nowMs(), ON_DEMAND_MS);
    if (spacingMs > 0) await this.#sleep(spacingMs, this.#ended);
  }

  #pauseMs(): number {
    const { intervalMs, random } = this.#options;
    if (this.#failureCount === 0) return intervalMs;
    const fullMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(this.#failureCount, 16));
    // Half fixed, half chance, so that replicas do not come back together.
    return fullMs / 2 + (random() * fullMs) / 2;
  }

  async #sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(durationMs, signal);
    } catch {
      // Woken or ended: either way the loop looks again.
    }
  }
}
