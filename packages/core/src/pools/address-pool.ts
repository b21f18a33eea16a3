import { type FieldProblem, invalid } from "../errors/trunkline-error.ts";
import { addressCount, type Cidr, formatCidr, parseCidr } from "../net/cidr.ts";
import { formatIpv4, tryParseIpv4 } from "../net/ipv4.ts";
import { type SlotCounts, SlotPool } from "./slot-pool.ts";

/** Addresses of a subnet that nobody gets. Source: "Subnet sizing", VPC user guide. */
const reservedAtStart = 4;
const reservedAtEnd = 1;
const reservedCount = reservedAtStart + reservedAtEnd;

/** Addresses of a delegated prefix, a /28. */
const prefixSize = 16;

/** How a pool of addresses is made. */
export interface AddressPoolOptions {
  /** An IPv4 block of /16 to /28, the sizes a subnet may have. */
  readonly cidr: Cidr;
  /** How long a released address stays out of use; 0 frees it at once. */
  readonly quarantineMs: number;
}

/** State of one address. "prefix": held as a part of a delegated /28. */
export type AddressState = "free" | "held" | "prefix" | "quarantined" | "reserved" | "outside";

/** How many addresses of a subnet are in each state, and how much of it fits prefixes. */
export interface AddressCounts extends SlotCounts {
  /** The first four addresses and the last. The other three counts leave them out. */
  readonly reservedCount: number;
  /** Whole /28 blocks that can be taken as a prefix. */
  readonly freePrefixCount: number;
  /** Free addresses outside of those blocks: lost for prefixes by fragmentation. */
  readonly fragmentedCount: number;
}

/** Everything in a pool of addresses, as plain data. */
export interface AddressPoolState {
  /** The subnet, "10.0.2.0/24". */
  readonly cidr: string;
  readonly quarantineMs: number;
  /** Single addresses in use, ascending. */
  readonly held: readonly string[];
  /** First addresses of prefixes in use, ascending. */
  readonly prefixes: readonly string[];
  /** Addresses in quarantine and when they leave it, milliseconds since 1970. */
  readonly quarantined: readonly { readonly address: string; readonly readyMs: number }[];
}

/**
 * The IPv4 addresses of one subnet: single ones and delegated /28 prefixes, never held twice, the
 * lowest free one first, a released one only after its quarantine.
 *
 * Addresses are int32, as `parseIpv4` makes them. Time is an argument, milliseconds since 1970;
 * when it goes back, addresses wait longer, never shorter. Calls for one address cost the same
 * however full the subnet is; calls for prefixes and counts read the bitmap of 8 KiB for a /16.
 */
export class AddressPool {
  readonly cidr: Cidr & { readonly family: 4 };
  readonly #slots: SlotPool;
  /** By block of 16: 1 when it is held as a prefix. */
  readonly #prefixes: Uint8Array;

  /** Throws INVALID_ARGUMENT with every option that is wrong. */
  constructor(options: AddressPoolOptions) {
    const { cidr, quarantineMs } = options;
    const problems = optionProblems(options);
    if (cidr.family !== 4 || problems.length > 0) {
      throw invalid("a pool of addresses cannot be made", problems);
    }
    const size = addressCount(cidr);
    this.cidr = cidr;
    this.#slots = new SlotPool(size, quarantineMs);
    this.#prefixes = new Uint8Array(size / prefixSize);
    for (let slot = 0; slot < reservedAtStart; slot++) this.#slots.take(slot, 0);
    for (let slot = size - reservedAtEnd; slot < size; slot++) this.#slots.take(slot, 0);
  }

