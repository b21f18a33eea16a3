import { type Address, formatAddress } from "../net/address.ts";
import { type Cidr, cidrContains, formatCidr, tryParseCidr } from "../net/cidr.ts";
import { policyBlocks } from "../network-policies/policy-blocks.ts";
import { asIndex } from "../verdict/evaluate.ts";
import type { Endpoint, EvaluateOptions } from "../verdict/explanation.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { addressEndpoint, blocksOf, everyAddress, type Part, partsOf } from "./blocks.ts";
import { type Answer, type ClassVerdicts, classVerdicts } from "./class-verdicts.ts";
import {
  otherParties,
  type Party,
  type PartyPlacer,
  partyPlacer,
  podParties,
  type SharedClasses,
} from "./party.ts";

/** A world made ready for questions about many ends at once. */
export interface Survey {
  readonly index: WorldIndex;
  readonly placer: PartyPlacer;
  readonly verdicts: ClassVerdicts;
  /** Pods, nodes and other interfaces, each sorted by name. */
  readonly parties: readonly Party[];
  /** Blocks that are no peers outside: VPCs, public addresses of interfaces, what nodes answer. */
  readonly inside: readonly Cidr[];
}

/**
 * Makes a world ready; the options hold for all answers.
 *
 * @param shared what surveys of several worlds share.
 */
export function surveyOf(
  world: World | WorldIndex,
  options: EvaluateOptions,
  shared: SharedClasses = {},
): Survey {
  const index = asIndex(world);
  const inside = insideOf(index);
  const blocks = [...inside.map(formatCidr), ...(shared.blocks ?? [])];
  const placer = partyPlacer(index, options.mode, { ...shared, blocks });
  const parties = [...podParties(index, placer), ...otherParties(index, placer)];
  return { index, placer, verdicts: classVerdicts(index, options), parties, inside };
}

/** The blocks that a survey of a world tells apart. */
export function surveyBlocks(index: WorldIndex): readonly string[] {
  const more = insideOf(index).map(formatCidr);
  const { cidrs } = blocksOf(index.world, [...more, ...policyBlocks(index.networkPolicies)]);
  return cidrs.map(formatCidr);
}

// Answered by AWS or the node itself: see specialPath and exemptDestinations.
const localBlocks = ["169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "255.255.255.255/32"];

function insideOf({ world }: WorldIndex): readonly Cidr[] {
  const vpcs = world.vpcs.flatMap(({ cidrs }) => cidrs);
  const own = world.interfaces.flatMap(({ publicAddress }) => publicAddress ?? []);
  const hosts = own.map((text) => `${text}/${text.includes(":") ? 128 : 32}`);
  return [...localBlocks, ...vpcs, ...hosts].flatMap((text) => tryParseCidr(text) ?? []);
}

/** The party that an endpoint names. Throws as `evaluate` does for one that names nothing. */
export function partyOf(survey: Survey, endpoint: Endpoint): Party {
  const known = survey.parties.find(({ endpoint: own }) => isSameEndpoint(own, endpoint));
  if (known !== undefined) return known;
  const kind = endpoint.kind === "name" ? "node" : endpoint.kind;
  return survey.placer.place(endpointText(endpoint), kind, endpoint);
}

/** An endpoint for people: "shop/api", "10.0.1.50", "eni-1", "db1", "Service shop/db". */
export function endpointText(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case "pod":
      return `${endpoint.namespace}/${endpoint.name}`;
    case "address":
      return endpoint.address;
    case "interface":
      return endpoint.eniId;
    case "name":
      return endpoint.name;
    case "service": {
      const name = `Service ${endpoint.namespace}/${endpoint.name}`;
      return endpoint.portName === undefined ? name : `${name} ${endpoint.portName}`;
    }
    case "ingress":
      return `Ingress ${endpoint.namespace}/${endpoint.name}`;
  }
}

/**
 * Splits all addresses outside the world into the fewest blocks of one key each; blocks without a
 * key are left out.
 */
export function outsideParts(
  survey: Survey,
  keyAt: (party: Party) => string | undefined,
): readonly Part<string>[] {
  const known = new Map<string, string | undefined>();
  const valueAt = (address: Address): string | undefined => {
    if (survey.inside.some((cidr) => cidrContains(cidr, address))) return undefined;
    const region = survey.placer.blocks.closest(address);
    if (!known.has(region)) {
      const text = formatAddress(address);
      known.set(region, keyAt(survey.placer.place(text, "address", addressEndpoint(address))));
    }
    return known.get(region);
  };
  return ([4, 6] as const).flatMap((family) =>
    partsOf(everyAddress(family), survey.placer.blocks.cidrs, valueAt).flatMap(({ cidr, value }) =>
      value === undefined ? [] : [{ cidr, value }],
    ),
  );
}

/** Answers with equal keys have the same reason. */
export function reasonKey({ verdict, pathKind, rules, policies }: Answer): string {
  const ids = rules.map((one) => `${one.groupId}/${one.rule.ruleId}`);
  return [verdict, pathKind, ...ids, ...policies].join(" ");
}

function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
  // A hint about the branch of a pod changes where it is placed.
  if (b.kind === "pod" && b.eniId !== undefined) return false;
  return a.kind === b.kind && endpointText(a) === endpointText(b);
}
