import {
  type Pod,
  type Resolution,
  resolvePod,
  TrunklineError,
  type WorldIndex,
} from "@trunkline/core";
import type { Endpoint, PodRef } from "@trunkline/proto/policy";

/** Finds a pod by name. Throws NOT_FOUND; STALE_REVISION when it exists with another uid. */
export function findPod(index: WorldIndex, { namespace, name, uid }: PodRef): Pod {
  const pod = index.pods.get(`${namespace}/${name}`);
  const { revision } = index.world;
  if (pod === undefined) {
    const message = `pod ${namespace}/${name} is not in the manifests at revision ${revision}`;
    throw new TrunklineError("NOT_FOUND", message, { facts: { pod: `${namespace}/${name}` } });
  }
  if (uid !== "" && uid !== pod.uid) {
    const message = `pod ${namespace}/${name} has uid ${pod.uid} now, ${uid} was asked for`;
    const facts = { pod: `${namespace}/${name}`, wantedUid: uid, foundUid: pod.uid };
    throw new TrunklineError("STALE_REVISION", message, { facts });
  }
  return pod;
}

/**
 * Resolves a pod of the world. Throws NOT_FOUND when its service account is missing: on a cluster
 * such a pod cannot exist, and its groups would be a guess.
 */
export function resolveNamedPod(index: WorldIndex, pod: Pod): Resolution {
  const key = `${pod.namespace}/${pod.serviceAccount}`;
  const serviceAccount = index.serviceAccounts.get(key);
  if (serviceAccount === undefined) {
    const name = `${pod.namespace}/${pod.name}`;
    throw new TrunklineError(
      "NOT_FOUND",
      `service account ${key} of pod ${name} is not in the manifests`,
      { facts: { pod: name, serviceAccount: key } },
    );
  }
  return resolvePod(pod, serviceAccount, index.policies);
}

/**
 * Refuses an endpoint that asks for a pod by a uid it does not have: to a verdict that pod does not
 * exist. Throws NOT_FOUND.
 */
export function checkUid(index: WorldIndex, endpoint: Endpoint | undefined): void {
  if (endpoint?.key?.$case !== "pod") return;
  const { namespace, name, uid } = endpoint.key.value;
  const found = index.pods.get(`${namespace}/${name}`)?.uid;
  if (uid === "" || found === undefined || uid === found) return;
  throw new TrunklineError(
    "NOT_FOUND",
    `no pod ${namespace}/${name} with uid ${uid} is in the manifests; the one there has ${found}`,
    { facts: { pod: `${namespace}/${name}`, wantedUid: uid, foundUid: found } },
  );
}
