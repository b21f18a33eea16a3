/** A duration by chance: mostly min..max, sometimes up to the tail. Milliseconds. */
export interface Duration {
  readonly minMs: number;
  readonly maxMs: number;
  readonly tailMs: number;
}

/** One in this many durations is drawn from the tail. */
const TAIL_SHARE = 0.05;

/** Draws a duration: 95 % uniform in min..max, 5 % uniform in max..tail. */
export function drawDuration(duration: Duration, random: () => number): number {
  const { minMs, maxMs, tailMs } = duration;
  const isTail = random() < TAIL_SHARE;
  const [from, to] = isTail ? [maxMs, tailMs] : [minMs, maxMs];
  return Math.round(from + random() * (to - from));
}

/** Quotas of an account, adjustable at run time. Defaults: EC2 and VPC quotas pages. */
export interface Quotas {
  readonly interfaces: number;
  readonly groups: number;
  readonly rulesPerGroup: number;
  readonly groupsPerInterface: number;
  readonly prefixLists: number;
  readonly prefixListEntries: number;
  readonly tagsPerResource: number;
  readonly subnetsPerVpc: number;
  readonly vpcs: number;
  readonly aclEntries: number;
  readonly routesPerTable: number;
  readonly addresses: number;
}

/** The documented defaults. */
export const DEFAULT_QUOTAS: Quotas = {
  interfaces: 5000,
  groups: 2500,
  rulesPerGroup: 60,
  groupsPerInterface: 5,
  prefixLists: 100,
  prefixListEntries: 1000,
  tagsPerResource: 50,
  subnetsPerVpc: 200,
  vpcs: 5,
  aclEntries: 20,
  routesPerTable: 500,
  addresses: 5,
};

/**
 * How long things take inside EC2, at scale 1. Source: timings that users report for each
 * operation; no figure is documented by AWS.
 */
export const STATE_DURATIONS = {
  attach: { minMs: 2_000, maxMs: 6_000, tailMs: 20_000 },
  detach: { minMs: 2_000, maxMs: 10_000, tailMs: 180_000 },
  instanceStart: { minMs: 5_000, maxMs: 20_000, tailMs: 60_000 },
  instanceStop: { minMs: 5_000, maxMs: 30_000, tailMs: 90_000 },
  prefixListChange: { minMs: 500, maxMs: 3_000, tailMs: 10_000 },
  natGateway: { minMs: 30_000, maxMs: 90_000, tailMs: 180_000 },
} as const satisfies Record<string, Duration>;

/** A transition that takes time. */
export type Transition = keyof typeof STATE_DURATIONS;

/** What an account is told once, and what may change while it runs. */
export interface Settings {
  readonly region: string;
  readonly accountId: string;
  readonly quotas: Quotas;
  /** Factor on {@link STATE_DURATIONS}; 0 makes every transition immediate. */
  readonly stateScale: number;
  /** How long `detached` stays visible before the attachment vanishes, milliseconds. */
  readonly detachedVisibleMs: number;
  /** Added to a transition whatever the scale, as a fault, milliseconds. */
  readonly extraMs?: Readonly<Partial<Record<Transition, number>>>;
}
