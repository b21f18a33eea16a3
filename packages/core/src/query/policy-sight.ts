import { hasPolicies } from "../network-policies/policy-set.ts";
import { vocabularyOf } from "../reach/policy-vocabulary.ts";
import type { LabelSelector, Labels } from "../world/cluster.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** What network policies see of ends: the keys that their selectors name, and names of ports. */
export interface PolicySight {
  /** False without policies, which see nothing. */
  readonly isAny: boolean;
  readonly podKeys: ReadonlySet<string>;
  readonly nodeKeys: ReadonlySet<string>;
  readonly hasPortNames: boolean;
}

/** What the policies of some worlds see together. */
export function policySight(indexes: readonly WorldIndex[]): PolicySight {
  const sets = indexes.map(({ networkPolicies }) => networkPolicies).filter(hasPolicies);
  const words = sets.map(vocabularyOf);
  return {
    isAny: sets.length > 0,
    podKeys: new Set(words.flatMap(({ labelKeys }) => [...labelKeys])),
    nodeKeys: new Set(words.flatMap(({ nodeSelectors }) => nodeSelectors.flatMap(keysOf))),
    hasPortNames: words.some(({ hasPortNames }) => hasPortNames),
  };
}

/** The labels with these keys, in the order of keys. */
export function seenLabels(
  labels: Labels,
  keys: ReadonlySet<string>,
): readonly (readonly [string, string])[] {
  const seen = Object.entries(labels).filter(([key]) => keys.has(key));
  return seen.sort(([a], [b]) => (a < b ? -1 : 1));
}

function keysOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): readonly string[] {
  return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
}
