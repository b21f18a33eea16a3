import { matchesValidSelector } from "../labels/selector.ts";
import { formatCidr, parseCidr } from "../net/cidr.ts";
import { policyBlocks } from "../network-policies/policy-blocks.ts";
import type { PolicyEnd } from "../network-policies/policy-end.ts";
import { hasPolicies, type PolicySet } from "../network-policies/policy-set.ts";
import type { AddressBlock } from "../network-policies/read-policy.ts";
import { seenAs } from "../paths/attachment.ts";
import type { NamedPort } from "../world/cluster.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { BlockClasses } from "./block-classes.ts";
import { addTo, Numbering } from "./numbering.ts";
import type { PodEnd } from "./placement.ts";
import { PodSpots } from "./pod-spots.ts";
import type { PolicyVocabulary } from "./policy-vocabulary.ts";

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
  readonly columns = new Numbering<string, PolicyColumn>();
  readonly ports = new Numbering<string, readonly NamedPort[] | undefined>();
  readonly spots: PodSpots;
  /** Columns whose peers are found by asking each. */
  readonly odd: number[] = [];
  /** Columns of host-network pods. */
  readonly hosts: number[] = [];
  readonly #index: WorldIndex;
  readonly #words: PolicyVocabulary;
  readonly #blocks: BlockClasses;
  readonly #ofSpot = new Map<number, number[]>();
  readonly #ofBlock = new Map<number, number[]>();
  readonly #inBlock = new Map<string, readonly number[]>();

  constructor(set: PolicySet, words: PolicyVocabulary, index: WorldIndex) {
    this.#index = index;
    this.#words = words;
    this.spots = new PodSpots(set, words.labelKeys);
    this.#blocks = new BlockClasses(hasPolicies(set) ? policyBlocks(set).map(parseCidr) : []);
  }

  /** True when some policy asks for named ports. */
  get hasPortNames(): boolean {
    return this.#words.hasPortNames;
  }

  /** The column of a pod in a family, for pods of other nodes or of its own. */
  columnOf(end: PodEnd, family: 4 | 6, isOwnNode: boolean): number {
    const { within } = seenAs(end.own, family, this.#index);
    const block = this.#blocks.classOf(within);
    return end.kind === "node"
      ? this.#hostColumn(end, block, { family, isOwnNode })
      : this.#podColumn(end, block, family);
  }

  /** The number of the named ports of a pod, as far as any policy asks for names. */
  portsOf({ pod }: PodEnd): number {
    if (!this.#words.hasPortNames || pod === undefined) return this.ports.of("", () => []);
    const { ports } = pod;
    const texts = ports?.map(({ name, protocol, port }) => `${name} ${protocol} ${port}`);
    return this.ports.of(texts === undefined ? "?" : texts.sort().join(), () => ports);
  }

  /** Columns of the spots. */
  ofSpots(spots: readonly number[]): readonly number[] {
    const found: number[] = [];
    for (const spot of spots) {
      for (const column of this.#ofSpot.get(spot) ?? []) found.push(column);
    }
    return found;
  }

  /** Columns of pods with a known address in a block that some policy names, and in no hole. */
  inBlock({ cidr, except }: AddressBlock): readonly number[] {
    const text = [cidr, ...except].map(formatCidr).join();
    const known = this.#inBlock.get(text);
    if (known !== undefined) return known;
    const holes = new Set(except.flatMap((hole) => this.#blocks.classesIn(hole)));
    const classes = this.#blocks.classesIn(cidr).filter((one) => !holes.has(one));
    const found = classes.flatMap((one) => this.#ofBlock.get(one) ?? []);
    this.#inBlock.set(text, found);
    return found;
  }

  #podColumn(end: PodEnd, block: number, family: 4 | 6): number {
    const { pod } = end;
    if (pod === undefined) return 0;
    const spot = this.spots.spotOf(pod);
    const ports = this.portsOf(end);
    return this.columns.of(`${spot} ${block} ${ports}`, () => {
      const made = this.columns.count;
      addTo(this.#ofSpot, spot, made);
      const { isKnown, within } = this.#blocks.classes.values[block];
      if (isKnown) addTo(this.#ofBlock, block, made);
      else this.odd.push(made);
      return { family, ports, end: { kind: "pod", pod, within }, isOwnNode: false };
    });
  }

  #hostColumn(
    { nodeName, pod }: PodEnd,
    block: number,
    { family, isOwnNode }: Pick<PolicyColumn, "family" | "isOwnNode">,
  ): number {
    const key = `node ${isOwnNode} ${block} ${this.#nodeText(nodeName)}`;
    return this.columns.of(key, () => {
      const made = this.columns.count;
      this.odd.push(made);
      this.hosts.push(made);
      const { within } = this.#blocks.classes.values[block];
      const end: PolicyEnd = { kind: "node", nodeName, hostPod: pod, within };
      return { family, ports: this.ports.of("", () => []), end, isOwnNode };
    });
  }

  // Which selectors of nodes hold for it; nobody knows for a node that is not there.
  #nodeText(nodeName: string | undefined): string {
    const node = nodeName === undefined ? undefined : this.#index.nodes.get(nodeName);
    if (node === undefined) return "?";
    const { nodeSelectors } = this.#words;
    return nodeSelectors.map((one) => Number(matchesValidSelector(one, node.labels))).join("");
  }
}
