import { describe, expect, it } from "vitest";
import type { Match } from "../groups/match.ts";
import { tryParseAddress } from "../net/address.ts";
import { cidrOf, parseCidr } from "../net/cidr.ts";
import { parseProtocol } from "../net/protocol.ts";
import type { LabelSelector, NodeObject, Pod } from "../world/cluster.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import type {
  AdminNetworkPolicy,
  BaselineAdminNetworkPolicy,
  ClusterNetworkPolicy,
  NetworkPolicy,
} from "../world/network-policy.ts";
import type { World } from "../world/world.ts";
import { indexWorld, type WorldIndex } from "../world/world-index.ts";
import { judgeNetworkPolicies, type PolicyOptions } from "./judge-network-policies.ts";
import type { PolicyAnswer } from "./policy-answer.ts";
import type { PolicyEnd, ServiceHop, Within } from "./policy-end.ts";

// A cluster for network policies: two namespaces that are known and one that is not, pods with
// labels that tell them apart, named ports that differ by pod, both families, a host-network pod, a
// finished pod and one that has not started.

/** A policy of any kind, for the list it belongs into. */
export type AnyPolicy =
  | { readonly list: "networkPolicies"; readonly policy: NetworkPolicy }
  | { readonly list: "clusterNetworkPolicies"; readonly policy: ClusterNetworkPolicy }
  | { readonly list: "adminNetworkPolicies"; readonly policy: AdminNetworkPolicy }
  | { readonly list: "baselineAdminNetworkPolicies"; readonly policy: BaselineAdminNetworkPolicy };

/** A NetworkPolicy of namespace shop, or of "namespace/name". */
export function np(name: string, spec: Partial<NetworkPolicy["spec"]>): AnyPolicy {
  const [first, second] = name.split("/");
  const [namespace, own] = second === undefined ? ["shop", first] : [first, second];
  const policy = { namespace, name: own, spec: { podSelector: {}, ...spec } };
  return { list: "networkPolicies", policy };
}

/** A ClusterNetworkPolicy for all pods, in the Admin tier with priority 10 unless it says else. */
export function cnp(name: string, spec: Partial<ClusterNetworkPolicy["spec"]>): AnyPolicy {
  const common = { tier: "Admin", priority: 10, subject: { namespaces: {} } } as const;
  return { list: "clusterNetworkPolicies", policy: { name, spec: { ...common, ...spec } } };
}

/** An AdminNetworkPolicy for all pods with priority 10 unless it says else. */
export function anp(name: string, spec: Partial<AdminNetworkPolicy["spec"]>): AnyPolicy {
  const common = { priority: 10, subject: { namespaces: {} } };
  return { list: "adminNetworkPolicies", policy: { name, spec: { ...common, ...spec } } };
}

/** The BaselineAdminNetworkPolicy, for all pods unless it says else. */
export function banp(spec: Partial<BaselineAdminNetworkPolicy["spec"]>): AnyPolicy {
  const policy = { name: "default", spec: { subject: { namespaces: {} }, ...spec } };
  return { list: "baselineAdminNetworkPolicies", policy };
}

/** A selector of one label: labels("app", "web"). */
export function labels(key: string, value: string): LabelSelector {
  return { matchLabels: { [key]: value } };
}

function pod(fullName: string, own: Partial<Pod>): Pod {
  const [namespace, name] = fullName.split("/");
  const common = { serviceAccount: "default", hostNetwork: false, phase: "Running" } as const;
  return {
    namespace,
    name,
    uid: name,
    labels: { app: name },
    addresses: [],
    ...common,
    ...own,
  };
}

/** The pods of the cluster. */
export function clusterPods(): readonly Pod[] {
  const http = (port: number) => ({ name: "http", protocol: "TCP", port }) as const;
  return [
    pod("shop/web", {
      labels: { app: "web", empty: "" },
      nodeName: "n1",
      addresses: ["10.0.1.1", "2001:db8::1"],
      ports: [http(8080), { name: "dns", protocol: "UDP", port: 5353 }],
    }),
    pod("shop/api", {
      nodeName: "n1",
      addresses: ["10.0.1.2", "2001:db8::2"],
      ports: [http(9090)],
    }),
    pod("bank/db", { nodeName: "n2", addresses: ["10.0.2.1"], ports: [http(5432)] }),
    pod("ops/tool", { nodeName: "n2", addresses: ["10.0.3.1"], ports: [] }),
    pod("shop/host", { nodeName: "n1", hostNetwork: true, addresses: ["10.0.0.1"] }),
    pod("shop/done", { nodeName: "n1", phase: "Succeeded", addresses: ["10.0.1.9"] }),
    pod("shop/new", { phase: "Pending" }),
  ];
}

