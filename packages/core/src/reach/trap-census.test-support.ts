import { formatAddress, tryParseAddress } from "../net/address.ts";
import { baseAddress, type Cidr, cidrContains } from "../net/cidr.ts";
import type { ReadPolicy } from "../network-policies/read-policy.ts";
import type { LabelSelector } from "../world/cluster.ts";
import { indexWorld, type WorldIndex } from "../world/world-index.ts";
import { policiesOf } from "./policy-vocabulary.ts";
import type { ReachCase } from "./reach-world.test-support.ts";

// Which of the semantic traps a fuzzed world has. Found in the world itself, not in how it was made.

/** What a world may have that evaluators get wrong. */
export type Trap =
  | "absent key"
  | "empty value"
  | "port name that means two numbers"
  | "edge of an except"
  | "hole that masks"
  | "mixed families"
  | "equal priorities"
  | "Pass before another rule"
  | "group that names itself"
  | "both modes"
  | "range of ports"
  | "more ports than fit"
  | "pod without a node"
  | "broken policy";

interface Sight {
  readonly index: WorldIndex;
  readonly options: ReachCase["options"];
  /** Those that are enforced. */
  readonly policies: readonly ReadPolicy[];
}

const isThere: { readonly [Name in Trap]: (sight: Sight) => boolean } = {
  "absent key": ({ index, policies }) =>
    expressions(policies).some(
      ({ key, operator }) =>
        (operator === "NotIn" || operator === "DoesNotExist") &&
        index.world.pods.some(({ labels }) => !Object.hasOwn(labels, key)),
    ),
  "empty value": ({ index, policies }) =>
    keysOf(policies).some((key) => index.world.pods.some(({ labels }) => labels[key] === "")),
  "port name that means two numbers": ({ index, policies }) =>
    portsOf(policies).some(
      (port) => port.kind === "named" && numbersNamed(port.name, index).size > 1,
    ),
  "edge of an except": ({ index, policies }) =>
    holesOf(policies).some((hole) => isEdgeUsed(hole, index)),
  "hole that masks": ({ index, options, policies }) =>
    options.networkPolicyModel === "aws" &&
    policies.some(
      (one) => one.tier === "NetworkPolicy" && holesOf([one]).some((hole) => isUsed(hole, index)),
    ),
  "mixed families": ({ index }) => {
    const kinds = new Set(
      [...index.interfaces.values()].map(({ addresses }) => families(addresses)),
    );
    return kinds.has("4") && kinds.has("6") && (kinds.has("46") || kinds.has("64"));
  },
  "equal priorities": ({ policies }) => {
    const ordered = policies.filter(
      ({ tier, problems }) => tier !== "NetworkPolicy" && !problems[0],
    );
    const places = ordered.map(({ tier, priority }) => `${tier} ${priority}`);
    return new Set(places).size < places.length;
  },
  "Pass before another rule": ({ policies }) =>
    policies.some((one) =>
      rulesOf(one)
        .slice(0, -1)
        .some(({ action }) => action === "Pass"),
    ),
  "group that names itself": ({ index }) =>
    index.world.groups.some(({ groupId, rules }) => {
      const isHeld = index.world.interfaces.some(({ groupIds }) => groupIds.includes(groupId));
      return isHeld && rules.some(({ peer }) => peer.kind === "group" && peer.groupId === groupId);
    }),
  "both modes": ({ index }) =>
    new Set(index.world.pods.flatMap(({ branchEniId, mode }) => (branchEniId && mode) || [])).size >
    1,
  "range of ports": ({ policies }) =>
    portsOf(policies).some((port) => port.kind === "range" && port.toPort > port.fromPort),
  "more ports than fit": ({ options, policies }) =>
    options.networkPolicyModel === "aws" &&
    policies.some((one) => portsOf([one]).length > 24 && one.tier === "NetworkPolicy"),
  "pod without a node": ({ index }) =>
    index.world.pods.some(({ nodeName }) => nodeName === undefined),
  "broken policy": ({ policies }) => policies.some(({ problems }) => problems.length > 0),
};

/** The traps of a case. */
export function trapsOf({ world, options }: ReachCase): readonly Trap[] {
  const index = indexWorld(world);
  const set = index.networkPolicies;
  const isOff = set === undefined || world.settings.networkPolicyEngine === "none";
  const sight = { index, options, policies: isOff ? [] : policiesOf(set) };
  return (Object.keys(isThere) as Trap[]).filter((trap) => isThere[trap](sight));
}

/** All of them. */
export const TRAPS = Object.keys(isThere) as readonly Trap[];

function rulesOf({ ingress = [], egress = [] }: ReadPolicy) {
  return [...ingress, ...egress];
}

function portsOf(policies: readonly ReadPolicy[]) {
  return policies.flatMap(rulesOf).flatMap(({ ports = [] }) => ports);
}

function holesOf(policies: readonly ReadPolicy[]): readonly Cidr[] {
  const peers = policies.flatMap(rulesOf).flatMap((rule) => rule.peers ?? []);
  return peers
    .flatMap((peer) => (peer.kind === "blocks" ? peer.blocks : []))
    .flatMap(({ except }) => except);
}

function selectorsOf(policies: readonly ReadPolicy[]): readonly LabelSelector[] {
  const peers = policies.flatMap(rulesOf).flatMap((rule) => rule.peers ?? []);
  const chosen = peers.flatMap((peer) => (peer.kind === "pods" ? peer.pods : []));
  return [...policies.map(({ subject }) => subject.pods), ...chosen];
}

function expressions(policies: readonly ReadPolicy[]) {
  return selectorsOf(policies).flatMap(({ matchExpressions = [] }) => matchExpressions);
}

function keysOf(policies: readonly ReadPolicy[]): readonly string[] {
  const named = selectorsOf(policies).flatMap(({ matchLabels = {} }) => Object.keys(matchLabels));
  return [...named, ...expressions(policies).map(({ key }) => key)];
}

function numbersNamed(name: string, { world }: WorldIndex): ReadonlySet<string> {
  const ports = world.pods.flatMap((pod) => pod.ports ?? []).filter((port) => port.name === name);
  return new Set(ports.map(({ protocol, port }) => `${protocol} ${port}`));
}

function addressesOf({ world }: WorldIndex) {
  return world.pods.flatMap(({ addresses }) =>
    addresses.flatMap((text) => tryParseAddress(text) ?? []),
  );
}

function isUsed(hole: Cidr, index: WorldIndex): boolean {
  return addressesOf(index).some((address) => cidrContains(hole, address));
}

// Its first address, or the one before it.
function isEdgeUsed(hole: Cidr, index: WorldIndex): boolean {
  const first = formatAddress(baseAddress(hole));
  return addressesOf(index).some((address) => formatAddress(address) === first);
}

function families(addresses: readonly string[]): string {
  const all = addresses.flatMap((text) => tryParseAddress(text)?.family ?? []);
  return [...new Set(all)].join("");
}
