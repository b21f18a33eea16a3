import { TrunklineError } from "../errors/trunkline-error.ts";
import type {
  NetworkInterface,
  PrefixList,
  RulePeer,
  SecurityGroup,
  SecurityGroupRule,
} from "../world/cloud.ts";
import { type GroupLists, groupLists } from "./group-lists.ts";
import { type Grower, growing8, growing32 } from "./grower.ts";
import { RULE_WORDS } from "./layout.ts";
import { PrefixNames } from "./prefix-names.ts";
import { addText } from "./texts.ts";
import { type KeyRange, keysOf } from "./traffic-keys.ts";

/** What an image is compiled from. A `World` is one. */
export interface ImageSource {
  readonly groups: readonly SecurityGroup[];
  readonly prefixLists: readonly PrefixList[];
  readonly interfaces: readonly Pick<
    NetworkInterface,
    "vpcId" | "groupIds" | "addresses" | "prefixes"
  >[];
}

/** Entries of one image: rules with prefix lists written out. */
const maxEntries = 4_000_000;

/** Entries of a rule at first guess. */
const entryRoom = 1.5;

/** Bytes of a text at first guess: EC2's ids have 21 characters. */
const textRoom = 24;

/** Rules as words; a rule with a prefix list is an entry a prefix. */
export class Entries {
  /**
   * RULE_WORDS an entry: id of a prefix, or ~(number of a group); first key; last key; place of
   * the rule's id in `texts`.
   */
  readonly rules: Grower;
  readonly texts: Grower<Uint8Array>;

  /** @param ruleCount rules that there is room for at first. */
  constructor(ruleCount: number) {
    this.rules = growing32(RULE_WORDS * Math.ceil(entryRoom * ruleCount));
    this.texts = growing8(textRoom * ruleCount);
  }

  /** How many there are. */
  get count(): number {
    return this.rules.length / RULE_WORDS;
  }

  /** Adds a rule. Throws QUOTA for more than 4 million entries. */
  add(peers: Int32Array, { low, high }: KeyRange, ruleId: string): void {
    if (this.count + peers.length > maxEntries) {
      throw new TrunklineError("QUOTA", `more than ${maxEntries} rules with prefix lists expanded`);
    }
    if (peers.length === 0) return;
    const place = addText(this.texts, ruleId);
    let word = this.rules.take(RULE_WORDS * peers.length);
    const { words } = this.rules;
    for (let at = 0; at < peers.length; at++) {
      words[word] = peers[at];
      words[word + 1] = low;
      words[word + 2] = high;
      words[word + 3] = place;
      word += RULE_WORDS;
    }
  }

  /** Forgets all. */
  clear(): void {
    this.rules.clear();
    this.texts.clear();
  }
}

/** The rules of one direction of one group: a run of entries. */
export interface UnitRules {
  readonly entries: Entries;
  readonly first: number;
  readonly end: number;
  /** False when a rule cannot be judged: its prefix list or CIDR is not known. */
  readonly isCertain: boolean;
}

/** All rules, read once. */
export interface RuleTables {
  readonly reader: RuleReader;
  readonly prefixes: PrefixNames;
  /** Numbers of all groups that exist or are referred to, by id. */
  readonly groupNumbers: ReadonlyMap<string, number>;
  /** By 2 * group + (1 for egress); groups that do not exist have none. */
  readonly units: readonly (UnitRules | undefined)[];
  readonly entries: Entries;
  /** Groups of the interfaces. */
  readonly lists: GroupLists;
}

/** Reads groups into columns. */
export class RuleReader {
  readonly prefixes = new PrefixNames();
  readonly #groupNumbers = new Map<string, number>();
  readonly #lists = new Map<string, Int32Array | undefined>();
  /** A peer that is not in a list. */
  readonly #single = new Int32Array(1);

  constructor(prefixLists: readonly PrefixList[]) {
    for (const { prefixListId, cidrs } of prefixLists) {
      const ids = Int32Array.from(cidrs, (text) => this.prefixes.idOf(text));
      // One text that is no CIDR leaves the whole list unjudged, as the slow evaluator has it.
      this.#lists.set(prefixListId, ids.includes(-1) ? undefined : ids);
    }
  }

  /** The number of a group, existing or not. */
  groupNumber(groupId: string): number {
    const known = this.#groupNumbers.get(groupId);
    if (known !== undefined) return known;
    const number = this.#groupNumbers.size;
    this.#groupNumbers.set(groupId, number);
    return number;
  }

  get groupNumbers(): ReadonlyMap<string, number> {
    return this.#groupNumbers;
  }

  /** Adds ingress and egress of a group. Throws QUOTA for more than 4 million entries. */
  read({ rules }: SecurityGroup, entries: Entries): readonly [UnitRules, UnitRules] {
    return [this.#readWay(rules, false, entries), this.#readWay(rules, true, entries)];
  }

  #readWay(rules: readonly SecurityGroupRule[], isEgress: boolean, entries: Entries): UnitRules {
    const first = entries.count;
    const isCertain = this.#addRules(rules, isEgress, entries);
    return { entries, first, end: entries.count, isCertain };
  }

  // False when a rule cannot be judged. A loop alone, with nothing behind it: V8 makes code for a long
  // loop before it has seen what comes next, and falls out of it there for each group.
  #addRules(rules: readonly SecurityGroupRule[], isEgress: boolean, entries: Entries): boolean {
    let isCertain = true;
    for (let at = 0; at < rules.length; at++) {
      const rule = rules[at];
      if (rule.isEgress === isEgress && !this.#addRule(rule, entries)) isCertain = false;
    }
    return isCertain;
  }

  #addRule(rule: SecurityGroupRule, entries: Entries): boolean {
    const keys = keysOf(rule);
    // Nothing it could let through: also nothing that it could leave open.
    if (keys === undefined) return true;
    const peers = this.#peersOf(rule.peer);
    if (peers === undefined) return false;
    entries.add(peers, keys, rule.ruleId);
    return true;
  }

  #peersOf(peer: RulePeer): Int32Array | undefined {
    switch (peer.kind) {
      case "cidr":
        this.#single[0] = this.prefixes.idOf(peer.cidr);
        return this.#single[0] < 0 ? undefined : this.#single;
      case "group":
        if (peer.isStale === true) return nobody;
        this.#single[0] = ~this.groupNumber(peer.groupId);
        return this.#single;
      case "prefixList":
        return this.#lists.get(peer.prefixListId);
    }
  }
}

const nobody = new Int32Array(0);

/** Reads all groups of a source; of two groups with one id the last counts. */
export function readRules(source: ImageSource): RuleTables {
  const reader = new RuleReader(source.prefixLists);
  const groups = new Map(source.groups.map((group) => [group.groupId, group]));
  for (const groupId of groups.keys()) reader.groupNumber(groupId);
  const lists = groupLists(source.interfaces, reader);
  const ruleCount = source.groups.reduce((sum, { rules }) => sum + rules.length, 0);
  const entries = new Entries(Math.min(ruleCount, maxEntries));
  const units: (UnitRules | undefined)[] = [];
  for (const group of groups.values()) units.push(...reader.read(group, entries));
  const { prefixes, groupNumbers } = reader;
  while (units.length < 2 * groupNumbers.size) units.push(undefined);
  return { reader, prefixes, groupNumbers, units, entries, lists };
}
