import type { PolicySet } from "../network-policies/policy-set.ts";
import type { PolicyDirection, ReadPolicy } from "../network-policies/read-policy.ts";
import type { SwitchValues } from "../network-policies/switches.ts";
import { addTo, Numbering } from "./numbering.ts";
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

/** Which policies speak about which spots, in either direction. */
export class PolicyBook {
  /** All policies; numbers are positions. In each tier in the order of titles. */
  readonly policies: readonly ReadPolicy[];
  /** Lists of policies, ascending. */
  readonly lists = new Numbering<string, readonly number[]>();
  readonly #spots: PodSpots;
  readonly #broken: ReadonlySet<string>;
  readonly #selected = new Set<number>();
  readonly #bySpot = {
    ingress: { Admin: new Lists(), NetworkPolicy: new Lists(), Baseline: new Lists() },
    egress: { Admin: new Lists(), NetworkPolicy: new Lists(), Baseline: new Lists() },
  };

  /** All spots must be there. */
  constructor(set: PolicySet, spots: PodSpots) {
    this.policies = policiesOf(set);
    this.#spots = spots;
    const broken = [...set.byNamespace].filter(([, own]) => own.some(isBroken));
    this.#broken = new Set(broken.map(([namespace]) => namespace));
    for (const [number, policy] of this.policies.entries()) this.#place(policy, number);
  }

  /** The policies that speak about a spot in a direction. */
  ofSpot(spot: number, direction: PolicyDirection): SpotPolicies {
    const { Admin, NetworkPolicy, Baseline } = this.#bySpot[direction];
    return {
      admin: this.#listOf(Admin, spot),
      own: this.#listOf(NetworkPolicy, spot),
      baseline: this.#listOf(Baseline, spot),
      isSelected: this.#selected.has(spot),
      isUnsure: this.#broken.has(this.#spots.spots.values[spot].pod.namespace),
    };
  }

  /** Policies of a list of one tier, by priority; those that are broken may come first. */
  byPriority(list: number): readonly (readonly ReadPolicy[])[] {
    const groups = new Map<number, ReadPolicy[]>();
    for (const number of this.lists.values[list]) {
      const policy = this.policies[number];
      const key = isBroken(policy) ? -1 : policy.priority;
      groups.set(key, [...(groups.get(key) ?? []), policy]);
    }
    return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
  }

  #place(policy: ReadPolicy, number: number): void {
    if (isBroken(policy)) {
      // What a broken policy selects nobody knows; of a NetworkPolicy the namespace is certain.
      if (policy.tier === "NetworkPolicy") return;
      this.#bySpot.ingress[policy.tier].everywhere.push(number);
      this.#bySpot.egress[policy.tier].everywhere.push(number);
      return;
    }
    const spots = this.#spots.chosenBy(policy.subject);
    for (const spot of spots) {
      if (policy.tier === "NetworkPolicy") this.#selected.add(spot);
      for (const direction of ["ingress", "egress"] as const) {
        if (policy[direction] === undefined) continue;
        addTo(this.#bySpot[direction][policy.tier].bySpot, spot, number);
      }
    }
  }

  #listOf({ everywhere, bySpot }: Lists, spot: number): number {
    const own = bySpot.get(spot) ?? [];
    const all = everywhere.length === 0 ? own : [...everywhere, ...own].sort((a, b) => a - b);
    return this.lists.of(all.join(), () => all);
  }
}

class Lists {
  readonly everywhere: number[] = [];
  readonly bySpot = new Map<number, number[]>();
}

function isBroken({ problems }: ReadPolicy): boolean {
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
