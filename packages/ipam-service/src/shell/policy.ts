import { TrunklineError } from "@trunkline/core";
import {
  type PolicyServiceClient,
  type ResolvePodResponse,
  ResolvePodResponse_Source as Source,
} from "@trunkline/proto/policy";
import type { CallOptions } from "@trunkline/rpc";
import { ownerOf, type PodRef } from "../records.ts";

/** Time the policy service has to answer; after it the pod waits and asks again. */
const RESOLVE_DEADLINE_MS = 10_000;

/** Groups of one interface. Source: EC2 quota "Security groups per network interface", at most 16. */
const GROUP_COUNT_MAX = 16;

/** Policies that are remembered with a branch; with 16 groups at most, more add nothing. */
const POLICY_COUNT_MAX = 64;

/** What the policy service says about a pod that may have an interface. */
export type Resolution =
  | {
      readonly kind: "branch";
      readonly groupIds: readonly string[];
      readonly policies: readonly string[];
    }
  | { readonly kind: "ordinary"; readonly reason: string };

/** Says which groups a pod gets. */
export type ResolvePod = (nodeName: string, pod: PodRef) => Promise<Resolution>;

/**
 * Asks the policy service, and believes a node only what the policy service confirms. Throws
 * NOT_READY if it cannot be reached, NOT_FOUND for a pod that is unknown or has ended,
 * NOT_PERMITTED for a pod of another node, STALE_REVISION for another uid, INVALID_ARGUMENT for a
 * host-network pod.
 */
export function policyResolver(client: PolicyServiceClient<CallOptions>): ResolvePod {
  return async (nodeName, pod) => {
    const answer = await ask(client, pod);
    const name = `pod ${ownerOf(pod)}`;
    if (answer.pod?.uid !== pod.uid) {
      const text = `${name} has uid ${answer.pod?.uid || "(none)"}, ${pod.uid} was asked for`;
      throw new TrunklineError("STALE_REVISION", text);
    }
    if (answer.nodeName !== nodeName) {
      const bound = answer.nodeName ? `bound to node ${answer.nodeName}` : "not bound to a node";
      throw new TrunklineError("NOT_PERMITTED", `${name} is ${bound}, not to ${nodeName}`);
    }
    if (answer.finished) {
      throw new TrunklineError("NOT_FOUND", `${name} has ended and gets no interface`);
    }
    return resolutionOf(pod, answer);
  };
}

async function ask(
  client: PolicyServiceClient<CallOptions>,
  pod: PodRef,
): Promise<ResolvePodResponse> {
  try {
    return await client.resolvePod({ pod }, { deadlineMs: RESOLVE_DEADLINE_MS });
  } catch (error) {
    if (!(error instanceof TrunklineError) || error.code !== "DEADLINE_EXCEEDED") throw error;
    const text = `policy-service does not answer: ${error.message}`;
    throw new TrunklineError("NOT_READY", text, { cause: error });
  }
}

function resolutionOf(pod: PodRef, answer: ResolvePodResponse): Resolution {
  const { source } = answer;
  const policies = answer.policies.slice(0, POLICY_COUNT_MAX);
  const name = `pod ${ownerOf(pod)}`;
  switch (source) {
    case Source.SOURCE_POLICY: {
      const groupIds = [...new Set(answer.groupIds)];
      if (groupIds.length > GROUP_COUNT_MAX) throw tooMany(name, groupIds, policies);
      if (groupIds.length > 0) return { kind: "branch", groupIds, policies };
      const text = `${name} is selected by ${policies.join(", ")} but gets no groups from it`;
      throw new TrunklineError("UNSUPPORTED", text);
    }
    case Source.SOURCE_NODE: {
      const reason = `no SecurityGroupPolicy in namespace ${pod.namespace} selects the pod`;
      return { kind: "ordinary", reason };
    }
    case Source.SOURCE_HOST_NETWORK: {
      const text = `${name} uses the host network and has no interface of its own`;
      throw new TrunklineError("INVALID_ARGUMENT", text);
    }
    default: {
      const text = `policy-service does not say where the groups of ${name} come from`;
      throw new TrunklineError("NOT_READY", text);
    }
  }
}

function tooMany(
  name: string,
  groupIds: readonly string[],
  policies: readonly string[],
): TrunklineError {
  const text =
    `${name} gets ${groupIds.length} groups from ${policies.join(", ")}; ` +
    `an interface has ${GROUP_COUNT_MAX} at most`;
  return new TrunklineError("QUOTA", text, { facts: { groupCount: String(groupIds.length) } });
}
