import { choosesPod, labelsOfNamespace, type PolicySet } from "../network-policies/policy-set.ts";
import type { NamespaceChoice, PodChoice } from "../network-policies/read-policy.ts";
import type { LabelSelector, Labels, Pod } from "../world/cluster.ts";
import { LabelPostings } from "./label-postings.ts";
import { Numbering } from "./numbering.ts";

/** Pods of one namespace that selectors cannot tell apart. */
interface Spot {
  readonly namespace: number;
  readonly labels: number;
  /** One of them. */
  readonly pod: Pod;
}

/** With fewer spots in a namespace, asking each is cheaper than looking for the labels. */
const fewSpots = 32;

/**
 * Pods by what selectors see of them: the namespace, and the labels whose keys some selector names.
 * Pods on the host network are no spot: selectors never cover them.
 */
export class PodSpots {
  readonly spots = new Numbering<number, Spot>();
  readonly #set: PolicySet;
  readonly #keys: ReadonlySet<string>;
  readonly #namespaces = new Numbering<string, { readonly name: string; readonly own: number[] }>();
  readonly #labels = new Numbering<string, { readonly labels: Labels; readonly own: number[] }>();
  #labelPostings: LabelPostings | undefined;
  #namespacePostings: LabelPostings | undefined;
  readonly #memo = new Map<string, readonly number[]>();

  constructor(set: PolicySet, keys: ReadonlySet<string>) {
    this.#set = set;
    this.#keys = keys;
  }

  /** The spot of a pod. */
  spotOf(pod: Pod): number {
    const namespace = this.#namespaces.of(pod.namespace, () => ({ name: pod.namespace, own: [] }));
    const labels = this.#labels.of(this.#textOf(pod.labels), () => ({
      labels: pod.labels,
      own: [],
    }));
    return this.spots.of(namespace * 2 ** 24 + labels, () => {
      const made = this.spots.count;
      this.#namespaces.values[namespace].own.push(made);
      this.#labels.values[labels].own.push(made);
      return { namespace, labels, pod };
    });
  }

  /** The spots that a choice takes in. All spots must be there. */
  chosenBy(choice: PodChoice): readonly number[] {
    const namespaces = this.#namespacesOf(choice.namespaces);
    if (namespaces === undefined) return this.#everywhere(choice.pods);
    return namespaces.flatMap((namespace) => this.#inNamespace(namespace, choice));
  }

  #inNamespace(namespace: number, choice: PodChoice): readonly number[] {
    const { own, name } = this.#namespaces.values[namespace];
    if (own.length > fewSpots) {
      const memo = `${name} ${selectorText(choice.pods)}`;
      return this.#remember(memo, () => {
        return this.#everywhere(choice.pods).filter((spot) => this.#isIn(spot, namespace));
      });
    }
    const inside: PodChoice = { namespaces: { kind: "own", namespace: name }, pods: choice.pods };
    return own.filter((spot) => choosesPod(inside, this.spots.values[spot].pod, this.#set));
  }

  #isIn(spot: number, namespace: number): boolean {
    return this.spots.values[spot].namespace === namespace;
  }

  #everywhere(selector: LabelSelector): readonly number[] {
    return this.#remember(`* ${selectorText(selector)}`, () => {
      const labels = this.#labels.values;
      this.#labelPostings ??= new LabelPostings(labels.map((one) => one.labels));
      return this.#labelPostings.matching(selector).flatMap((at) => labels[at].own);
    });
  }

  // Undefined for all of them.
  #namespacesOf(choice: NamespaceChoice): readonly number[] | undefined {
    const namespaces = this.#namespaces;
    if (choice.kind === "own") {
      const own = namespaces.find(choice.namespace);
      return own === undefined ? [] : [own];
    }
    const found = this.#remember(`/ ${selectorText(choice.selector)}`, () => {
      this.#namespacePostings ??= new LabelPostings(
        namespaces.values.map(({ name }) => labelsOfNamespace(name, this.#set)),
      );
      return this.#namespacePostings.matching(choice.selector);
    });
    return found.length === namespaces.count ? undefined : found;
  }

  #remember(key: string, make: () => readonly number[]): readonly number[] {
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#memo.set(key, made);
    return made;
  }

  #textOf(labels: Labels): string {
    const used = Object.keys(labels).filter((key) => this.#keys.has(key));
    return pairsText(used.sort(), labels);
  }
}

function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = pairsText(Object.keys(matchLabels), matchLabels);
  return matchExpressions.length === 0 ? labels : `${labels} ${JSON.stringify(matchExpressions)}`;
}

// With lengths, so that no text of one can be taken for another.
function pairsText(keys: readonly string[], labels: Labels): string {
  return keys.map((key) => `${key.length}:${labels[key].length}:${key}${labels[key]}`).join("");
}
