import type { Call } from "../domain/call.ts";
import type { ServedAction } from "./served-actions.ts";
import type { Throttle } from "./throttle.ts";

/** Takes the call's tokens out of its buckets. Throws RequestLimitExceeded. */
export function throttleCall(throttle: Throttle, action: ServedAction, call: Call): void {
  const { fields } = call;
  const ids = fields.names().some((name) => name.endsWith("Id"));
  throttle.take(
    {
      action: action.name,
      mutates: action.mutates,
      isWhole: !fields.has("Filter") && !fields.has("MaxResults") && !ids,
      instanceCount: countInstances(action.name, call),
    },
    call.nowMs,
    call.account.settings.accountId,
  );
}

function countInstances(action: string, { fields }: Call): number {
  if (action === "RunInstances") return fields.integer("MaxCount") ?? 0;
  return action.endsWith("Instances") ? fields.texts("InstanceId").length : 0;
}
