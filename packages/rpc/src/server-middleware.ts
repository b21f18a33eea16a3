import { TrunklineError } from "@trunkline/core";
import type { CallContext, ServerMiddleware } from "nice-grpc-common";
import { toServerError } from "./errors.ts";

/** Time a call is given whose client named none. */
const DEADLINE_MS_DEFAULT = 30_000;

/** The part of a logger that the server needs; pino's fits. */
export interface ServerLog {
  debug(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Maps what handlers throw to statuses; bugs are logged with their stack. */
export function errorMiddleware(log: ServerLog): ServerMiddleware {
  return async function* mapErrors(call, context) {
    try {
      return yield* call.next(call.request, context);
    } catch (error) {
      const mapped = toServerError(error);
      const fields = { method: call.method.path, status: mapped.code };
      if (error instanceof TrunklineError) {
        log.debug({ ...fields, reason: error.code, message: error.message }, "call refused");
      } else if (!context.signal.aborted) {
        log.error({ ...fields, err: error }, "call failed");
      }
      throw mapped;
    }
  };
}

/**
 * Gives unary calls without a deadline one of 30 s: an answer that nobody waits for must not hold
 * on to anything. Streams stay open until either side ends them.
 */
export const deadlineMiddleware: ServerMiddleware = async function* limitTime(call, context) {
  if (call.method.responseStream || context.metadata.has("grpc-timeout")) {
    return yield* call.next(call.request, context);
  }
  const limit = AbortSignal.timeout(DEADLINE_MS_DEFAULT);
  const limited: CallContext = { ...context, signal: AbortSignal.any([context.signal, limit]) };
  try {
    return yield* call.next(call.request, limited);
  } catch (error) {
    if (!limit.aborted) throw error;
    throw new TrunklineError(
      "DEADLINE_EXCEEDED",
      `${call.method.path} took longer than the default deadline of ${DEADLINE_MS_DEFAULT} ms`,
      { cause: error },
    );
  }
};
