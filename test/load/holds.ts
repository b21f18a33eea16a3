/** What a pod holds from the moment the answer arrived until the release is sent. */
export interface Hold {
  readonly podUid: string;
  readonly eniId: string;
  readonly trunkEniId: string;
  readonly vlanId: number;
  readonly ipv4Address: string;
}

/** A change of what is held, in the order in which it was seen. */
export type HoldEvent =
  | { readonly kind: "held"; readonly hold: Hold }
  | { readonly kind: "freed"; readonly podUid: string };

/**
 * Watches holds and notes everything that two pods held at the same time. It knows answers only,
 * nothing of how the service works.
 */
export class HoldWatch {
  /** One sentence per fault. */
  readonly faults: string[] = [];
  #heldCount = 0;
  readonly #byPod = new Map<string, Hold>();
  readonly #holders = new Map<string, string>();

  /** Number of holds seen so far. */
  get heldCount(): number {
    return this.#heldCount;
  }

  /** Pods that hold something now. */
  get openPods(): readonly string[] {
    return [...this.#byPod.keys()];
  }

  see(event: HoldEvent): void {
    if (event.kind === "held") this.#take(event.hold);
    else this.#free(event.podUid);
  }

  #take(hold: Hold): void {
    this.#heldCount++;
    if (this.#byPod.has(hold.podUid)) this.faults.push(`pod ${hold.podUid} holds two branches`);
    if (hold.vlanId < 1 || hold.vlanId > 4094)
      this.faults.push(`vlan ${hold.vlanId} is no VLAN id`);
    this.#byPod.set(hold.podUid, hold);
    for (const key of keysOf(hold)) {
      const other = this.#holders.get(key);
      if (other !== undefined) this.faults.push(`${key} is held by ${other} and ${hold.podUid}`);
      this.#holders.set(key, hold.podUid);
    }
  }

  #free(podUid: string): void {
    const hold = this.#byPod.get(podUid);
    if (hold === undefined) return;
    this.#byPod.delete(podUid);
    for (const key of keysOf(hold)) {
      if (this.#holders.get(key) === podUid) this.#holders.delete(key);
    }
  }
}

function keysOf(hold: Hold): string[] {
  return [
    `interface ${hold.eniId}`,
    `address ${hold.ipv4Address}`,
    `vlan ${hold.vlanId} of trunk ${hold.trunkEniId}`,
  ];
}
