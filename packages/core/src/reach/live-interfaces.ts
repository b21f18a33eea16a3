import { formatAddress, tryParseAddress } from "../net/address.ts";
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
  count(pod: Pod, by: 1 | -1): void {
    for (const key of keysOf(pod.branchEniId, pod.addresses)) {
      this.#named.set(key, (this.#named.get(key) ?? 0) + by);
    }
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
  const keys = eniId === undefined ? [] : [eniId];
  for (const text of addresses) {
    const address = tryParseAddress(text);
    if (address === undefined) continue;
    // The text of an IPv4 address that can be read is canonical.
    const key = address.family === 4 ? text : formatAddress(address);
    if (!keys.includes(key)) keys.push(key);
  }
  return keys;
}
