import { matchesSelector } from "../../labels/selector.ts";
import type { End } from "../../paths/end.ts";
import type { LabelSelector, Labels, Pod, SecurityGroupPolicy } from "../../world/cluster.ts";
import type { WorldIndex } from "../../world/world-index.ts";
import type { RemedyAction } from "./remedy.ts";

const maxPolicies = 5;

/** Labels that would make one more policy select a pod, which then starts anew on a branch. */
export function labelActions(end: End, index: WorldIndex): readonly RemedyAction[] {
  const pod = podOf(end, index);
  if (pod === undefined || pod.hostNetwork) return [];
  const policies = index.policies.byNamespace.get(pod.namespace) ?? [];
  return policies
    .filter(({ problems }) => problems.length === 0)
    .flatMap(({ policy }) => labelFor(policy, pod))
    .slice(0, maxPolicies);
}

function labelFor(policy: SecurityGroupPolicy, pod: Pod): readonly RemedyAction[] {
  const { podSelector } = policy;
  if (podSelector === undefined || matchesSelector(podSelector, pod.labels)) return [];
  const labels = labelsFor(podSelector, pod.labels);
  if (labels === undefined) return [];
  const name = `${pod.namespace}/${pod.name}`;
  const changes = changesText(pod.labels, labels);
  const policyName = `SecurityGroupPolicy ${policy.namespace}/${policy.name}`;
  return [
    {
      kind: "label",
      text: `${changes} in the pod template of ${name}, so that ${policyName} selects it`,
      edits: [{ action: "change", kind: "pod", object: restarted(pod, { labels }) }],
    },
  ];
}

// The fewest changes of labels that satisfy a selector; undefined when there are none.
function labelsFor(selector: LabelSelector, labels: Labels): Labels | undefined {
  const next = new Map(Object.entries(labels));
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) next.set(key, value);
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const value = next.get(key);
    if (operator === "In" && (value === undefined || !values.includes(value))) {
      next.set(key, values[0]);
    } else if (operator === "Exists" && value === undefined) next.set(key, "true");
    else if (operator === "DoesNotExist") next.delete(key);
    else if (operator === "NotIn" && value !== undefined && values.includes(value)) {
      next.delete(key);
    }
  }
  const made = Object.fromEntries(next);
  return matchesSelector(selector, made) ? made : undefined;
}

function changesText(before: Labels, after: Labels): string {
  const set = Object.entries(after).filter(([key, value]) => before[key] !== value);
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const texts = [
    ...set.map(([key, value]) => `set label ${key}=${value}`),
    ...removed.map((key) => `remove label ${key}`),
  ];
  return texts.join(", ");
}

/** Running a strict pod in standard mode, for what strict mode cannot carry. */
export function modeActions(end: End, index: WorldIndex): readonly RemedyAction[] {
  const pod = podOf(end, index);
  if (pod === undefined || end.kind !== "branch" || end.mode !== "strict") return [];
  if (end.isFargate) return [];
  return [
    {
      kind: "mode",
      text: `run ${end.title} in standard mode: POD_SECURITY_GROUP_ENFORCING_MODE=standard, then restart it`,
      edits: [{ action: "change", kind: "pod", object: { ...pod, mode: "standard" } }],
    },
  ];
}

function podOf(end: End, { pods }: WorldIndex): Pod | undefined {
  return end.kind === "branch" || end.kind === "ordinary" ? pods.get(end.title) : undefined;
}

// A pod that starts anew has no interface and no address yet.
function restarted(pod: Pod, parts: Partial<Pod>): Pod {
  const { branchEniId: _branch, fargateGroupIds: _groups, mode: _mode, ...rest } = pod;
  return { ...rest, addresses: [], ...parts };
}
