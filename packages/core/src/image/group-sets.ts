import { type FieldProblem, invalid, TrunklineError } from "../errors/trunkline-error.ts";
import { type Address, formatAddress, tryParseAddress } from "../net/address.ts";
import { type Cidr, cidrOf, formatCidr, tryParseCidr } from "../net/cidr.ts";
import { formatIpv4, tryParseIpv4 } from "../net/ipv4.ts";
import { growing32 } from "./grower.ts";
import { SET_MASK } from "./layout.ts";
import { PairTable } from "./pair-table.ts";
import type { ImageSource, RuleTables } from "./rule-tables.ts";

/** Blocks of addresses that carry a set of groups. */
export interface Holding {
  readonly cidr: Cidr;
  /** Number of the set; 0 is the empty one. */
  readonly set: number;
}

/** Who carries which groups. Single addresses count before delegated prefixes. */
export interface GroupSets {
  /** Groups of each set, ascending; set 0 is empty. */
  readonly sets: readonly (readonly number[])[];
  /** Delegated prefixes; none inside another. */
  readonly prefixes: readonly Holding[];
  /** Single IPv4 addresses, and the set of each. */
  readonly ips4: Int32Array;
  readonly sets4: Int32Array;
  /** Single IPv6 addresses. */
  readonly hosts6: readonly Holding[];
  /** IPv4 addresses, once for each interface that holds them. */
  readonly heldIps: Int32Array;
}

/** Problems that one error names. */
const maxProblems = 20;

/**
 * Finds who carries what in one VPC, or everywhere when none is named.
 *
 * Throws INVALID_ARGUMENT for an address that two interfaces with different groups hold, QUOTA for
 * more than 8,191 sets.
 */
export function readSets(
  { interfaces }: ImageSource,
  { lists }: RuleTables,
  vpcId: string | undefined,
): GroupSets {
  const reader = new SetReader(lists.lists);
  const hosts4 = new Holdings4();
  const hosts6 = new Holdings();
  const prefixes = new Holdings();
  for (let at = 0; at < interfaces.length; at++) {
    const eni = interfaces[at];
    if (vpcId !== undefined && eni.vpcId !== vpcId) continue;
    const set = reader.setOf(lists.ofInterface[at]);
    // An iterator for each interface would be the most of what is collected here.
    for (let i = 0; i < eni.addresses.length; i++) {
      const text = eni.addresses[i];
      const ip = tryParseIpv4(text);
      if (ip !== undefined) hosts4.add(ip, set);
      else hosts6.addAddress(tryParseAddress(text), set);
    }
    for (let i = 0; i < eni.prefixes.length; i++) {
      const text = eni.prefixes[i];
      const cidr = tryParseCidr(text);
      if (cidr !== undefined) prefixes.add(cidr, formatCidr(cidr), set);
    }
  }
  const held = [hosts4, hosts6, prefixes].flatMap(({ conflicts }) => conflicts);
  const conflicts = [...held, ...prefixes.nested()];
  if (conflicts.length > 0) {
    const subject = "an image describes one address space, here interfaces share addresses";
    throw invalid(subject, conflicts.slice(0, maxProblems));
  }
  return {
    sets: reader.sets,
    prefixes: prefixes.list(),
    ...hosts4.columns(),
    hosts6: hosts6.list(),
  };
}

/** Finds the sets of groups that lists stand for. */
class SetReader {
  readonly sets: (readonly number[])[] = [[]];
  readonly #byKey = new Map<string, number>([["", 0]]);
  readonly #lists: readonly (readonly number[])[];
  /** By list: its set, -1 before somebody asks. */
  readonly #ofList: Int32Array;

  constructor(lists: readonly (readonly number[])[]) {
    this.#lists = lists;
    this.#ofList = new Int32Array(lists.length).fill(-1);
  }

  /** The number of a list's set. */
  setOf(list: number): number {
    if (this.#ofList[list] < 0) this.#ofList[list] = this.#find(this.#lists[list]);
    return this.#ofList[list];
  }

  #find(list: readonly number[]): number {
    const groups = [...new Set(list)].sort((a, b) => a - b);
    const key = groups.join(",");
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.sets.length > SET_MASK) {
      throw new TrunklineError("QUOTA", `more than ${SET_MASK} sets of groups`);
    }
    this.#byKey.set(key, this.sets.length);
    return this.sets.push(groups) - 1;
  }
}

/** Single IPv4 addresses, with what is wrong with them. */
class Holdings4 {
  readonly conflicts: FieldProblem[] = [];
  readonly #ips = new PairTable();
  readonly #sets = growing32();
  readonly #heldIps = growing32();

  add(ip: number, set: number): void {
    const number = this.#ips.numberOf(ip, 0);
    this.#heldIps.add(1, ip);
    if (number === this.#sets.length) this.#sets.add(1, set);
    else if (this.#sets.words[number] !== set) this.conflicts.push(heldTwice(formatIpv4(ip)));
  }

  columns(): Pick<GroupSets, "ips4" | "sets4" | "heldIps"> {
    const { firsts: ips4 } = this.#ips;
    return { ips4, sets4: this.#sets.used(), heldIps: this.#heldIps.used() };
  }
}

/** Blocks by their text, with what is wrong with them. */
class Holdings {
  readonly conflicts: FieldProblem[] = [];
  readonly #byText = new Map<string, Holding>();

  addAddress(address: Address | undefined, set: number): void {
    if (address?.family === 6) this.add(cidrOf(address, 128), formatAddress(address), set);
  }

  add(cidr: Cidr, text: string, set: number): void {
    const other = this.#byText.get(text);
    if (other === undefined) this.#byText.set(text, { cidr, set });
    else if (other.set !== set) this.conflicts.push(heldTwice(text));
  }

  // EC2 gives whole /28 and /80 blocks, so that delegated prefixes never nest.
  nested(): readonly FieldProblem[] {
    const lengths = new Set(this.list().map(({ cidr }) => cidr.prefixLength));
    if (lengths.size < 2) return [];
    return this.list().flatMap(({ cidr }) => {
      const { family } = cidr;
      const address: Address = family === 4 ? { family, ip: cidr.base } : { family, ip: cidr.base };
      const outer = [...lengths].find((length) => {
        return length < cidr.prefixLength && this.#byText.has(formatCidr(cidrOf(address, length)));
      });
      if (outer === undefined) return [];
      const description = `${formatCidr(cidr)} lies in another prefix, of length ${outer}`;
      return [{ field: "interfaces", description }];
    });
  }

  /** What carries groups. */
  list(): readonly Holding[] {
    return [...this.#byText.values()];
  }
}

function heldTwice(text: string): FieldProblem {
  return { field: "interfaces", description: `${text} is held twice, with different groups` };
}
