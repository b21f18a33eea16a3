import { matchesValidSelector } from "../labels/selector.ts";
import type { PolicyEnd } from "../network-policies/policy-end.ts";
import type { PolicySet } from "../network-policies/policy-set.ts";
import type { AddressBlock, ReadPolicy } from "../network-policies/read-policy.ts";
import type { NamedPort, Pod } from "../world/cluster.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { BlockClasses } from "./block-classes.ts";
import { CellPairs } from "./cell-pairs.ts";
import { addTo, Numbering, PairNumbering } from "./numbering.ts";
import { PodSpots } from "./pod-spots.ts";
import { type PolicyVocabulary, wordsOfPolicies } from "./policy-vocabulary.ts";
import type { SeatedPod } from "./seated-pods.ts";

/** Far ends that rules of network policies cannot tell apart. */
export interface PolicyColumn {
  readonly family: 4 | 6;
  /** Number of its named ports. */
  readonly ports: number;
  /** One of them. */
  readonly end: PolicyEnd;
  /** A process on the node that the other end runs on. */
  readonly isOwnNode: boolean;
}

/**
 * Far ends by what rules of network policies see of them: spot, blocks of the address, named ports;
 * of host-network pods the node's labels instead of a spot. One column an address family.
 */
export class PolicyColumns {
  /** Of pods by spot and block, then named ports; of hosts by what is known of the node. */
  readonly columns = new PairNumbering<PolicyColumn>();
  readonly ports = new Numbering<string, readonly NamedPort[] | undefined>();
  readonly #noPorts = this.ports.of("", () => []);
  readonly spots: PodSpots;
  /** Columns whose peers are found by asking each. */
  readonly odd: number[] = [];
  /** Columns of host-network pods, seen by pods of their node and by others. */
  readonly ownHosts: number[] = [];
  readonly otherHosts: number[] = [];
  readonly #places = new CellPairs();
  readonly #hosts = new Numbering<string, string>();
  readonly #index: WorldIndex;
  readonly #words: PolicyVocabulary;
  readonly #blocks: BlockClasses;
  readonly #ofSpot: number[][] = [];
  readonly #ofBlock = new Map<number, number[]>();
  readonly #inBlock = new Map<string, readonly number[]>();

  constructor(set: PolicySet, words: PolicyVocabulary, index: WorldIndex) {
    this.#index = index;
    this.#words = words;
    this.spots = new PodSpots(set, words.labelKeys);
    this.#blocks = new BlockClasses(words.blocks);
  }

  /** True when some policy asks for named ports. */
  get hasPortNames(): boolean {
    return this.#words.hasPortNames;
  }

  /** Says whether a policy tells nobody apart whom others do not. */
  knows(policy: ReadPolicy): boolean {
    const words = wordsOfPolicies([policy]);
    const { labelKeys, nodeSelectors, hasPortNames } = this.#words;
    const nodes = new Set(nodeSelectors.map((one) => JSON.stringify(one)));
    return (
      (hasPortNames || !words.hasPortNames) &&
      [...words.labelKeys].every((key) => labelKeys.has(key)) &&
      words.blocks.every((block) => this.#blocks.numberOf(block) >= 0) &&
      words.nodeSelectors.every((one) => nodes.has(JSON.stringify(one)))
    );
  }

  /** The column of a pod with a network of its own, in a family. */
  podColumn({ own, pod }: SeatedPod, family: 4 | 6): number {
    const block = this.#blocks.classOfInterface(own, family, this.#index);
    const spot = this.spots.spotOf(pod);
    const ports = this.portsOf(pod);
    const place = this.#places.of(spot, block);
    const known = this.columns.find(place, ports);
    if (known >= 0) return known;
    const { isKnown, within } = this.#blocks.classes[block];
    const end: PolicyEnd = { kind: "pod", pod, within };
    const made = this.columns.of(place, ports, () => ({ family, ports, end, isOwnNode: false }));
    if (spot < this.#ofSpot.length) this.#ofSpot[spot].push(made);
    else this.#ofSpot[spot] = [made];
    if (isKnown) addTo(this.#ofBlock, block, made);
    else this.odd.push(made);
    return made;
  }

  /** The column of a pod on the host network in a family, for pods of its own node or of others. */
  hostColumn({ own, pod }: SeatedPod, family: 4 | 6, isOwnNode: boolean): number {
    const { nodeName } = pod;
    const block = this.#blocks.classOfInterface(own, family, this.#index);
    const host = this.#hosts.of(`${block} ${this.#nodeText(nodeName)}`, () => "");
    // Apart from all pairs of pods.
    return this.columns.of(-1 - host, Number(isOwnNode), () => {
      const made = this.columns.count;
      this.odd.push(made);
      (isOwnNode ? this.ownHosts : this.otherHosts).push(made);
      const { within } = this.#blocks.classes[block];
      const end: PolicyEnd = { kind: "node", nodeName, hostPod: pod, within };
      return { family, ports: this.#noPorts, end, isOwnNode };
    });
  }

  /** The number of the named ports of a pod, as far as any policy asks for names. */
  portsOf({ ports }: Pod): number {
    if (!this.#words.hasPortNames) return this.#noPorts;
    const texts = ports?.map(({ name, protocol, port }) => `${name} ${protocol} ${port}`);
    return this.ports.of(texts === undefined ? "?" : texts.sort().join(), () => ports);
  }

  /** Columns of the spots. */
  ofSpots(spots: readonly number[]): readonly number[] {
    const [only, ...others] = spots;
    if (only === undefined) return [];
    if (others.length === 0) return this.#ofSpot[only] ?? [];
    const found: number[] = [];
    for (const spot of spots) {
      for (const column of this.#ofSpot[spot] ?? []) found.push(column);
    }
    return found;
  }

  /** Columns of pods with a known address in a block that some policy names, and in no hole. */
  inBlock({ cidr, except }: AddressBlock): readonly number[] {
    const key = [cidr, ...except].map((one) => this.#blocks.numberOf(one)).join();
    const known = this.#inBlock.get(key);
    if (known !== undefined) return known;
    const holes = new Set(except.flatMap((hole) => this.#blocks.classesIn(hole)));
    const classes = this.#blocks.classesIn(cidr).filter((one) => !holes.has(one));
    const found = classes.flatMap((one) => this.#ofBlock.get(one) ?? []);
    this.#inBlock.set(key, found);
    return found;
  }

  /** Columns of a list, or of all, by their named ports. */
  byPorts(
    columns: readonly number[] | undefined,
  ): Iterable<readonly [ports: number, columns: readonly number[]]> {
    const { values } = this.columns;
    const found = new Map<number, number[]>();
    for (const column of columns ?? values.keys()) addTo(found, values[column].ports, column);
    return found;
  }

  /** Columns of a family. */
  ofFamily(family: 4 | 6): readonly number[] {
    const { values } = this.columns;
    return [...values.keys()].filter((column) => values[column].family === family);
  }

  // Which selectors of nodes hold for it; nobody knows for a node that is not there.
  #nodeText(nodeName: string | undefined): string {
    const node = nodeName === undefined ? undefined : this.#index.nodes.get(nodeName);
    if (node === undefined) return "?";
    const { nodeSelectors } = this.#words;
    return nodeSelectors.map((one) => Number(matchesValidSelector(one, node.labels))).join("");
  }
}
