// What the webhook says, without the web: an AdmissionReview (admission.k8s.io/v1) in, one out.
import { indexPolicies, resolvePod, TrunklineError } from "@trunkline/core";
import { readObject } from "@trunkline/core/inputs";

/** Where a pod finds the groups that it is going to have. */
export const GROUPS_ANNOTATION = "trunkline.dev/security-groups";

/**
 * Answers reviews of pods: refuses one whose groups do not exist, and writes the groups of every
 * other into an annotation. All else is let through as it is.
 *
 * @param cluster policies and service accounts, of `readManifests`.
 * @param cloud groups, of `readEc2Describe`.
 */
export function admission({ cluster, cloud }) {
  const policies = indexPolicies(cluster.policies);
  const known = new Set(cloud.groups.map(({ groupId }) => groupId));
  const accounts = new Map(
    cluster.serviceAccounts.map((one) => [`${one.namespace}/${one.name}`, one]),
  );

  const judge = (pod) => {
    const account = accounts.get(`${pod.namespace}/${pod.serviceAccount}`);
    const { groupIds, policies: by } = resolvePod(pod, account, policies);
    const missing = groupIds.filter((id) => !known.has(id));
    if (missing.length === 0) return { allowed: true, groupIds };
    const message = `${pod.namespace}/${pod.name} gets groups that do not exist: ${missing.join(", ")}`;
    return { allowed: false, message: `${message} (policies ${by.join(", ")})` };
  };

  return ({ request }) => {
    const answer = request.kind.kind === "Pod" ? answerFor(request, judge) : { allowed: true };
    return {
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      response: { uid: request.uid, ...answer },
    };
  };
}

function answerFor(request, judge) {
  const read = readObject(asNamed(request));
  if (read.kind !== "object") return refused(read.problems?.[0]?.description ?? "no pod", 400);
  try {
    const { allowed, message, groupIds } = judge(read.object.value);
    if (!allowed) return refused(message, 403);
    return groupIds.length === 0 ? { allowed } : { allowed, ...patch(request.object, groupIds) };
  } catch (error) {
    // Groups that depend on a service account which is not there: the pod must not start without.
    if (error instanceof TrunklineError) return refused(error.message, 403);
    throw error;
  }
}

// The API server names a pod of a ReplicaSet after admission, and its namespace is in the request.
function asNamed({ object, namespace }) {
  const { metadata = {} } = object;
  const name = metadata.name || `${metadata.generateName ?? "pod-"}new`;
  return { ...object, metadata: { ...metadata, name, namespace } };
}

function refused(message, code) {
  return { allowed: false, status: { message, code } };
}

function patch({ metadata = {} }, groupIds) {
  const value = groupIds.join(",");
  const key = GROUPS_ANNOTATION.replaceAll("~", "~0").replaceAll("/", "~1");
  const operation =
    metadata.annotations === undefined
      ? { op: "add", path: "/metadata/annotations", value: { [GROUPS_ANNOTATION]: value } }
      : { op: "add", path: `/metadata/annotations/${key}`, value };
  return { patchType: "JSONPatch", patch: btoa(JSON.stringify([operation])) };
}
