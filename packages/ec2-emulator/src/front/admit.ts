import type { Call } from "../domain/call.ts";
import { Refusal } from "../wire/refusal.ts";
import type { ServedAction } from "./served-actions.ts";
import { meets, type TagCondition, tagsConcerned } from "./tag-conditions.ts";
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

/** When a denied call is denied nevertheless or all the same: by tags of what it is about. */
export interface DenyConditions {
  /** Let in when everything that the call is about carries it. */
  readonly unlessTag?: TagCondition | undefined;
  /** Denied only when something that the call is about carries it. */
  readonly ifTag?: TagCondition | undefined;
}

/** Throws UnauthorizedOperation, unless a condition lets the call in. */
export function refuseDenied({ unlessTag, ifTag }: DenyConditions, call: Call): void {
  const concerned = tagsConcerned(call);
  if (unlessTag !== undefined) {
    if (concerned.length > 0 && concerned.every((tags) => meets(tags, unlessTag))) return;
  }
  if (ifTag !== undefined && !concerned.some((tags) => meets(tags, ifTag))) return;
  throw new Refusal(
    "UnauthorizedOperation",
    `You are not authorized to perform this operation. User: ${callerArn(call)} is not ` +
      `authorized to perform: ec2:${call.action}`,
  );
}

function callerArn({ account }: Call): string {
  return `arn:aws:iam::${account.settings.accountId}:user/emulated`;
}
