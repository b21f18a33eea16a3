/** Where time comes from. The real one is made in `main`; tests and simulations bring their own. */
export interface Clock {
  /** Wall-clock time, milliseconds since 1970. */
  nowMs(): number;
  /** Resolves after `durationMs`; rejects with the signal's reason when it is aborted first. */
  sleep(durationMs: number, signal?: AbortSignalLike): Promise<void>;
}

/** The part of `AbortSignal` that core needs, so that core names no platform. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Where chance comes from: a number in [0, 1). */
export type Random = () => number;

/**
 * A repeatable source of chance (mulberry32), for tests, fuzzing and simulation; not for secrets.
 *
 * @returns numbers in [0, 1), 32 bits of them. Source: T. Ettinger's public-domain mulberry32.
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
