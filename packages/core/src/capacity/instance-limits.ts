import { assert } from "../errors/assert.ts";
import { TrunklineError } from "../errors/trunkline-error.ts";
import { INSTANCE_TABLE_DATE, nitroTable, xenTable } from "./instance-table.ts";

/** What an instance type can attach. */
export interface InstanceLimits {
  /** "m5.large". */
  readonly type: string;
  /** Interfaces over all network cards, primary and trunk included. */
  readonly eniLimit: number;
  /** IPv4 addresses per interface, the interface's own included. */
  readonly ipv4PerEni: number;
  /** Branches on a trunk; 0 when the type cannot trunk. Never above 120, the VLAN ids of a trunk. */
  readonly branchLimit: number;
  /** The table's `IsTrunkingCompatible`; the EKS guide calls it `isTrunkingEnabled`. */
  readonly isTrunking: boolean;
  /** "none" for bare metal. */
  readonly hypervisor: "nitro" | "xen" | "none";
  readonly isBareMetal: boolean;
  /** Index of the card that holds the primary interface and, in the stock plugin, all pods. */
  readonly defaultNetworkCard: number;
  /** By index, one at least. */
  readonly networkCards: readonly NetworkCard[];
}

/** One network card of an instance type. */
export interface NetworkCard {
  readonly index: number;
  /** Interfaces this card can attach. */
  readonly eniLimit: number;
}

let parsed: ReadonlyMap<string, InstanceLimits> | undefined;

/**
 * Limits of an instance type, or undefined when the table of {@link INSTANCE_TABLE_DATE} lacks it.
 *
 * The first call reads the table, about a millisecond. The result is shared: do not change it.
 */
export function limitsOf(type: string): InstanceLimits | undefined {
  return allLimits().get(type);
}

/** Like {@link limitsOf}. Throws NOT_FOUND for a type that the table lacks; it never guesses. */
export function requireLimits(type: string): InstanceLimits {
  const limits = limitsOf(type);
  if (limits !== undefined) return limits;
  throw new TrunklineError(
    "NOT_FOUND",
    `instance type ${JSON.stringify(type.slice(0, 64))} is not in the limits table dated ` +
      `${INSTANCE_TABLE_DATE}; its limits are not guessed`,
    { facts: { tableDate: INSTANCE_TABLE_DATE } },
  );
}

/** Names of all types in the table, families in natural order, sizes from small to large. */
export function instanceTypes(): readonly string[] {
  return [...allLimits().keys()];
}

/** Why the type cannot carry a trunk, in words; undefined when it can. */
export function trunkObstacle(limits: InstanceLimits): string | undefined {
  if (limits.isTrunking) return undefined;
  return limits.hypervisor === "xen"
    ? `${limits.type} runs on the Xen hypervisor; trunk interfaces need Nitro`
    : `${limits.type} is a Nitro type without trunk interfaces`;
}

function allLimits(): ReadonlyMap<string, InstanceLimits> {
  parsed ??= new Map(
    [...readTable(nitroTable, "nitro"), ...readTable(xenTable, "xen")].map((row) => [
      row.type,
      row,
    ]),
  );
  return parsed;
}

function* readTable(table: string, hypervisor: "nitro" | "xen"): Generator<InstanceLimits> {
  let families: string[] = [];
  let isBelowRows = true;
  for (const line of table.trim().split("\n")) {
    if (line.startsWith("  ")) {
      for (const family of families) {
        for (const row of line.trim().split(" · ")) yield readRow(family, row, hypervisor);
      }
      isBelowRows = true;
    } else {
      // Long lists of families take several lines.
      families = isBelowRows ? line.split(" ") : [...families, ...line.split(" ")];
      isBelowRows = false;
    }
  }
}

/** Reads "metal 8/8x50+106": size, interfaces of each card, addresses, branches. */
function readRow(family: string, row: string, hypervisor: "nitro" | "xen"): InstanceLimits {
  const match = /^(\S+) ([\d/*]+)x(\d+)(?:\+(\d+))?$/.exec(row);
  assert(match !== null, `row "${row}" of ${family} in the instance table`);
  const [, size, cards, ipv4PerEni, branches = "0"] = match;
  const networkCards = readCards(cards);
  const isBareMetal = size.startsWith("metal");
  return Object.freeze({
    type: `${family}.${size}`,
    eniLimit: networkCards.reduce((sum, card) => sum + card.eniLimit, 0),
    ipv4PerEni: Number(ipv4PerEni),
    branchLimit: Number(branches),
    isTrunking: branches !== "0",
    hypervisor: isBareMetal ? "none" : hypervisor,
    isBareMetal,
    // Zero for every type of the table.
    defaultNetworkCard: 0,
    networkCards,
  });
}

function readCards(text: string): readonly NetworkCard[] {
  const [count, each] = text.split("*").map(Number);
  const limits = each === undefined ? text.split("/").map(Number) : Array(count).fill(each);
  return limits.map((eniLimit: number, index: number) => ({ index, eniLimit }));
}
