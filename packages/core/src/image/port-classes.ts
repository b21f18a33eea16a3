import { TrunklineError } from "../errors/trunkline-error.ts";
import { type Grower, growing16 } from "./grower.ts";
import { RULE_WORDS } from "./layout.ts";
import type { Entries } from "./rule-tables.ts";
import { FIRST_BARE_KEY, KEY_COUNT, SLOT_KEYS, SLOT_PROTOCOLS } from "./traffic-keys.ts";

/** Keys that no rule tells apart are one class; classes are numbered in the order of keys. */
export interface PortClasses {
  readonly count: number;
  /** By key. */
  readonly classOf: Uint16Array;
}

/** Finds the classes. Throws QUOTA when there are more than 65,536. */
export function classifyPorts({ rules: { words, length } }: Entries): PortClasses {
  const starts = new Uint8Array(KEY_COUNT + 1);
  for (let first = 0; first < FIRST_BARE_KEY; first += SLOT_KEYS) starts[first] = 1;
  starts[FIRST_BARE_KEY] = 1;
  for (let word = 0; word < length; word += RULE_WORDS) {
    starts[words[word + 1]] = 1;
    starts[words[word + 2] + 1] = 1;
  }
  const classOf = new Uint16Array(KEY_COUNT);
  let last = -1;
  for (let key = 0; key < KEY_COUNT; key++) {
    last += starts[key];
    classOf[key] = last;
  }
  if (last > 0xffff) throw new TrunklineError("QUOTA", `${last + 1} classes of ports, limit 65536`);
  return { count: last + 1, classOf };
}

/** The columns that lead from protocol and port to the class. */
export interface PortColumns {
  readonly protocols4: Int32Array;
  readonly protocols6: Int32Array;
  readonly portClasses: Uint16Array;
}

/**
 * Writes the columns. A protocol whose ports no rule tells apart takes one cell, unless later rules
 * may tell them apart in the same place.
 */
export function portColumns({ classOf }: PortClasses, isKeptWide: boolean): PortColumns {
  const cells = growing16(256 + 4 * SLOT_KEYS);
  cells.add(256, 0);
  cells.words.set(classOf.subarray(FIRST_BARE_KEY));
  const bare = Int32Array.from({ length: 256 }, (_, protocol) => protocol << 1);
  const [tcp, udp, icmp, icmpv6] = SLOT_PROTOCOLS.map((_, slot) => {
    return addSlot(cells, classOf.subarray(slot * SLOT_KEYS, (slot + 1) * SLOT_KEYS), isKeptWide);
  });
  const [tcpNumber, udpNumber, icmpNumber, icmpv6Number] = SLOT_PROTOCOLS;
  const protocols4 = bare.slice();
  protocols4[tcpNumber] = tcp;
  protocols4[udpNumber] = udp;
  const protocols6 = protocols4.slice();
  // ICMP of one family inside the other is what no icmp rule means.
  protocols4[icmpNumber] = icmp;
  protocols6[icmpv6Number] = icmpv6;
  return { protocols4, protocols6, portClasses: cells.used() };
}

function addSlot(cells: Grower<Uint16Array>, classes: Uint16Array, isKeptWide: boolean): number {
  if (!isKeptWide && classes[0] === classes[SLOT_KEYS - 1]) return cells.add(1, classes[0]) << 1;
  const base = cells.add(SLOT_KEYS, 0);
  cells.words.set(classes, base);
  return (base << 1) | 1;
}
