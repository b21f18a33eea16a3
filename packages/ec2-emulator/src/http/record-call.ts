import type { Front } from "../front/front.ts";
import { type FormNode, flatten } from "../wire/form.ts";
import type { CallerFacts } from "./read-request.ts";

/** Parameters that the audit log leaves out. */
const NOT_KEPT = /^(?:Action|Version|AWSAccessKeyId|Signature.*|X-Amz-.*)$/;

/** A call that was answered, whoever answered it. */
export interface AnsweredCall {
  readonly caller: CallerFacts;
  /** Time of the request by the clock that {@link Front.clockMs} reads. */
  readonly startedMs: number;
  /** Absent when the request could not be read, or has none. */
  readonly form?: FormNode | undefined;
  readonly action: string;
  readonly requestId: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly fault?: string | undefined;
  readonly changeCount?: number;
}

/** Writes a call into the audit log. */
export function recordCall(front: Front, call: AnsweredCall): void {
  const { caller, startedMs, form } = call;
  const parameters =
    form === undefined ? [] : flatten(form).filter(([name]) => !NOT_KEPT.test(name));
  const latencyMs = front.clockMs() - startedMs;
  front.audit.add({
    ...caller,
    atMs: front.nowMs() - latencyMs,
    requestId: call.requestId,
    action: call.action.slice(0, 100),
    status: call.status,
    code: call.code,
    latencyMs,
    fault: call.fault,
    changeCount: call.changeCount ?? 0,
    parameters,
  });
}
