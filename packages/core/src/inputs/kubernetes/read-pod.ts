import type { NamedPort, Pod } from "../../world/cluster.ts";
import {
  at,
  entries,
  type Field,
  flag,
  labels,
  oneOf,
  report,
  requiredText,
  text,
  wholeNumber,
} from "../field.ts";
import { isMapping, type Mapping, shown } from "../plain.ts";
import { manifestPodUid } from "./pod-uid.ts";

/** Annotation that says which branch a pod holds: a JSON array, of which the first entry counts. */
const POD_ENI_ANNOTATION = "vpc.amazonaws.com/pod-eni";

/** Annotation that says which groups Fargate gave a pod: ids joined by commas. */
const FARGATE_ANNOTATION = "fargate.amazonaws.com/pod-sg";

const PHASES = ["Pending", "Running", "Succeeded", "Failed", "Unknown"] as const;
const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

/** The object that made another one and keeps it. Source: metav1.OwnerReference. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** Reads a Pod of a known name. */
export function readPod(object: Field, namespace: string, name: string): Pod {
  const nodeName = text(at(object, "spec", "nodeName"));
  const phase = oneOf(at(object, "status", "phase"), PHASES);
  const branchEniId = readBranch(at(object, "metadata", "annotations", POD_ENI_ANNOTATION));
  const fargate = text(at(object, "metadata", "annotations", FARGATE_ANNOTATION));
  const fargateGroupIds = fargate?.split(",").map((id) => id.trim());
  return {
    namespace,
    name,
    uid: text(at(object, "metadata", "uid")) || manifestPodUid(namespace, name),
    ...readTemplate(object),
    ...(nodeName ? { nodeName } : {}),
    ...(phase === undefined ? {} : { phase }),
    addresses: readAddresses(at(object, "status")),
    ...(branchEniId === undefined ? {} : { branchEniId }),
    ...(fargateGroupIds === undefined ? {} : { fargateGroupIds }),
  };
}

/** What a pod has in common with the template it is made from. */
export type PodTemplate = Pick<Pod, "labels" | "serviceAccount" | "hostNetwork" | "ports">;

/** Reads a pod, or a template of pods. */
export function readTemplate(template: Field): PodTemplate {
  const spec = at(template, "spec");
  return {
    labels: labels(at(template, "metadata", "labels")),
    // `serviceAccount` is the deprecated spelling that the API server still fills in.
    serviceAccount:
      text(at(spec, "serviceAccountName")) || text(at(spec, "serviceAccount")) || "default",
    hostNetwork: flag(at(spec, "hostNetwork")),
    ...readPorts(spec),
  };
}

/** Reads the owner that controls an object; there is one at most. */
export function readOwner(object: Field): Owner | undefined {
  const owner = entries(at(object, "metadata", "ownerReferences")).find(
    (reference) => at(reference, "controller").value === true,
  );
  const kind = owner && requiredText(at(owner, "kind"));
  const name = owner && requiredText(at(owner, "name"));
  return kind === undefined || name === undefined ? undefined : { kind, name };
}

// A pod that lists no containers is known by its record only; its ports may have any names.
function readPorts(spec: Field): { readonly ports?: readonly NamedPort[] } {
  const containers = at(spec, "containers");
  if (containers.value === undefined) return {};
  const all = [...entries(at(spec, "initContainers")), ...entries(containers)];
  return { ports: all.flatMap((one) => entries(at(one, "ports")).flatMap(readPort)) };
}

function readPort(port: Field): readonly NamedPort[] {
  const name = text(at(port, "name"));
  const protocol = oneOf(at(port, "protocol"), PROTOCOLS) ?? "TCP";
  const field = at(port, "containerPort");
  if (field.value === undefined) report(field, "missing");
  const number = wholeNumber(field, 1, 65_535);
  return name && number !== undefined ? [{ name, protocol, port: number }] : [];
}

function readAddresses(status: Field): readonly string[] {
  const addresses = entries(at(status, "podIPs")).flatMap((entry) => text(at(entry, "ip")) || []);
  const single = text(at(status, "podIP"));
  return addresses.length === 0 && single ? [single] : addresses;
}

function readBranch(annotation: Field): string | undefined {
  const json = text(annotation);
  if (!json) return undefined;
  const first = parseFirst(json);
  const eniId = first?.["eniId"];
  // The Go type spells it vlanID and older writers vlanId; both are in use.
  const vlanId = first?.["vlanId"] ?? first?.["vlanID"];
  const isVlan = vlanId === undefined || (Number.isInteger(vlanId) && Number(vlanId) >= 0);
  if (typeof eniId === "string" && eniId !== "" && isVlan) return eniId;
  const wanted = 'a JSON array such as [{"eniId":"eni-1","vlanId":1}]';
  return report(annotation, `must be ${wanted}, found ${shown(json)}`);
}

function parseFirst(json: string): Mapping | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    const first: unknown = Array.isArray(parsed) ? parsed[0] : undefined;
    return isMapping(first) ? first : undefined;
  } catch {
    // Not JSON: reported by the caller like any other wrong form.
    return undefined;
  }
}
