import { type FieldProblem, invalid, TrunklineError } from "../errors/trunkline-error.ts";
import { type Address, formatAddress, tryParseAddress } from "../net/address.ts";
import { type Cidr, cidrOf, formatCidr, tryParseCidr } from "../net/cidr.ts";
import { SET_MASK } from "./layout.ts";
import type { ImageSource } from "./rule-tables.ts";

/** Blocks of addresses that carry a set of groups. */
export interface Holding {
  readonly cidr: Cidr;
  /** Number of the set, 1 or more. */
  readonly set: number;
}

/** Who carries which groups. */
export interface GroupSets {
  /** Groups of each set, ascending; set 0 is empty. */
  readonly sets: readonly (readonly number[])[];
  /** Delegated prefixes; none inside another. */
  readonly prefixes: readonly Holding[];
  /** Single addresses; they count before prefixes. */
  readonly hosts: readonly Holding[];
  /** IPv4 addresses, once for each interface that holds them. */
  readonly heldIps: readonly number[];
}

/** Problems that one error names. */
const maxProblems = 20;

/**
 * Finds the sets of groups that addresses carry.
 *
 * Throws INVALID_ARGUMENT for an address that two interfaces with different groups hold, QUOTA for
 * more than 8,191 sets.
 */
class SetReader {
  readonly sets: (readonly number[])[] = [[]];
  readonly #byKey = new Map<string, number>([["", 0]]);
  readonly #groupNumbers: ReadonlyMap<string, number>;

  constructor(groupNumbers: ReadonlyMap<string, number>) {
    this.#groupNumbers = groupNumbers;
  }

  /** The number of a set. */
  setOf(groupIds: readonly string[]): number {
    const numbers = groupIds.map((id) => this.#groupNumbers.get(id) ?? 0);
    const groups = [...new Set(numbers)].sort((a, b) => a - b);
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

/** Finds who carries what in one VPC, or everywhere when none is named. */
export function readSets(
  source: ImageSource,
  groupNumbers: ReadonlyMap<string, number>,
  vpcId: string | undefined,
): GroupSets {
  const reader = new SetReader(groupNumbers);
  const hosts = new Holdings();
  const prefixes = new Holdings();
  const heldIps: number[] = [];
  for (const eni of source.interfaces) {
    if (vpcId !== undefined && eni.vpcId !== vpcId) continue;
    const set = reader.setOf(eni.groupIds);
    for (const text of eni.addresses) {
      const address = tryParseAddress(text);
      if (address === undefined) continue;
      hosts.add(hostOf(address), formatAddress(address), set);
      if (address.family === 4) heldIps.push(address.ip);
    }
    for (const text of eni.prefixes) {
      const cidr = tryParseCidr(text);
      if (cidr !== undefined) prefixes.add(cidr, formatCidr(cidr), set);
    }
  }
  const conflicts = [...hosts.conflicts, ...prefixes.conflicts, ...prefixes.nested()];
  if (conflicts.length > 0) {
    const subject = "an image describes one address space, here interfaces share addresses";
    throw invalid(subject, conflicts.slice(0, maxProblems));
  }
  return { sets: reader.sets, prefixes: prefixes.list(), hosts: hosts.list(), heldIps };
}

/** Blocks by their text, with what is wrong with them. */
class Holdings {
  readonly conflicts: FieldProblem[] = [];
  readonly #byText = new Map<string, Holding>();

  add(cidr: Cidr, text: string, set: number): void {
    const other = this.#byText.get(text);
    if (other === undefined) this.#byText.set(text, { cidr, set });
    else if (other.set !== set) {
      const description = `${text} is held twice, with different groups`;
      this.conflicts.push({ field: "interfaces", description });
    }
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

  /** What carries groups; a set without any is as good as no interface. */
  list(): readonly Holding[] {
    return [...this.#byText.values()];
  }
}

function hostOf(address: Address): Cidr {
  return cidrOf(address, address.family === 4 ? 32 : 128);
}
