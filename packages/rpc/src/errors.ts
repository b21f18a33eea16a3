import { ERROR_CODES, type ErrorCode, type FieldProblem, TrunklineError } from "@trunkline/core";
import { ClientError, ServerError, Status } from "nice-grpc-common";
import {
  BadRequest,
  ErrorInfo,
  RetryInfo,
  RichClientError,
  RichServerError,
} from "nice-grpc-error-details";

/** `domain` of every ErrorInfo that Trunkline sends. */
export const ERROR_DOMAIN = "trunkline.dev";

/** Wait that is suggested when an error that may pass names none. */
const RETRY_AFTER_MS_DEFAULT = 1000;

const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  "BRANCH_EXHAUSTED",
  "ADDRESS_EXHAUSTED",
  "SUBNET_FULL",
  "QUOTA",
  "THROTTLED",
  "NOT_READY",
] as const);

/**
 * Turns whatever a handler threw into a gRPC status. A `TrunklineError` keeps its message and gets
 * ErrorInfo (reason, facts), RetryInfo when waiting may help and BadRequest when fields are wrong.
 * Anything else becomes INTERNAL "internal error": its text is for the log, not for the wire.
 */
export function toServerError(error: unknown): ServerError {
  if (error instanceof ServerError) return error;
  if (!(error instanceof TrunklineError)) return new ServerError(Status.INTERNAL, "internal error");
  const { grpcStatus, cniCode } = ERROR_CODES[error.code];
  const details: unknown[] = [
    ErrorInfo.fromPartial({
      reason: error.code,
      domain: ERROR_DOMAIN,
      metadata: { cniCode: String(cniCode), ...error.facts },
    }),
  ];
  if (RETRYABLE.has(error.code)) {
    const retryAfterMs = Number(error.facts["retryAfterMs"] ?? RETRY_AFTER_MS_DEFAULT);
    const seconds = Math.floor(retryAfterMs / 1000);
    const nanos = Math.round((retryAfterMs - seconds * 1000) * 1e6);
    details.push(RetryInfo.fromPartial({ retryDelay: { seconds, nanos } }));
  }
  if (error.problems.length > 0) {
    details.push(BadRequest.fromPartial({ fieldViolations: [...error.problems] }));
  }
  return new RichServerError(grpcStatus as Status, error.message, details as never);
}

/** Turns a status that a call of `target` ended with back into the error the server threw. */
export function fromClientError(error: unknown, target: string): unknown {
  if (!(error instanceof ClientError)) return error;
  const extra = error instanceof RichClientError ? error.extra : [];
  const info = extra.find((detail) => detail.$type === ErrorInfo.$type) as ErrorInfo | undefined;
  const bad = extra.find((detail) => detail.$type === BadRequest.$type) as BadRequest | undefined;
  if (info?.domain === ERROR_DOMAIN && info.reason in ERROR_CODES) {
    const problems: readonly FieldProblem[] = bad?.fieldViolations ?? [];
    return new TrunklineError(info.reason as ErrorCode, error.details, {
      facts: info.metadata,
      problems,
      cause: error,
    });
  }
  return new TrunklineError(codeOfStatus(error.code), describe(error, target), { cause: error });
}

function codeOfStatus(status: Status): ErrorCode {
  switch (status) {
    case Status.INVALID_ARGUMENT:
    case Status.OUT_OF_RANGE:
      return "INVALID_ARGUMENT";
    case Status.NOT_FOUND:
      return "NOT_FOUND";
    case Status.ALREADY_EXISTS:
      return "ALREADY_EXISTS";
    case Status.PERMISSION_DENIED:
    case Status.UNAUTHENTICATED:
      return "NOT_PERMITTED";
    case Status.RESOURCE_EXHAUSTED:
      return "THROTTLED";
    case Status.FAILED_PRECONDITION:
      return "UNSUPPORTED";
    case Status.ABORTED:
      return "STALE_REVISION";
    case Status.UNIMPLEMENTED:
      return "NOT_IMPLEMENTED";
    case Status.DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case Status.CANCELLED:
      return "CANCELLED";
    default:
      return "NOT_READY";
  }
}

function describe(error: ClientError, target: string): string {
  switch (error.code) {
    case Status.UNAVAILABLE:
      return `${target} cannot be reached: ${shortened(error.details)}`;
    case Status.DEADLINE_EXCEEDED:
      return `${target} did not answer ${error.path} in time`;
    default:
      return `${target} answered ${error.path} with ${Status[error.code]}: ${error.details}`;
  }
}

// grpc-js wraps the one thing that matters: "No connection established. Last error: Error: connect
// ECONNREFUSED 127.0.0.1:1. Resolution note: ".
function shortened(details: string): string {
  const match = /Last error: (?:Error: )?(.+?)\. Resolution note:/.exec(details);
  return match?.[1] ?? details;
}
