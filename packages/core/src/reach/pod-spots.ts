import { labelsOfNamespace, type PolicySet } from "../network-policies/policy-set.ts";
import type { NamespaceChoice, PodChoice } from "../network-policies/read-policy.ts";
import type { LabelSelector, Labels, Pod } from "../world/cluster.ts";
import { CellPairs } from "./cell-pairs.ts";
import { IntLists } from "./int-lists.ts";
import { LabelPostings } from "./label-postings.ts";
import { Numbering } from "./numbering.ts";

/** What is true of several spots: a namespace, or a set of labels. */
interface Common {
  readonly labels: Labels;
  /** The spots that share it. */
  readonly own: number[];
}

/** Numbers of the values of a key that some selector names. */
type KeyWords = ReadonlyMap<
  string,
  { readonly key: number; readonly values: Numbering<string, 0> }
>;

/**
 * Pods by what selectors see of them: the namespace, and the labels whose keys some selector names.
 * Pods on the host network are no spot: selectors never cover them.
 */
export class PodSpots {
  /** Spots as pairs of namespace and labels. */
  readonly #spots = new CellPairs();
  readonly #set: PolicySet;
  readonly #keys: KeyWords;
  readonly #labelLists = new IntLists();
  readonly #namespaces = new Numbering<string, Common & { readonly name: string }>();
  readonly #labels = new Numbering<number, Common>();
  #labelPostings: LabelPostings | undefined;
  #namespacePostings: LabelPostings | undefined;
  // Keys and values of the labels at hand, those of the lowest key first.
  readonly #draft: number[] = [];

  constructor(set: PolicySet, keys: ReadonlySet<string>) {
    this.#set = set;
    this.#keys = new Map([...keys].map((name, key) => [name, { key, values: new Numbering() }]));
  }

  /** The spot of a pod. */
  spotOf(pod: Pod): number {
    const { namespace: name, labels: own } = pod;
    const namespace =
      this.#namespaces.find(name) ??
      this.#namespaces.add(name, { name, labels: labelsOfNamespace(name, this.#set), own: [] });
    const list = this.#listOf(own);
    const labels = this.#labels.find(list) ?? this.#labels.add(list, { labels: own, own: [] });
    const { count } = this;
    const spot = this.#spots.of(namespace, labels);
    if (spot === count) {
      this.#namespaces.values[namespace].own.push(spot);
      this.#labels.values[labels].own.push(spot);
    }
    return spot;
  }

  /** Spots there are. */
  get count(): number {
    return this.#spots.count;
  }

  /** The name of the namespace of a spot. */
  namespaceOf(spot: number): string {
    return this.#namespaces.values[this.#spots.words[2 * spot]].name;
  }

  /** The spots that a choice takes in. All spots must be there. */
  chosenBy({ namespaces, pods }: PodChoice): readonly number[] {
    const labels = this.#labelsOf(pods);
    const chosen = this.#namespacesOf(namespaces);
    if (chosen.length === this.#namespaces.count) {
      const { values } = this.#labels;
      return labels.length === 1 ? values[labels[0]].own : labels.flatMap((one) => values[one].own);
    }
    const found: number[] = [];
    for (const namespace of chosen) this.#addSpots(found, namespace, labels);
    return found;
  }

  // Either the spots of the namespace are asked for their labels, or the labels for their spot.
  #addSpots(found: number[], namespace: number, labels: readonly number[]): void {
    const { own } = this.#namespaces.values[namespace];
    if (labels.length === this.#labels.count) {
      for (const spot of own) found.push(spot);
    } else if (labels.length <= own.length) {
      for (const one of labels) {
        const spot = this.#spots.find(namespace, one);
        if (spot >= 0) found.push(spot);
      }
    } else {
      for (const spot of own) {
        if (isListed(labels, this.#spots.words[2 * spot + 1])) found.push(spot);
      }
    }
  }

  #labelsOf(selector: LabelSelector): readonly number[] {
    this.#labelPostings ??= new LabelPostings(this.#labels.values.map(({ labels }) => labels));
    return this.#labelPostings.matching(selector);
  }

  #namespacesOf(choice: NamespaceChoice): readonly number[] {
    const namespaces = this.#namespaces;
    if (choice.kind === "own") {
      const own = namespaces.find(choice.namespace);
      return own === undefined ? [] : [own];
    }
    this.#namespacePostings ??= new LabelPostings(namespaces.values.map(({ labels }) => labels));
    return this.#namespacePostings.matching(choice.selector);
  }

  /** The list of keys and values that selectors see of labels. */
  #listOf(labels: Labels): number {
    const draft = this.#draft;
    draft.length = 0;
    for (const name of Object.keys(labels)) {
      const known = this.#keys.get(name);
      if (known === undefined) continue;
      const value = known.values.find(labels[name]) ?? known.values.add(labels[name], 0);
      let at = draft.length;
      for (; at > 0 && draft[at - 2] > known.key; at -= 2) {
        draft[at] = draft[at - 2];
        draft[at + 1] = draft[at - 1];
      }
      draft[at] = known.key;
      draft[at + 1] = value;
    }
    return this.#labelLists.of(draft);
  }
}

/** Says whether an ascending list has a number. */
function isListed(list: readonly number[], number: number): boolean {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < number) low = middle + 1;
    else high = middle;
  }
  return list[low] === number;
}
