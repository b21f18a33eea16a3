import type { Settings } from "../../world/settings.ts";
import { at, entries, type Field, text } from "../field.ts";

/** What the VPC CNI's own DaemonSet says about a cluster; what it leaves out has its default. */
export type CniSettings = Partial<Pick<Settings, "mode" | "externalSnat">>;

/**
 * Reads the settings of `kube-system/aws-node` from the environment of its containers.
 *
 * Source: amazon-vpc-cni-k8s README, POD_SECURITY_GROUP_ENFORCING_MODE (default strict) and
 * AWS_VPC_K8S_CNI_EXTERNALSNAT (default false).
 */
export function readCniSettings(daemonSet: Field): CniSettings {
  const containers = entries(at(daemonSet, "spec", "template", "spec", "containers"));
  const values = new Map(
    containers
      .flatMap((container) => entries(at(container, "env")))
      .map((one) => [text(at(one, "name")), text(at(one, "value"))]),
  );
  const mode = values.get("POD_SECURITY_GROUP_ENFORCING_MODE");
  const externalSnat = values.get("AWS_VPC_K8S_CNI_EXTERNALSNAT");
  return {
    ...(mode === "strict" || mode === "standard" ? { mode } : {}),
    ...(externalSnat === undefined ? {} : { externalSnat: externalSnat === "true" }),
  };
}
