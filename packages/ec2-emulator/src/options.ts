import type { Clock, Random } from "@trunkline/core";
import type { Duration, Quotas } from "./account/settings.ts";
import type { Credential } from "./front/signature.ts";
import type { BucketSize } from "./front/throttle.ts";

/** An EKS cluster that DescribeCluster knows. */
export interface ClusterFacts {
  readonly name: string;
  /** URL of its Kubernetes API. */
  readonly endpoint: string;
  /** PEM in base64. */
  readonly certificateAuthority?: string;
  readonly version?: string;
  readonly vpcId?: string;
  readonly subnetIds?: readonly string[];
  readonly clusterSecurityGroupId?: string;
  readonly serviceIpv4Cidr?: string;
}

/** How an emulator is started; everything but clock and chance has a default. */
export interface EmulatorOptions {
  /** "127.0.0.1:8600"; port 0 takes a free one, the default. */
  readonly listen?: string;
  /** Contents of an account in the shapes of `aws ec2 describe-…`. */
  readonly account?: unknown;
  /** Directory in which the account survives; what is in it wins over `account`. */
  readonly state?: string;
  /** Answers wait until the disk has what they say; otherwise a loss of power may cost some. */
  readonly stateSync?: boolean;
  /** "us-west-2". */
  readonly region?: string;
  /** Twelve digits. */
  readonly accountId?: string;
  /** "off", or the documented token buckets. */
  readonly throttle?: "off" | "documented";
  /** Bucket sizes by action; they hold whether `throttle` is on or not. */
  readonly buckets?: Readonly<Record<string, BucketSize>>;
  /** How long calls take by action, whatever `latencyScale`. */
  readonly latencies?: Readonly<Record<string, Duration>>;
  /** Factor on how long attach, detach, start and so on take; 0 (default) makes them immediate. */
  readonly stateScale?: number;
  /** Factor on how long calls take; 0 (default) answers at once. */
  readonly latencyScale?: number;
  /** Factor on how late reads see changes; 0 (default) shows them at once. */
  readonly lagScale?: number;
  /** How late reads see changes by resource type as tags name it, whatever `lagScale`. */
  readonly lags?: Readonly<Record<string, Duration>>;
  /** How long a detached attachment stays visible, milliseconds. */
  readonly detachedVisibleMs?: number;
  readonly quotas?: Partial<Quotas>;
  /** Entries that the audit log keeps. */
  readonly auditLimit?: number;
  /** Keys that may sign; without any, every call is let in unsigned. */
  readonly credentials?: readonly Credential[];
  readonly clusters?: readonly ClusterFacts[];
  /** Instance whose metadata is served at /latest. */
  readonly metadataInstance?: string;
  /** Seed of the chance of faults. */
  readonly faultSeed?: number;
  /** Told of bugs of the emulator, which a caller sees as InternalError. */
  readonly onBug?: (error: unknown) => void;
  readonly clock: Clock;
  readonly random: Random;
}
