import type { Instance } from "../account/interface-rows.ts";
import { type Call, type Decider, endOf } from "../domain/call.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { renderState } from "../render/instance.ts";
import { missing, Refusal } from "../wire/refusal.ts";

/** TerminateInstances: interfaces go or become available when the instance is terminated. */
export const terminateInstances: Decider = (call) =>
  changeState(call, {
    to: "shutting-down",
    from: ["pending", "running", "stopping", "stopped", "shutting-down", "terminated"],
    keeps: ["shutting-down", "terminated"],
  });

/** StopInstances. */
export const stopInstances: Decider = (call) =>
  changeState(call, {
    to: "stopping",
    from: ["running", "stopping", "stopped"],
    keeps: ["stopping", "stopped"],
  });

/** StartInstances. */
export const startInstances: Decider = (call) =>
  changeState(call, {
    to: "pending",
    from: ["stopped", "pending", "running"],
    keeps: ["pending", "running"],
  });

interface StateChange {
  readonly to: "shutting-down" | "stopping" | "pending";
  readonly from: readonly Instance["state"][];
  /** States that stay as they are without an error. */
  readonly keeps: readonly Instance["state"][];
}

function changeState(call: Call, { to, from, keeps }: StateChange) {
  const { fields, account } = call;
  const ids = [...new Set(fields.texts("InstanceId"))];
  if (ids.length === 0) throw missing("instanceId");
  const instances = ids.map((id) => find(account.instances, KINDS.instance, id));
  const instancesSet = instances.map((instance) => {
    if (!from.includes(instance.state)) {
      throw new Refusal(
        "IncorrectInstanceState",
        `The instance '${instance.id}' is not in a state from which it can be changed: ` +
          instance.state,
      );
    }
    const state = keeps.includes(instance.state) ? instance.state : to;
    if (state !== instance.state) {
      const transition = to === "pending" ? "instanceStart" : "instanceStop";
      account.instances.put({ ...instance, state, changesAtMs: endOf(transition, call) });
    }
    return {
      instanceId: instance.id,
      currentState: renderState(state),
      previousState: renderState(instance.state),
    };
  });
  return { instancesSet };
}
