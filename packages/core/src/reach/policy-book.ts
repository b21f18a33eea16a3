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

/** What came of a policy in the place of another. */
export interface ReplacedPolicy {
  /** Undefined where there is none now. */
  readonly number: number | undefined;
  readonly spots: ReadonlySet<number>;
}

/** By spot: the list of the policies of a tier. */
type Lists = Record<PolicyTier, Int32Array>;

/** Which policies speak about which spots, in either direction. */
export class PolicyBook {
  /** All policies; numbers are positions. */
  readonly policies: ReadPolicy[];
  /** By number of the title, which is that of the first policy that has it. */
  readonly titles: string[];
  /** Lists of policies of a tier, in the order of titles. */
  readonly lists = new IntLists();
  readonly #spots: PodSpots;
  readonly #broken: ReadonlySet<string>;
  readonly #firstNumbers: number;
  /** Numbers of the titles of policies that came later. */
  readonly #laterTitles: number[] = [];
  readonly #bySpot: { readonly ingress: Lists; readonly egress: Lists };

  /** All spots must be there. */
  constructor(set: PolicySet, spots: PodSpots) {
    this.policies = [...policiesOf(set)];
    this.titles = this.policies.map(({ title }) => title);
    this.#firstNumbers = this.policies.length;
    this.#spots = spots;
    const broken = [...set.byNamespace].filter(([, own]) => own.some(isBroken));
    this.#broken = new Set(broken.map(([namespace]) => namespace));
    const { count } = spots;
    this.#bySpot = { ingress: emptyLists(count), egress: emptyLists(count) };
    for (const [number, policy] of this.policies.entries()) this.#place(policy, number);
  }

  /** The policies that speak about a spot in a direction. */
  ofSpot(spot: number, direction: PolicyDirection): SpotPolicies {
    const { Admin, NetworkPolicy, Baseline } = this.#bySpot[direction];
    const { ingress, egress } = this.#bySpot;
    return {
      admin: Admin[spot],
      own: NetworkPolicy[spot],
      baseline: Baseline[spot],
      // A valid one speaks of one direction at least.
      isSelected: (ingress.NetworkPolicy[spot] | egress.NetworkPolicy[spot]) !== NO_ITEMS,
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

  /** The number of the title of a policy. */
  titleOf(number: number): number {
    return number < this.#firstNumbers ? number : this.#laterTitles[number - this.#firstNumbers];
  }

  /**
   * Puts a valid NetworkPolicy in the place of another, or of none; returns its number, and the
   * spots of which either speaks. The old number is not used again.
   */
  replace(old: number | undefined, policy: ReadPolicy | undefined): ReplacedPolicy {
    const number = policy === undefined ? undefined : this.#add(old, policy);
    const before = old === undefined ? [] : this.#spots.chosenBy(this.policies[old].subject);
    const after = policy === undefined ? [] : this.#spots.chosenBy(policy.subject);
    for (const direction of ["ingress", "egress"] as const) {
      const lists = this.#bySpot[direction].NetworkPolicy;
      if (old !== undefined && this.policies[old][direction] !== undefined) {
        for (const spot of before) lists[spot] = this.#without(lists[spot], old);
      }
      if (number === undefined || policy?.[direction] === undefined) continue;
      for (const spot of after) lists[spot] = this.#inOrder(lists[spot], number);
    }
    return { number, spots: new Set([...before, ...after]) };
  }

  #add(old: number | undefined, policy: ReadPolicy): number {
    const number = this.policies.push(policy) - 1;
    const title = old === undefined ? this.titles.push(policy.title) - 1 : this.titleOf(old);
    this.#laterTitles.push(title);
    return number;
  }

  #without(list: number, number: number): number {
    return this.lists.of(this.lists.itemsOf(list).filter((one) => one !== number));
  }

  #inOrder(list: number, number: number): number {
    const { title } = this.policies[number];
    const items = this.lists.itemsOf(list);
    const at = items.findIndex((one) => this.policies[one].title > title);
    items.splice(at < 0 ? items.length : at, 0, number);
    return this.lists.of(items);
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
