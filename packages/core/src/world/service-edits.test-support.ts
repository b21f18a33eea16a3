import { type Edit, edited } from "./edits.test-support.ts";
import type { EndpointSlice, Ingress, LoadBalancer, Service } from "./service.ts";
import type { World } from "./world.ts";

/** A Service that selects pods by role, tcp/80 to their port 8080, node port 30080. */
function service(fullName: string, parts: Partial<Service> = {}): Service {
  const [namespace, name] = fullName.split("/");
  return {
    namespace,
    name,
    type: "ClusterIP",
    isHeadless: false,
    clusterIps: ["172.20.0.10"],
    selector: { role: name },
    ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8080, nodePort: 30080 }],
    ...parts,
  };
}

/** Adds a Service, as {@link service} makes it. */
export function addService(fullName: string, parts: Partial<Service> = {}): Edit {
  return (world) => ({
    ...world,
    services: [...(world.services ?? []), service(fullName, parts)],
  });
}

/** Adds a Service of type NodePort. */
export function nodePort(fullName: string, parts: Partial<Service> = {}): Edit {
  return addService(fullName, { type: "NodePort", ...parts });
}

/** Adds a Service of type LoadBalancer: a network one with instance targets unless said. */
export function loadBalanced(
  fullName: string,
  balancer: Partial<LoadBalancer> = {},
  parts: Partial<Service> = {},
): Edit {
  const loadBalancer = { ...networkBalancer, ...balancer };
  return addService(fullName, { type: "LoadBalancer", loadBalancer, ...parts });
}

const networkBalancer: LoadBalancer = {
  kind: "network",
  targetType: "instance",
  name: "lb-1",
  preservesClientIp: false,
};

/** Adds the endpoints of a Service: addresses, or names of pods of its namespace. */
export function addSlice(
  fullName: string,
  endpoints: readonly string[],
  parts: Partial<EndpointSlice> = {},
): Edit {
  const [namespace, serviceName] = fullName.split("/");
  const slice: EndpointSlice = {
    namespace,
    name: `${serviceName}-1`,
    serviceName,
    addressType: "IPv4",
    ports: [{ name: "http", protocol: "TCP", port: 8080 }],
    endpoints: endpoints.map((text) => {
      const isAddress = /[.:]/.test(text);
      return isAddress
        ? { addresses: [text], isReady: true }
        : { addresses: [], podName: text, isReady: true };
    }),
    ...parts,
  };
  return (world) => ({ ...world, endpointSlices: [...(world.endpointSlices ?? []), slice] });
}

/** Adds an Ingress to the http port of one Service. */
export function addIngress(fullName: string, parts: Partial<Ingress> = {}): Edit {
  const [namespace, name] = fullName.split("/");
  const ingress: Ingress = {
    namespace,
    name,
    backends: [{ serviceName: name, port: "http" }],
    loadBalancer: { kind: "application", targetType: "instance", name: "alb-1" },
    ...parts,
  };
  return (world) => ({ ...world, ingresses: [...(world.ingresses ?? []), ingress] });
}

/** Several edits as one. */
export function all(...edits: readonly Edit[]): Edit {
  return (world: World) => edited(world, ...edits);
}
