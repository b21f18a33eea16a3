import type { LoadBalancer } from "../../world/service.ts";
import { at, entries, type Field, oneOf, text } from "../field.ts";

// What the AWS Load Balancer Controller and the cloud provider make of a Service or an Ingress, by
// its annotations. Source: AWS Load Balancer Controller guide, "Service annotations" and "Ingress
// annotations".

const SERVICE = "service.beta.kubernetes.io/aws-load-balancer-";
const INGRESS = "alb.ingress.kubernetes.io/";
const TARGET_TYPES = ["instance", "ip"] as const;

/** Reads what stands in front of a Service of type LoadBalancer. */
export function readServiceBalancer(object: Field): LoadBalancer {
  const annotation = (key: string) => at(object, "metadata", "annotations", `${SERVICE}${key}`);
  const type = text(annotation("type"));
  const ofClass = text(at(object, "spec", "loadBalancerClass")) ?? "";
  const isNetwork = ["external", "nlb", "nlb-ip"].includes(type ?? "") || ofClass.endsWith("/nlb");
  const targetType =
    oneOf(annotation("nlb-target-type"), TARGET_TYPES) ?? (type === "nlb-ip" ? "ip" : "instance");
  const attributes = text(annotation("target-group-attributes")) ?? "";
  const preserves = /(?:^|,)\s*preserve_client_ip\.enabled=(true|false)/.exec(attributes)?.[1];
  return {
    kind: isNetwork ? "network" : "classic",
    targetType: isNetwork ? targetType : "instance",
    ...nameOf(object, annotation("name")),
    ...groupsOf(annotation("security-groups")),
    ...(preserves === undefined ? {} : { preservesClientIp: preserves === "true" }),
  };
}

/** Reads what stands in front of an Ingress; undefined when it is not one of the controller. */
export function readIngressBalancer(object: Field): LoadBalancer | undefined {
  const annotations = at(object, "metadata", "annotations");
  const annotation = (key: string) => at(annotations, `${INGRESS}${key}`);
  const ofClass =
    text(at(object, "spec", "ingressClassName")) ??
    text(at(annotations, "kubernetes.io/ingress.class"));
  const scheme = text(annotation("scheme"));
  if (ofClass === undefined ? scheme === undefined : ofClass !== "alb") return undefined;
  return {
    kind: "application",
    targetType: oneOf(annotation("target-type"), TARGET_TYPES) ?? "instance",
    ...nameOf(object, annotation("load-balancer-name")),
    ...groupsOf(annotation("security-groups")),
  };
}

// The name that was asked for, else the one in the host name that ELB gave.
function nameOf(object: Field, asked: Field): { readonly name?: string } {
  const hosts = entries(at(object, "status", "loadBalancer", "ingress"));
  const hostname = hosts.flatMap((host) => text(at(host, "hostname")) ?? [])[0] ?? "";
  const given = /^(?:internal-)?(.+)-[0-9a-f]+\.(?:elb\.[^.]+|[^.]+\.elb)\.amazonaws\./.exec(
    hostname,
  );
  const name = text(asked) ?? given?.[1];
  return name === undefined ? {} : { name };
}

// Groups may be given by name too, which says nothing here.
function groupsOf(annotation: Field): { readonly groupIds?: readonly string[] } {
  const listed = (text(annotation) ?? "").split(",").map((one) => one.trim());
  const groupIds = listed.filter((one) => one !== "");
  const areIds = groupIds.length > 0 && groupIds.every((one) => one.startsWith("sg-"));
  return areIds ? { groupIds } : {};
}
