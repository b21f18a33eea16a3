import { assert, TrunklineError } from "@trunkline/core";
import type { AllocationEvent, Effect } from "../allocation/events.ts";
import { TRUNK_WORK_ID } from "../allocation/node-state.ts";
import type { BranchRecord, NodeRecord } from "../records.ts";
import { assignAddresses, findAddresses, unassignAddress } from "./address-calls.ts";
import {
  associateBranch,
  type BranchCallContext,
  createBranch,
  disassociateBranch,
  findBranch,
} from "./branch-calls.ts";
import { failureOf } from "./ec2-errors.ts";
import { deleteInterface, replaceGroups } from "./interface-calls.ts";
import { removeTrunk } from "./trunk-removal.ts";

/** An effect that calls EC2. */
export type Ec2Effect = Exclude<
  Effect,
  { readonly kind: "answerBranch" | "answerAddress" | "nodeGone" }
>;

type BranchEffect = Extract<Effect, { readonly branch: BranchRecord }>;

/** What running an effect needs. */
export interface EffectContext extends BranchCallContext {
  sleep(durationMs: number): Promise<void>;
}

/** Runs an effect against EC2 and says how it went, as the event that the decider takes. */
export async function runEffect(
  context: EffectContext,
  node: NodeRecord,
  effect: Ec2Effect,
): Promise<AllocationEvent> {
  try {
    return await run(context, node, effect);
  } catch (error) {
    if (!(error instanceof TrunklineError)) throw error;
    return { kind: "failed", ids: idsOf(effect), failure: failureOf(error) };
  }
}

/** The entries that an effect works for. */
export function idsOf(effect: Ec2Effect): readonly string[] {
  switch (effect.kind) {
    case "assignAddresses":
    case "findAddresses":
      return effect.ids;
    case "unassignAddress":
      return [effect.address.id];
    case "removeTrunk":
      return [TRUNK_WORK_ID];
    default:
      return [effect.branch.id];
  }
}

async function run(
  context: EffectContext,
  node: NodeRecord,
  effect: Ec2Effect,
): Promise<AllocationEvent> {
  const { ec2 } = context;
  const { eniId } = node.primary;
  switch (effect.kind) {
    case "assignAddresses": {
      const ipv4Addresses = await assignAddresses(ec2, node.primary, effect.ids.length);
      return { kind: "addressesAssigned", ids: effect.ids, ipv4Addresses };
    }
    case "findAddresses": {
      const ipv4Addresses = await findAddresses(ec2, eniId, effect.known);
      return { kind: "addressesAssigned", ids: effect.ids, ipv4Addresses };
    }
    case "unassignAddress":
      await unassignAddress(ec2, eniId, effect.address.ipv4Address ?? "");
      return { kind: "addressUnassigned", id: effect.address.id };
    case "removeTrunk":
      await removeTrunk(context, node);
      return { kind: "trunkRemoved" };
    default:
      return runBranchEffect(context, node, effect);
  }
}

async function runBranchEffect(
  context: EffectContext,
  node: NodeRecord,
  { kind, branch }: BranchEffect,
): Promise<AllocationEvent> {
  const { ec2 } = context;
  const { id } = branch;
  switch (kind) {
    case "create":
      return { kind: "created", id, eni: await createBranch(context, node, branch) };
    case "find": {
      const eni = await findBranch(context, node, branch);
      return eni ? { kind: "created", id, eni } : { kind: "absent", id };
    }
    case "associate": {
      const associationId = await associateBranch(ec2, node, branch);
      return { kind: "associated", id, associationId };
    }
    case "regroup":
      await replaceGroups(ec2, eniIdOf(branch), branch.groupIds);
      return { kind: "regrouped", id };
    case "disassociate":
      await disassociateBranch(ec2, node, branch);
      return { kind: "disassociated", id };
    case "delete":
      await deleteInterface(ec2, eniIdOf(branch));
      return { kind: "deleted", id };
  }
}

function eniIdOf({ id, eni }: BranchRecord): string {
  assert(eni, `entry ${id} has no interface`);
  return eni.eniId;
}
