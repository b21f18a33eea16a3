/**
 * What went wrong, in words a program can act on. The same word travels as `ErrorInfo.reason`.
 *
 * | code | meaning | caller should |
 * |---|---|---|
 * | INVALID_ARGUMENT | the request itself is wrong | fix the request |
 * | NOT_FOUND | a named thing does not exist | stop; a delete counts it as success |
 * | ALREADY_EXISTS | a thing exists that must not | read, compare |
 * | BRANCH_EXHAUSTED, ADDRESS_EXHAUSTED, SUBNET_FULL, QUOTA, THROTTLED | a limit stands in the way | back off |
 * | STALE_REVISION | the world moved on | re-read, retry |
 * | NOT_PERMITTED | a right is missing | show the missing right |
 * | UNSUPPORTED | can never work with this instance, mode or kernel | change that |
 * | DRIFT | what is differs from what should be | look, repair |
 * | NOT_READY | starting, stopping, or cut off from what is needed | retry with back-off |
 * | DEADLINE_EXCEEDED, CANCELLED | the caller's time was up | repeat with the same key |
 * | NOT_IMPLEMENTED | the call exists in the contract only | see docs/status.md |
 * | DATAPLANE_FAILED | the kernel refused | look at the log; a resync follows |
 */
export type ErrorCode = keyof typeof ERROR_CODES;

/** How one error code shows on each surface. */
export interface ErrorSurface {
  /** Number of the gRPC status. Source: grpc/doc/statuscodes.md. */
  readonly grpcStatus: number;
  /** Exit code of the command line. Source: sysexits.h. */
  readonly exitCode: number;
  /** Code of a CNI error document. Source: CNI specification 1.1, section "Error". */
  readonly cniCode: number;
}

/** The one table from error code to gRPC status, exit code and CNI code. */
export const ERROR_CODES = {
  INVALID_ARGUMENT: { grpcStatus: 3, exitCode: 64, cniCode: 7 },
  NOT_FOUND: { grpcStatus: 5, exitCode: 66, cniCode: 11 },
  ALREADY_EXISTS: { grpcStatus: 6, exitCode: 73, cniCode: 100 },
  BRANCH_EXHAUSTED: { grpcStatus: 8, exitCode: 75, cniCode: 11 },
  ADDRESS_EXHAUSTED: { grpcStatus: 8, exitCode: 75, cniCode: 11 },
  SUBNET_FULL: { grpcStatus: 8, exitCode: 75, cniCode: 11 },
  QUOTA: { grpcStatus: 8, exitCode: 75, cniCode: 11 },
  THROTTLED: { grpcStatus: 8, exitCode: 75, cniCode: 11 },
  STALE_REVISION: { grpcStatus: 10, exitCode: 75, cniCode: 11 },
  NOT_PERMITTED: { grpcStatus: 7, exitCode: 77, cniCode: 100 },
  UNSUPPORTED: { grpcStatus: 9, exitCode: 69, cniCode: 100 },
  DRIFT: { grpcStatus: 9, exitCode: 1, cniCode: 100 },
  NOT_READY: { grpcStatus: 14, exitCode: 69, cniCode: 11 },
  DEADLINE_EXCEEDED: { grpcStatus: 4, exitCode: 75, cniCode: 11 },
  CANCELLED: { grpcStatus: 1, exitCode: 75, cniCode: 11 },
  NOT_IMPLEMENTED: { grpcStatus: 12, exitCode: 69, cniCode: 100 },
  DATAPLANE_FAILED: { grpcStatus: 13, exitCode: 71, cniCode: 101 },
} as const satisfies Record<string, ErrorSurface>;

/** Facts a program may act on: plain strings, the unit in the key (`retryAfterMs`). */
export type ErrorFacts = Readonly<Record<string, string>>;

/** One thing wrong with one field of a request or file, addressed by its path. */
export interface FieldProblem {
  /** Path of the field, "spec.securityGroups.groupIds[0]". */
  readonly field: string;
  /** What is wrong with it, with the value. */
  readonly description: string;
}

/** What a `TrunklineError` may carry besides code and message. */
export interface ErrorOptions {
  /** See {@link ErrorFacts}. */
  readonly facts?: ErrorFacts;
  /** All problems of an INVALID_ARGUMENT at once. */
  readonly problems?: readonly FieldProblem[];
  /** Kept for logs; never sent over the wire. */
  readonly cause?: unknown;
}

/**
 * The one error that is expected and shown. The message says what was asked and what stood in the
 * way, with the value. Anything else that is thrown is a bug and shows as "internal error".
 */
export class TrunklineError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  readonly problems: readonly FieldProblem[];

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "TrunklineError";
    this.code = code;
    this.facts = options.facts ?? {};
    this.problems = options.problems ?? [];
  }
}

/** An INVALID_ARGUMENT that lists every problem, one line each below the subject. */
export function invalid(subject: string, problems: readonly FieldProblem[]): TrunklineError {
  const lines = problems.map((p) =>
    p.field ? `  ${p.field}: ${p.description}` : `  ${p.description}`,
  );
  return new TrunklineError("INVALID_ARGUMENT", [subject, ...lines].join("\n"), { problems });
}
