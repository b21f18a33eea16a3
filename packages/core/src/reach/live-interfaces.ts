import { formatAddress, tryParseAddress } from "../net/address.ts";
import { tryParseIpv4 } from "../net/ipv4.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { Pod } from "../world/cluster.ts";
import type { WorldIndex } from "../world/world-index.ts";

/**
 * The interfaces of a world while branches are added and changed, and which pods name them: by id,
 * or by an address.
 */
export class LiveInterfaces {
  readonly interfaces: Map<string, NetworkInterface>;
  readonly #byAddress: Map<string, readonly NetworkInterface[]>;
  /** By interface id and by address: how many pods name it. */
  readonly #named = new Map<string, number>();

  constructor(index: WorldIndex, pods: Iterable<Pod>) {
    this.interfaces = new Map(index.interfaces);
    this.#byAddress = new Map(index.interfacesByAddress);
    for (const pod of pods) this.count(pod, 1);
  }

  /** The index with these interfaces in place of its own. */
  within(index: WorldIndex): WorldIndex {
    return { ...index, interfaces: this.interfaces, interfacesByAddress: this.#byAddress };
  }

  /** Counts a pod in (1) or out (-1). */
  count({ branchEniId, addresses }: Pod, by: 1 | -1): void {
    if (branchEniId !== undefined) this.#add(branchEniId, by);
    for (const text of addresses) {
      const key = addressKey(text);
      if (key !== undefined) this.#add(key, by);
    }
  }

  #add(key: string, by: number): void {
    const count = (this.#named.get(key) ?? 0) + by;
    if (count === 0) this.#named.delete(key);
    else this.#named.set(key, count);
  }

  /**
   * Adds a branch, or changes it. Returns false when that may place others anew than the one pod
   * that is counted and holds it.
   */
  setBranch(branch: NetworkInterface): boolean {
    const old = this.interfaces.get(branch.eniId);
    const both = old === undefined ? [branch] : [branch, old];
    const keys = new Set(both.flatMap(({ eniId, addresses }) => keysOf(eniId, addresses)));
    const isAlone = [...keys].every((key) => (this.#named.get(key) ?? 0) <= 1);
    const isPlain = both.every(({ prefixes, instanceId }) => {
      return prefixes.length === 0 && instanceId === undefined;
    });
    this.interfaces.set(branch.eniId, branch);
    for (const address of keys) {
      const others = (this.#byAddress.get(address) ?? []).filter((one) => one !== old);
      this.#byAddress.set(address, others);
    }
    for (const address of keysOf(undefined, branch.addresses)) {
      this.#byAddress.set(address, [...(this.#byAddress.get(address) ?? []), branch]);
    }
    return isAlone && isPlain;
  }
}

function keysOf(eniId: string | undefined, addresses: readonly string[]): readonly string[] {
  const keys = addresses.flatMap((text) => addressKey(text) ?? []);
  return [...new Set(eniId === undefined ? keys : [eniId, ...keys])];
}

// Canonical text; that of an IPv4 address that can be read is.
function addressKey(text: string): string | undefined {
  if (tryParseIpv4(text) !== undefined) return text;
  const address = tryParseAddress(text);
  return address && formatAddress(address);
}
