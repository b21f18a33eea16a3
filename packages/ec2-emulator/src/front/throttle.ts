import { Refusal } from "../wire/refusal.ts";

/** Size of a token bucket: how many calls at once, and how many come back a second. */
export interface BucketSize {
  readonly capacity: number;
  readonly refillPerSec: number;
}

const size = (capacity: number, refillPerSec: number): BucketSize => ({ capacity, refillPerSec });

const READS = size(100, 20);
const WHOLE_READS = size(50, 10);
const WRITES = size(50, 5);

/** Reads that have a smaller bucket when they are neither filtered nor paged. */
const WHOLE_READ_ACTIONS: ReadonlySet<string> = new Set([
  "DescribeInstances",
  "DescribeInstanceStatus",
  "DescribeNetworkInterfaces",
  "DescribeSecurityGroups",
]);

/** Actions with a bucket size of their own. Source: EC2 API throttling page, 2024 to 2026. */
const OWN_SIZES: Readonly<Record<string, BucketSize>> = {
  CreateNetworkInterface: size(100, 5),
  DeleteNetworkInterface: size(100, 5),
  ModifyNetworkInterfaceAttribute: size(100, 5),
  AssignPrivateIpAddresses: size(100, 5),
  UnassignPrivateIpAddresses: size(100, 5),
  AssignIpv6Addresses: size(100, 5),
  CreateTags: size(100, 10),
  DeleteTags: size(100, 10),
  RunInstances: size(5, 2),
  StartInstances: size(5, 2),
  TerminateInstances: size(100, 5),
  DescribeSecurityGroupReferences: size(20, 5),
  DescribeStaleSecurityGroups: size(20, 5),
};

/** Buckets of which a call takes one token for each instance. */
const RESOURCE_SIZES: Readonly<Record<string, BucketSize>> = {
  RunInstances: size(1000, 2),
  StartInstances: size(1000, 2),
  StopInstances: size(1000, 20),
  TerminateInstances: size(1000, 20),
};

/** True when there is a bucket of this name, for an action that is served. */
export function isBucketName(name: string, isAction: (action: string) => boolean): boolean {
  const [action = "", part, ...rest] = name.split(":");
  if (!isAction(action) || rest.length > 0) return false;
  if (part === "whole") return WHOLE_READ_ACTIONS.has(action);
  return part === undefined || (part === "instances" && Object.hasOwn(RESOURCE_SIZES, action));
}

/** What decides which bucket a call draws from. */
export interface ThrottledCall {
  readonly action: string;
  readonly mutates: boolean;
  /** Neither filters, ids nor MaxResults. */
  readonly isWhole: boolean;
  /** Instances that the call is about. */
  readonly instanceCount: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * Token buckets of one account and region, one for each action, filled continuously.
 *
 * A refused call takes no token. Sizes may be replaced while it runs.
 */
export class Throttle {
  isOn: boolean;
  readonly #buckets = new Map<string, Bucket>();
  readonly #overrides = new Map<string, BucketSize>();

  constructor(isOn: boolean) {
    this.isOn = isOn;
  }

  /**
   * Replaces the size of a bucket: of an action, of its whole listings (`DescribeInstances:whole`)
   * or of its instances (`RunInstances:instances`).
   */
  override(name: string, bucket: BucketSize): void {
    this.#buckets.delete(name);
    this.#overrides.set(name, bucket);
  }

  /** Takes the tokens of a call. Throws RequestLimitExceeded and takes none when one is missing. */
  take(call: ThrottledCall, nowMs: number, accountId: string): void {
    const wanted = this.#wanted(call);
    const levels = wanted.map((one) => ({ one, bucket: this.#level(one.name, one.size, nowMs) }));
    if (levels.some(({ one, bucket }) => bucket.tokens < one.count)) {
      throw new Refusal(
        "RequestLimitExceeded",
        `Account ${accountId} has been throttled on ec2:${call.action} because it exceeded its ` +
          "request rate limit.",
      );
    }
    for (const { one, bucket } of levels) bucket.tokens -= one.count;
  }

  /** Takes tokens as another tenant of the account would: as many as there are, no error. */
  drain(action: string, mutates: boolean, count: number, nowMs: number): void {
    for (const isWhole of WHOLE_READ_ACTIONS.has(action) ? [false, true] : [false]) {
      for (const one of this.#wanted({ action, mutates, isWhole, instanceCount: 0 })) {
        const bucket = this.#level(one.name, one.size, nowMs);
        bucket.tokens = Math.max(0, bucket.tokens - count);
      }
    }
  }

  #wanted(call: ThrottledCall): { name: string; size: BucketSize; count: number }[] {
    const { action } = call;
    const isWhole = call.isWhole && WHOLE_READ_ACTIONS.has(action);
    const byClass = call.mutates ? WRITES : isWhole ? WHOLE_READS : READS;
    const documented = this.isOn ? (OWN_SIZES[action] ?? byClass) : undefined;
    const name = isWhole ? `${action}:whole` : action;
    const own = this.#overrides.get(name) ?? this.#overrides.get(action) ?? documented;
    const wanted = own === undefined ? [] : [{ name, size: own, count: 1 }];
    const ofInstances = `${action}:instances`;
    const resource =
      this.#overrides.get(ofInstances) ?? (this.isOn ? RESOURCE_SIZES[action] : undefined);
    if (resource === undefined || call.instanceCount === 0) return wanted;
    return [...wanted, { name: ofInstances, size: resource, count: call.instanceCount }];
  }

  #level(name: string, { capacity, refillPerSec }: BucketSize, nowMs: number): Bucket {
    const known = this.#buckets.get(name);
    if (known === undefined) {
      const bucket = { tokens: capacity, atMs: nowMs };
      this.#buckets.set(name, bucket);
      return bucket;
    }
    // A clock that jumps back gives nothing and takes nothing.
    const elapsedSec = Math.max(0, nowMs - known.atMs) / 1000;
    known.tokens = Math.min(capacity, known.tokens + elapsedSec * refillPerSec);
    known.atMs = nowMs;
    return known;
  }
}