/** The nodes of the cluster. */
function clusterNodes(): readonly NodeObject[] {
  return [
    { name: "n1", labels: { zone: "a" } },
    { name: "n2", labels: { zone: "b" } },
  ];
}

/** The cluster with these policies. */
export function cluster(policies: readonly AnyPolicy[]): World {
  const of = (list: AnyPolicy["list"]) =>
    policies.filter((one) => one.list === list).map(({ policy }) => policy);
  // Each policy stands beside the name of its own list.
  return {
    ...fixtureF(),
    namespaces: [
      { name: "shop", labels: { team: "a", empty: "" } },
      { name: "bank", labels: { team: "b" } },
    ],
    pods: clusterPods(),
    nodes: clusterNodes(),
    networkPolicies: of("networkPolicies"),
    clusterNetworkPolicies: of("clusterNetworkPolicies"),
    adminNetworkPolicies: of("adminNetworkPolicies"),
    baselineAdminNetworkPolicies: of("baselineAdminNetworkPolicies"),
  } as World;
}

/** What a row asks besides its policies. */
export interface AskOptions extends PolicyOptions {
  readonly service?: ServiceHop;
}

/**
 * Asks one end: "in shop/web from shop/api tcp/80", "out shop/web to 10.9.9.9 udp/53", with "v6" at
 * the end for IPv6. Ends are pods, nodes and addresses.
 */
export function ask(
  policies: readonly AnyPolicy[],
  question: string,
  options: AskOptions = {},
): PolicyAnswer {
  return askWorld(indexWorld(cluster(policies)), question, options);
}

/** {@link ask} for a cluster that is indexed already. */
export function askWorld(
  index: WorldIndex,
  question: string,
  { service, ...options }: AskOptions = {},
): PolicyAnswer {
  const [direction, end, , peer, traffic, version] = question.split(" ");
  const isV6 = version === "v6" || peer.includes(":");
  const family = isV6 ? 6 : 4;
  const [protocolText, port = "0"] = traffic.split("/");
  const protocol = protocolText === "sctp" ? 132 : parseProtocol(protocolText);
  return judgeNetworkPolicies(
    {
      direction: direction === "in" ? "ingress" : "egress",
      end: endNamed(end, family),
      peer: endNamed(peer, family),
      traffic: { family, protocol, port: Number(port) },
      ...(service === undefined ? {} : { service }),
    },
    index,
    options,
  );
}

function endNamed(name: string, family: 4 | 6): PolicyEnd {
  const address = tryParseAddress(name);
  if (address !== undefined) return { kind: "other", title: name, within: blocks([name], family) };
  const found = clusterPods().find((one) => `${one.namespace}/${one.name}` === name);
  if (found === undefined) {
    const own = name === "n1" ? "10.0.0.1" : "10.0.0.2";
    return { kind: "node", nodeName: name, hostPod: undefined, within: blocks([own], family) };
  }
  const within = blocks(found.addresses, family);
  if (!found.hostNetwork) return { kind: "pod", pod: found, within };
  return { kind: "node", nodeName: found.nodeName, hostPod: found, within };
}

function blocks(addresses: readonly string[], family: 4 | 6): Within {
  if (addresses.length === 0) return [parseCidr(family === 4 ? "10.0.0.0/16" : "2001:db8::/56")];
  return addresses.flatMap((text) => {
    const address = tryParseAddress(text);
    return address?.family === family ? [cidrOf(address, family === 4 ? 32 : 128)] : [];
  });
}

/** A fact with the number of the pitfall it avoids, policies, a question, the answer. */
export type PolicyRow = readonly [
  fact: string,
  policies: readonly AnyPolicy[],
  question: string,
  answer: Match,
  options?: AskOptions,
];

/** One test a row. */
export function policyTable(title: string, rows: readonly PolicyRow[]): void {
  describe(title, () => {
    it.each(rows)("%s", (...row) => {
      const [, policies, question, answer, options] = row as unknown as PolicyRow;
      expect(ask(policies, question, options).answer).toBe(answer);
    });
  });
}
