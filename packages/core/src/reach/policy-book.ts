import type { PolicySet } from "../network-policies/policy-set.ts";
import type { PolicyDirection, PolicyTier, ReadPolicy } from "../network-policies/read-policy.ts";
import type { SwitchValues } from "../network-policies/switches.ts";
import { IntLists, NO_ITEMS } from "./int-lists.ts";
import { addTo } from "./numbering.ts";
import type { PodSpots } from "./pod-spots.ts";
import { policiesOf } from "./policy-vocabulary.ts";

/** The policies that speak about a spot, as numbers of lists. */
export interface SpotPolicies {
  readonly admin: number;
  readonly own: number;
  readonly baseline: number;
  /** True when a valid NetworkPolicy selects it, for whichever direction. */
  readonly isSelected: boolean;
  /** True when its namespace has a NetworkPolicy that is broken. */
  readonly isUnsure: boolean;
}

/** By spot: the list of the policies of a tier. */
type Lists = Record<PolicyTier, Int32Array>;

/** Which policies speak about which spots, in either direction. */
export class PolicyBook {
  /** All policies; numbers are positions. In each tier in the order of titles. */
  readonly policies: readonly ReadPolicy[];
  /** Lists of policies, ascending. */
  readonly lists = new IntLists();
  readonly #spots: PodSpots;
  readonly #broken: ReadonlySet<string>;
  readonly #isSelected: Uint8Array;
  readonly #bySpot: { readonly ingress: Lists; readonly egress: Lists };

  /** All spots must be there. */
  constructor(set: PolicySet, spots: PodSpots) {
    this.policies = policiesOf(set);
    this.#spots = spots;
    const broken = [...set.byNamespace].filter(([, own]) => own.some(isBroken));
    this.#broken = new Set(broken.map(([namespace]) => namespace));
    const { count } = spots;
    this.#isSelected = new Uint8Array(count);
    this.#bySpot = { ingress: emptyLists(count), egress: emptyLists(count) };
    for (const [number, policy] of this.policies.entries()) this.#place(policy, number);
  }

  /** The policies that speak about a spot in a direction. */
  ofSpot(spot: number, direction: PolicyDirection): SpotPolicies {
    const { Admin, NetworkPolicy, Baseline } = this.#bySpot[direction];
    return {
      admin: Admin[spot],
      own: NetworkPolicy[spot],
      baseline: Baseline[spot],
      isSelected: this.#isSelected[spot] === 1,
      isUnsure: this.#broken.size > 0 && this.#broken.has(this.#spots.namespaceOf(spot)),
    };
  }

  /** Policies of a list of one tier, by priority; those that are broken may come first. */
  byPriority(list: number): readonly (readonly number[])[] {
    const groups = new Map<number, number[]>();
    for (const number of this.lists.itemsOf(list)) {
      const policy = this.policies[number];
      addTo(groups, isBroken(policy) ? -1 : policy.priority, number);
    }
    return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
  }

  #place(policy: ReadPolicy, number: number): void {
    const { tier } = policy;
    if (isBroken(policy)) {
      // What a broken policy selects nobody knows; of a NetworkPolicy the namespace is certain.
      if (tier === "NetworkPolicy") return;
      for (const lists of [this.#bySpot.ingress[tier], this.#bySpot.egress[tier]]) {
        for (let spot = 0; spot < lists.length; spot++) {
          lists[spot] = this.lists.with(lists[spot], number);
        }
      }
      return;
    }
    const spots = this.#spots.chosenBy(policy.subject);
    const ingress = policy.ingress && this.#bySpot.ingress[tier];
    const egress = policy.egress && this.#bySpot.egress[tier];
    for (const spot of spots) {
      if (tier === "NetworkPolicy") this.#isSelected[spot] = 1;
      if (ingress) ingress[spot] = this.lists.with(ingress[spot], number);
      if (egress) egress[spot] = this.lists.with(egress[spot], number);
    }
  }
}

function emptyLists(count: number): Lists {
  const none = () => new Int32Array(count).fill(NO_ITEMS);
  return { Admin: none(), NetworkPolicy: none(), Baseline: none() };
}

/** True for a policy that no API server would store. */
export function isBroken({ problems }: ReadPolicy): boolean {
  return problems.length > 0;
}

/** Rules of a policy in the order in which a model asks them. */
export function inOrder<Rule extends { readonly action: string }>(
  rules: readonly (readonly Rule[])[],
  { orderInsidePolicy }: SwitchValues,
): readonly (readonly Rule[])[] {
  if (orderInsidePolicy === "written") return rules;
  return [...rules].sort((a, b) => rank(a[0]) - rank(b[0]));
}

function rank(rule: { readonly action: string } | undefined): number {
  return ["Deny", "Allow", "Pass"].indexOf(rule?.action ?? "");
}
