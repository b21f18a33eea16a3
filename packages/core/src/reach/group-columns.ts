import { peerMatches, type SeenPeer } from "../groups/peer-match.ts";
import { type Cidr, tryParseCidr } from "../net/cidr.ts";
import { type Attachment, seenAs } from "../paths/attachment.ts";
import type { RulePeer } from "../world/cloud.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { BlockClasses } from "./block-classes.ts";
import { addTo, Numbering, PairNumbering } from "./numbering.ts";

/** Far ends that rules of groups cannot tell apart. */
interface GroupColumn {
  readonly family: 4 | 6;
  /** Number of its set of groups, or -1 when its groups are not known. */
  readonly set: number;
  readonly block: number;
  readonly seen: SeenPeer;
}

/** Columns that a rule's peer covers. */
export interface Coverage {
  readonly yes: readonly number[];
  readonly maybe: readonly number[];
}

/**
 * Far ends by what rules of groups see of them: the groups they carry, and the blocks that their
 * address lies in. One column an address family.
 */
export class GroupColumns {
  readonly columns = new PairNumbering<GroupColumn>();
  readonly sets = new Numbering<string, readonly string[]>();
  /** Sets by their ids as they were written, in whichever order. */
  readonly #written = new Map<string, number>();
  readonly #index: WorldIndex;
  readonly #blocks: BlockClasses;
  readonly #byBlock = new Map<number, number[]>();
  readonly #byGroup = new Map<string, number[]>();
  readonly #withoutSet: number[] = [];
  readonly #withoutAddress: number[] = [];
  readonly #coverage = new Map<string, Coverage>();

  constructor(index: WorldIndex) {
    this.#index = index;
    this.#blocks = new BlockClasses(ruleBlocks(index));
  }

  /** The number of a set of groups, in which neither order nor repetition counts; -1 for unknown. */
  setOf(groupIds: readonly string[] | undefined): number {
    if (groupIds === undefined) return -1;
    const text = groupIds.length === 1 ? groupIds[0] : groupIds.join();
    const known = this.#written.get(text);
    if (known !== undefined) return known;
    const own = [...new Set(groupIds)].sort();
    const made = this.sets.of(own.join(), () => own);
    this.#written.set(text, made);
    return made;
  }

  /** The column of an interface as others see it in a family; `set` is that of its groups. */
  columnOf(attachment: Attachment, set: number, family: 4 | 6): number {
    const block = this.#blocks.classOfInterface(attachment, family, this.#index);
    const known = this.columns.find(set, block);
    if (known >= 0) return known;
    const seen = seenAs(attachment, family, this.#index);
    const made = this.columns.of(set, block, () => ({ family, set, block, seen }));
    if (set < 0) this.#withoutSet.push(made);
    else for (const id of this.sets.values[set]) addTo(this.#byGroup, id, made);
    if (this.#blocks.classes[block].isKnown) addTo(this.#byBlock, block, made);
    else this.#withoutAddress.push(made);
    return made;
  }

  /** Says whether a peer tells nobody apart whom others do not. */
  knows(peer: RulePeer): boolean {
    if (this.#coverage.has(keyOf(peer))) return true;
    return (cidrsOf(peer, this.#index) ?? []).every((cidr) => this.#blocks.numberOf(cidr) >= 0);
  }

  /** Sets that have a group. */
  setsWith(groupId: string): readonly number[] {
    return [...this.sets.values.keys()].filter((set) => this.sets.values[set].includes(groupId));
  }

  /** Which columns a peer covers. All columns must be there. */
  coverageOf(peer: RulePeer): Coverage {
    const key = keyOf(peer);
    const known = this.#coverage.get(key);
    if (known !== undefined) return known;
    const found = peer.kind === "group" ? this.#ofGroup(peer.groupId) : this.#ofBlocks(peer);
    this.#coverage.set(key, found);
    return found;
  }

  #ofGroup(groupId: string): Coverage {
    return { yes: this.#byGroup.get(groupId) ?? [], maybe: this.#withoutSet };
  }

  #ofBlocks(peer: RulePeer): Coverage {
    const cidrs = cidrsOf(peer, this.#index);
    // What cannot be read may cover everybody.
    if (cidrs === undefined) {
      return { yes: [], maybe: this.columns.values.map((_, at) => at) };
    }
    const classes = new Set(cidrs.flatMap((cidr) => this.#blocks.classesIn(cidr)));
    const yes = [...classes].flatMap((block) => this.#byBlock.get(block) ?? []);
    const maybe: number[] = [];
    for (const column of this.#withoutAddress) {
      const match = peerMatches(peer, this.columns.values[column].seen, this.#index);
      if (match === "yes") yes.push(column);
      if (match === "unknown") maybe.push(column);
    }
    return { yes, maybe };
  }
}

function keyOf(peer: RulePeer): string {
  switch (peer.kind) {
    case "group":
      return `group ${peer.groupId}`;
    case "cidr":
      return `cidr ${peer.cidr}`;
    case "prefixList":
      return `list ${peer.prefixListId}`;
  }
}

// Undefined when a list is not there, or when one text of it is no CIDR.
function cidrsOf(peer: RulePeer, index: WorldIndex): readonly Cidr[] | undefined {
  if (peer.kind === "group") return [];
  const texts =
    peer.kind === "cidr" ? [peer.cidr] : index.prefixLists.get(peer.prefixListId)?.cidrs;
  const cidrs = texts?.map(tryParseCidr);
  if (cidrs === undefined || cidrs.includes(undefined)) return undefined;
  return cidrs as readonly Cidr[];
}

function ruleBlocks({ world }: WorldIndex): readonly Cidr[] {
  const texts = new Set([
    ...world.groups.flatMap(({ rules }) =>
      rules.flatMap(({ peer }) => (peer.kind === "cidr" ? [peer.cidr] : [])),
    ),
    ...world.prefixLists.flatMap(({ cidrs }) => cidrs),
  ]);
  return [...texts].flatMap((text) => tryParseCidr(text) ?? []);
}
