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
  const labelKeys = new Set<string>();
  const blocks: Cidr[] = [];
  const nodeSelectors = new Map<string, LabelSelector>();
  let hasPortNames = false;
  for (const policy of policiesOf(set)) {
    addKeys(policy.subject.pods, labelKeys);
    for (const { peers = [], ports = [] } of rulesOf(policy)) {
      hasPortNames ||= ports.some(({ kind }) => kind === "named");
      for (const peer of peers) {
        if (peer.kind === "pods") addKeys(peer.pods, labelKeys);
        if (peer.kind === "nodes") nodeSelectors.set(JSON.stringify(peer.nodes), peer.nodes);
        if (peer.kind === "blocks") addBlocks(peer.blocks, blocks);
      }
    }
  }
  return { labelKeys, hasPortNames, nodeSelectors: [...nodeSelectors.values()], blocks };
}

/** All policies of a set. */
export function policiesOf(set: PolicySet): readonly ReadPolicy[] {
  return [...set.admin, ...set.baseline, ...[...set.byNamespace.values()].flat()];
}

function rulesOf({ ingress = [], egress = [] }: ReadPolicy): readonly PolicyRule[] {
  return [...ingress, ...egress];
}

function addBlocks(from: readonly AddressBlock[], to: Cidr[]): void {
  for (const { cidr, except } of from) to.push(cidr, ...except);
}

function addKeys({ matchLabels = {}, matchExpressions = [] }: LabelSelector, keys: Set<string>) {
  for (const key of Object.keys(matchLabels)) keys.add(key);
  for (const { key } of matchExpressions) keys.add(key);
}
