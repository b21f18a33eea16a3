import type { Call } from "../domain/call.ts";
import { Refusal } from "../wire/refusal.ts";
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

/** Parameters that name the interface a call is about. */
const INTERFACE_PARAMETERS = ["NetworkInterfaceId", "BranchInterfaceId", "TrunkInterfaceId"];

/** Throws UnauthorizedOperation, unless every interface that the call names carries the tag. */
export function refuseDenied(
  unlessTag: { readonly key: string; readonly value?: string | undefined } | undefined,
  call: Call,
): void {
  const named = INTERFACE_PARAMETERS.flatMap((name) => call.fields.text(name) ?? []);
  const isTagged = (id: string) => {
    const value = call.account.enis.get(id)?.tags[unlessTag?.key ?? ""];
    return value !== undefined && (unlessTag?.value === undefined || unlessTag.value === value);
  };
  if (unlessTag !== undefined && named.length > 0 && named.every(isTagged)) return;
  throw new Refusal(
    "UnauthorizedOperation",
    `You are not authorized to perform this operation. User: ${callerArn(call)} is not ` +
      `authorized to perform: ec2:${call.action}`,
  );
}

function callerArn({ account }: Call): string {
  return `arn:aws:iam::${account.settings.accountId}:user/emulated`;
}