  /** The pool that `state` was saved from. Throws INVALID_ARGUMENT with every contradiction. */
  static restore(state: AddressPoolState): AddressPool {
    const pool = new AddressPool({
      cidr: parseCidr(state.cidr),
      quarantineMs: state.quarantineMs,
    });
    const problems = [
      ...state.held.flatMap((text, index) => pool.#restoreHeld(text, `held[${index}]`)),
      ...state.prefixes.flatMap((text, index) => pool.#restorePrefix(text, `prefixes[${index}]`)),
      ...state.quarantined
        .map((entry, index) => ({ ...entry, field: `quarantined[${index}]` }))
        .sort((a, b) => a.readyMs - b.readyMs)
        .flatMap((entry) => pool.#restoreQuarantined(entry)),
    ];
    if (problems.length > 0) throw invalid("a pool of addresses cannot be restored", problems);
    return pool;
  }

  /** When the next address leaves quarantine, milliseconds since 1970; undefined when none waits. */
  get nextReadyMs(): number | undefined {
    return this.#slots.nextReadyMs;
  }

  /** How many addresses are in each state. O(size / 32). */
  counts(nowMs: number): AddressCounts {
    const { freeCount, heldCount, quarantinedCount } = this.#slots.counts(nowMs);
    const freePrefixCount = this.#slots.freeSixteens(nowMs);
    return {
      freeCount,
      heldCount: heldCount - reservedCount,
      quarantinedCount,
      reservedCount,
      freePrefixCount,
      fragmentedCount: freeCount - freePrefixCount * prefixSize,
    };
  }

  /** State of an address. */
  stateOf(ip: number, nowMs: number): AddressState {
    const slot = this.#slotOf(ip);
    if (slot < 0) return "outside";
    if (this.#isReserved(slot)) return "reserved";
    return this.#isPrefix(slot) ? "prefix" : this.#slots.stateOf(slot, nowMs);
  }

  /** Takes the lowest free address; undefined when none is free. */
  takeLowest(nowMs: number): number | undefined {
    const slot = this.#slots.takeLowest(nowMs);
    return slot < 0 ? undefined : this.cidr.base | slot;
  }

  /** Takes this address if it is free, else says why not. */
  takeAddress(ip: number, nowMs: number): "taken" | Exclude<AddressState, "free"> {
    const state = this.stateOf(ip, nowMs);
    if (state !== "free") return state;
    this.#slots.take(this.#slotOf(ip), nowMs);
    return "taken";
  }

  /**
   * Takes the lowest free /28 and returns its first address; undefined when none is wholly free,
   * which `counts().fragmentedCount` may explain. O(size / 32).
   */
  takePrefix(nowMs: number): number | undefined {
    const slot = this.#slots.takeLowestSixteen(nowMs);
    if (slot < 0) return undefined;
    this.#prefixes[slot / prefixSize] = 1;
    return this.cidr.base | slot;
  }

  /** Takes the /28 with this first address if it is wholly free, else says why not. */
  takePrefixAt(ip: number, nowMs: number): "taken" | "occupied" | "unaligned" | "outside" {
    const slot = this.#slotOf(ip);
    if (slot < 0) return "outside";
    if (slot % prefixSize !== 0) return "unaligned";
    if (!this.#slots.takeSixteen(slot, nowMs)) return "occupied";
    this.#prefixes[slot / prefixSize] = 1;
    return "taken";
  }

  /**
   * Puts an address in quarantine from `nowMs` on; false, and no effect, when it is not held by
   * itself.
   */
  release(ip: number, nowMs: number): boolean {
    const slot = this.#slotOf(ip);
    if (slot < 0 || this.#isReserved(slot) || this.#isPrefix(slot)) return false;
    return this.#slots.release(slot, nowMs);
  }

  /** Puts the 16 addresses of a held prefix in quarantine; false when it is not held. */
  releasePrefix(ip: number, nowMs: number): boolean {
    const first = this.#slotOf(ip);
    if (first < 0 || first % prefixSize !== 0 || !this.#isPrefix(first)) return false;
    this.#prefixes[first / prefixSize] = 0;
    for (let slot = first; slot < first + prefixSize; slot++) this.#slots.release(slot, nowMs);
    return true;
  }

  /**
   * Gives an address in quarantine back to the one who held it, by itself even if it was part of a
   * prefix; false when it is not there.
   */
  reclaim(ip: number, nowMs: number): boolean {
    const slot = this.#slotOf(ip);
    return slot >= 0 && this.#slots.reclaim(slot, nowMs);
  }

  /** Everything in the pool, as plain data; {@link AddressPool.restore} is the way back. O(size). */
  save(): AddressPoolState {
    const text = (slot: number) => formatIpv4(this.cidr.base | slot);
    const isSingle = (slot: number) => !this.#isReserved(slot) && !this.#isPrefix(slot);
    const blocks = [...this.#prefixes.keys()].filter((block) => this.#prefixes[block] === 1);
    return {
      cidr: formatCidr(this.cidr),
      quarantineMs: this.#slots.quarantineMs,
      held: [...this.#slots.held()].filter(isSingle).map(text),
      prefixes: blocks.map((block) => text(block * prefixSize)),
      quarantined: [...this.#slots.quarantined()].map(([slot, readyMs]) => ({
        address: text(slot),
        readyMs,
      })),
    };
  }

  #restoreHeld(text: string, field: string): FieldProblem[] {
    const ip = tryParseIpv4(text);
    const outcome = ip === undefined ? "no IPv4 address" : this.takeAddress(ip, -Infinity);
    return outcome === "taken" ? [] : [{ field, description: `${text} is ${outcome}` }];
  }

  #restorePrefix(text: string, field: string): FieldProblem[] {
    const ip = tryParseIpv4(text);
    const outcome = ip === undefined ? "no IPv4 address" : this.takePrefixAt(ip, -Infinity);
    return outcome === "taken" ? [] : [{ field, description: `prefix ${text} is ${outcome}` }];
  }

  #restoreQuarantined(entry: { address: string; readyMs: number; field: string }): FieldProblem[] {
    const { address, readyMs, field } = entry;
    const ip = tryParseIpv4(address);
    const slot = ip === undefined ? -1 : this.#slotOf(ip);
    if (slot >= 0 && this.#slots.restoreQuarantined(slot, readyMs)) return [];
    const description = `${address} is outside, reserved, named before, or has no time`;
    return [{ field, description }];
  }

  /** Distance of an address from the base, or -1 when it is not in the subnet. */
  #slotOf(ip: number): number {
    const slot = (ip ^ this.cidr.base) >>> 0;
    return slot < this.#slots.size ? slot : -1;
  }

  #isReserved(slot: number): boolean {
    return slot < reservedAtStart || slot >= this.#slots.size - reservedAtEnd;
  }

  #isPrefix(slot: number): boolean {
    return this.#prefixes[slot >>> 4] === 1;
  }
}

function optionProblems({ cidr, quarantineMs }: AddressPoolOptions): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (cidr.family !== 4 || cidr.prefixLength < 16 || cidr.prefixLength > 28) {
    const description = `${formatCidr(cidr)} is not an IPv4 block of /16 to /28`;
    problems.push({ field: "cidr", description });
  }
  if (!(quarantineMs >= 0 && quarantineMs < Infinity)) {
    problems.push({ field: "quarantineMs", description: `${quarantineMs} is not a duration` });
  }
  return problems;
}
