import { TrunklineError } from "../errors/trunkline-error.ts";
import type { NetworkInterface, PrefixList, SecurityGroup } from "../world/cloud.ts";
import { PrefixNames } from "./prefix-nodes.ts";
import { keysOf } from "./traffic-keys.ts";

/** What an image is compiled from. A `World` is one. */
export interface ImageSource {
  readonly groups: readonly SecurityGroup[];
  readonly prefixLists: readonly PrefixList[];
  readonly interfaces: readonly Pick<
    NetworkInterface,
    "vpcId" | "groupIds" | "addresses" | "prefixes"
  >[];
}

/** The rules of one direction of one group as columns; a prefix list is an entry a prefix. */
export interface UnitRules {
  /** Id of a prefix, or ~(number of a group). */
  readonly peers: number[];
  readonly low: number[];
  readonly high: number[];
  /** Number of the rule's id in {@link RuleTables.texts}. */
  readonly ruleIds: number[];
  /** False when a rule cannot be judged: its prefix list or CIDR is not known. */
  isCertain: boolean;
}

/** All rules, read once. */
export interface RuleTables {
  readonly reader: RuleReader;
  readonly prefixes: PrefixNames;
  /** Numbers of all groups that exist or are referred to, by id. */
  readonly groupNumbers: ReadonlyMap<string, number>;
  /** By 2 * group + (1 for egress); groups that do not exist have none. */
  readonly units: readonly (UnitRules | undefined)[];
  /** Texts that rules refer to: their ids. */
  readonly texts: readonly string[];
}

/** Entries of one image: rules with prefix lists written out. */
const maxEntries = 4_000_000;

/** Reads groups into columns. Throws QUOTA for more than 4 million entries. */
export class RuleReader {
  readonly prefixes = new PrefixNames();
  readonly texts: string[] = [];
  readonly #groupNumbers = new Map<string, number>();
  readonly #lists = new Map<string, readonly number[] | undefined>();
  #entryCount = 0;

  constructor(prefixLists: readonly PrefixList[]) {
    for (const { prefixListId, cidrs } of prefixLists) {
      const ids = cidrs.map((text) => this.prefixes.idOf(text));
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

  /** Ingress and egress of a group. */
  read(group: SecurityGroup): readonly [ingress: UnitRules, egress: UnitRules] {
    const units = [emptyUnit(), emptyUnit()] as const;
    for (const rule of group.rules) {
      const keys = keysOf(rule);
      // Nothing it could let through: also nothing that it could leave open.
      if (keys === undefined) continue;
      const unit = units[rule.isEgress ? 1 : 0];
      const peers = this.#peersOf(rule.peer);
      if (peers === undefined) unit.isCertain = false;
      else if (peers.length > 0) this.#addEntries(unit, peers, { ...keys, ruleId: rule.ruleId });
    }
    return units;
  }

  #addEntries(
    unit: UnitRules,
    peers: readonly number[],
    { low, high, ruleId }: { readonly low: number; readonly high: number; readonly ruleId: string },
  ): void {
    this.#entryCount += peers.length;
    if (this.#entryCount > maxEntries) {
      throw new TrunklineError("QUOTA", `more than ${maxEntries} rules with prefix lists expanded`);
    }
    const text = this.texts.push(ruleId) - 1;
    for (const peer of peers) {
      unit.peers.push(peer);
      unit.low.push(low);
      unit.high.push(high);
      unit.ruleIds.push(text);
    }
  }

  #peersOf(peer: SecurityGroup["rules"][number]["peer"]): readonly number[] | undefined {
    switch (peer.kind) {
      case "cidr": {
        const id = this.prefixes.idOf(peer.cidr);
        return id < 0 ? undefined : [id];
      }
      case "group":
        return [~this.groupNumber(peer.groupId)];
      case "prefixList":
        return this.#lists.get(peer.prefixListId);
    }
  }
}

/** Reads all groups of a source; of two groups with one id the last counts. */
export function readRules(source: ImageSource): RuleTables {
  const reader = new RuleReader(source.prefixLists);
  const groups = new Map(source.groups.map((group) => [group.groupId, group]));
  for (const groupId of groups.keys()) reader.groupNumber(groupId);
  for (const { groupIds } of source.interfaces) {
    for (const groupId of groupIds) reader.groupNumber(groupId);
  }
  const units: (UnitRules | undefined)[] = [];
  for (const group of groups.values()) units.push(...reader.read(group));
  const { prefixes, groupNumbers, texts } = reader;
  while (units.length < 2 * groupNumbers.size) units.push(undefined);
  return { reader, prefixes, groupNumbers, units, texts };
}

function emptyUnit(): UnitRules {
  return { peers: [], low: [], high: [], ruleIds: [], isCertain: true };
}
