import type { NamedPort, Pod } from "@trunkline/core";
import { at, entries, type Field, flag, isMapping, labels, oneOf, shown, text } from "./fields.ts";
import { manifestPodUid } from "./pod-uid.ts";

/** Annotation that says which branch a pod holds: a JSON array, of which the first entry counts. */
const POD_ENI_ANNOTATION = "vpc.amazonaws.com/pod-eni";

const PHASES = ["Pending", "Running", "Succeeded", "Failed", "Unknown"] as const;

/** Reads a Pod of a known name. */
export function readPod(object: Field, namespace: string, name: string): Pod {
  const spec = at(object, "spec");
  const nodeName = text(at(spec, "nodeName"));
  const phase = oneOf(at(object, "status", "phase"), PHASES);
  const branchEniId = readBranch(at(object, "metadata", "annotations", POD_ENI_ANNOTATION));
  return {
    namespace,
    name,
    uid: text(at(object, "metadata", "uid")) || manifestPodUid(namespace, name),
    labels: labels(at(object, "metadata", "labels")),
    // `serviceAccount` is the deprecated spelling that the API server still fills in.
    serviceAccount:
      text(at(spec, "serviceAccountName")) || text(at(spec, "serviceAccount")) || "default",
    ...(nodeName ? { nodeName } : {}),
    hostNetwork: flag(at(spec, "hostNetwork")),
    ...(phase === undefined ? {} : { phase }),
    addresses: readAddresses(at(object, "status")),
    ...(branchEniId === undefined ? {} : { branchEniId }),
    ...readPorts(spec),
  };
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
  const protocol = oneOf(at(port, "protocol"), ["TCP", "UDP", "SCTP"]) ?? "TCP";
  const number = at(port, "containerPort");
  const isPort = Number.isInteger(number.value) && Number(number.value) > 0;
  if (!isPort || Number(number.value) > 65535) {
    number.report(number.path, `must be a port of 1..65535, found ${shown(number.value)}`);
    return [];
  }
  return name ? [{ name, protocol, port: Number(number.value) }] : [];
}

function readAddresses(status: Field): string[] {
  const addresses = entries(at(status, "podIPs")).flatMap((entry) => text(at(entry, "ip")) || []);
  const single = text(at(status, "podIP"));
  return addresses.length === 0 && single ? [single] : addresses;
}

function readBranch(annotation: Field): string | undefined {
  const json = text(annotation);
  if (!json) return undefined;
  const first = parseFirst(json);
  const eniId = first?.eniId;
  // The Go type spells it vlanID and older writers vlanId; both are in use.
  const vlanId = first?.vlanId ?? first?.vlanID;
  const isVlan = vlanId === undefined || (Number.isInteger(vlanId) && Number(vlanId) >= 0);
  if (typeof eniId === "string" && eniId !== "" && isVlan) return eniId;
  const wanted = 'a JSON array such as [{"eniId":"eni-1","vlanId":1}]';
  annotation.report(annotation.path, `must be ${wanted}, found ${shown(json)}`);
  return undefined;
}

function parseFirst(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    const first: unknown = Array.isArray(parsed) ? parsed[0] : undefined;
    return isMapping(first) ? first : undefined;
  } catch {
    // Not JSON: reported by the caller like any other wrong form.
    return undefined;
  }
}
