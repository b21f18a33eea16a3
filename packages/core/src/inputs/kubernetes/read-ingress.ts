import type { EniConfig } from "../../world/eni-config.ts";
import type { Ingress, IngressBackend } from "../../world/service.ts";
import { at, entries, type Field, requiredText, text, texts } from "../field.ts";
import { readIngressBalancer } from "./read-load-balancer.ts";
import { readPortOrName } from "./read-service.ts";

/** Port of a backend that an annotation stands for, not a Service. */
const BY_ANNOTATION = "use-annotation";

/** Reads an Ingress of a known name. */
export function readIngress(object: Field, namespace: string, name: string): Ingress {
  const spec = at(object, "spec");
  const paths = entries(at(spec, "rules")).flatMap((rule) => entries(at(rule, "http", "paths")));
  const all = [at(spec, "defaultBackend"), ...paths.map((path) => at(path, "backend"))];
  const backends = new Map(
    all.flatMap(readBackend).map((one) => [`${one.serviceName} ${one.port}`, one]),
  );
  const loadBalancer = readIngressBalancer(object);
  return {
    namespace,
    name,
    backends: [...backends.values()],
    ...(loadBalancer === undefined ? {} : { loadBalancer }),
  };
}

function readBackend(backend: Field): readonly IngressBackend[] {
  const service = at(backend, "service");
  if (service.value === undefined) return [];
  const serviceName = requiredText(at(service, "name")) ?? "";
  const number = readPortOrName(at(service, "port", "number"));
  const port = number ?? text(at(service, "port", "name"));
  return port === undefined || port === BY_ANNOTATION ? [] : [{ serviceName, port }];
}

/** Reads an ENIConfig of a known name. */
export function readEniConfig(object: Field, name: string): EniConfig {
  const spec = at(object, "spec");
  return {
    name,
    subnetId: requiredText(at(spec, "subnet")) ?? "",
    groupIds: texts(at(spec, "securityGroups")),
  };
}
