import { at, entries, type Field, report } from "../field.ts";
import { type Owner, type PodTemplate, readOwner, readTemplate } from "./read-pod.ts";

/** The kinds that make pods from a template. */
export const WORKLOAD_KINDS = [
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
  "ReplicationController",
  "Job",
  "CronJob",
] as const;

/** One of the kinds that make pods from a template. */
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** An object that makes pods. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly template: PodTemplate;
  /** Such as the Deployment of a ReplicaSet. */
  readonly owner: Owner | undefined;
  /** True for a Job that makes no more pods. */
  readonly isFinished: boolean;
}

/** Reads a workload of a known kind and name. */
export function readWorkload(
  object: Field,
  kind: WorkloadKind,
  namespace: string,
  name: string,
): Workload {
  const above = kind === "CronJob" ? at(object, "spec", "jobTemplate", "spec") : at(object, "spec");
  const template = at(above, "template");
  if (template.value === undefined) report(template, "missing");
  const read = readTemplate(template);
  return {
    kind,
    namespace,
    name,
    template: kind === "Job" ? { ...read, labels: { ...jobLabels(name), ...read.labels } } : read,
    owner: readOwner(object),
    isFinished: kind === "Job" && hasFinished(object),
  };
}

// Labels that the controller gives every pod of a job. Source: Kubernetes "Well-Known Labels".
function jobLabels(name: string) {
  return { "batch.kubernetes.io/job-name": name, "job-name": name };
}

// Source: batch/v1 JobStatus, conditions "Complete" and "Failed".
function hasFinished(job: Field): boolean {
  return entries(at(job, "status", "conditions")).some((condition) => {
    const type = at(condition, "type").value;
    return (type === "Complete" || type === "Failed") && at(condition, "status").value === "True";
  });
}
