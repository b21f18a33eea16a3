import type { Cidr } from "../net/cidr.ts";
import type { PolicySet } from "../network-policies/policy-set.ts";
import type { AddressBlock, PolicyRule, ReadPolicy } from "../network-policies/read-policy.ts";
import type { LabelSelector } from "../world/cluster.ts";

/** What the policies of a world can tell apart about pods and nodes. */
export interface PolicyVocabulary {
  /** Keys of pod labels that some selector names. */
  readonly labelKeys: ReadonlySet<string>;
  readonly hasPortNames: boolean;
  /** Selectors of nodes, each once. */
  readonly nodeSelectors: readonly LabelSelector[];
  /** Blocks of addresses, holes included; some more than once. */
  readonly blocks: readonly Cidr[];
}

/** Reads the vocabulary of all policies. */
export function vocabularyOf(set: PolicySet): PolicyVocabulary {
  return wordsOfPolicies(policiesOf(set));
}

/** Reads the vocabulary of some policies. */
export function wordsOfPolicies(policies: readonly ReadPolicy[]): PolicyVocabulary {
  const labelKeys = new Set<string>();
  const nodeSelectors = new Map<string, LabelSelector>();
  const blocks: Cidr[] = [];
  let hasPortNames = false;
  const readRules = (rules: readonly PolicyRule[] | undefined) => {
    for (const { peers, ports } of rules ?? none) {
      if (!hasPortNames && ports?.some(({ kind }) => kind === "named")) hasPortNames = true;
      for (const peer of peers ?? none) {
        if (peer.kind === "pods") addKeys(peer.pods, labelKeys);
        if (peer.kind === "nodes") nodeSelectors.set(JSON.stringify(peer.nodes), peer.nodes);
        if (peer.kind === "blocks") addBlocks(peer.blocks, blocks);
      }
    }
  };
  for (const policy of policies) {
    addKeys(policy.subject.pods, labelKeys);
    readRules(policy.ingress);
    readRules(policy.egress);
  }
  return { labelKeys, hasPortNames, nodeSelectors: [...nodeSelectors.values()], blocks };
}

const none: readonly never[] = [];

/** All policies of a set. */
export function policiesOf({ admin, baseline, byNamespace }: PolicySet): readonly ReadPolicy[] {
  const all = [...admin, ...baseline];
  for (const own of byNamespace.values()) for (const policy of own) all.push(policy);
  return all;
}

function addBlocks(from: readonly AddressBlock[], to: Cidr[]): void {
  for (const { cidr, except } of from) to.push(cidr, ...except);
}

function addKeys({ matchLabels, matchExpressions }: LabelSelector, keys: Set<string>): void {
  for (const key in matchLabels) keys.add(key);
  for (const { key } of matchExpressions ?? none) keys.add(key);
}
