import { tryParseAddress } from "../net/address.ts";
import { cidrContains } from "../net/cidr.ts";
import type { CompiledImage, ImageDraft } from "./compile-image.ts";
import { Grower } from "./grower.ts";
import type { Image } from "./image.ts";
import { UnitLists } from "./interface-columns.ts";
import type { ImageSource } from "./rule-tables.ts";
import type { SealedTrie4 } from "./sealed-trie4.ts";

/** An interface as images know it. */
export type ImageInterface = ImageSource["interfaces"][number];

/** The columns of interfaces of an image that exists, to be changed where they lie. */
export class LiveInterfaces {
  readonly #draft: ImageDraft;
  readonly #image: Image;
  readonly #trie: SealedTrie4;
  readonly #lists: UnitLists;
  readonly #setByKey: ReadonlyMap<string, number>;
  /** How many interfaces hold an IPv4 address. */
  readonly #holderCounts = new Map<number, number>();

  /** @param trie the image's IPv4 trie. */
  constructor({ draft, image, lengths }: CompiledImage, trie: SealedTrie4) {
    this.#draft = draft;
    this.#image = image;
    this.#trie = trie;
    this.#lists = new UnitLists(Grower.within(image.unitLists, lengths.unitLists));
    for (const ip of draft.sets.heldIps) this.#count(ip, 1);
    this.#setByKey = new Map(draft.sets.sets.map((groups, set) => [groups.join(","), set]));
  }

  /**
   * Replaces an interface (undefined: none) by another under the same number.
   *
   * False, with nothing changed, for what needs a new compile: IPv6 addresses, delegated prefixes,
   * a set of groups that no interface had, an address that another holds.
   */
  replace(number: number, before: ImageInterface | undefined, eni: ImageInterface): boolean {
    const set = this.#setOf(eni);
    const [old, wanted] = [addressesOf(before), addressesOf(eni)];
    if (set === undefined || old === undefined || wanted === undefined) return false;
    if (2 * number + 1 >= this.#image.interfaces.length) return false;
    const isOthers = (ip: number) => {
      const others = (this.#holderCounts.get(ip) ?? 0) - (old.includes(ip) ? 1 : 0);
      return others > 0 || this.#isInPrefix(ip);
    };
    if ([...old, ...wanted].some(isOthers)) return false;
    // Before anything else, because a list may find no room.
    const cells = [0, 1].map((way) => this.#cellOf(eni, way));
    for (const ip of old) this.#place(ip, 0, -1);
    for (const ip of wanted) this.#place(ip, set, 1);
    this.#image.interfaces.set(cells, 2 * number);
    for (const way of [0, 1]) this.#writeCertain(eni, number, way);
    return true;
  }

  #setOf({ groupIds }: ImageInterface): number | undefined {
    const { groupNumbers } = this.#draft.tables;
    const numbers = groupIds.map((id) => groupNumbers.get(id) ?? -1);
    return this.#setByKey.get([...new Set(numbers)].sort((a, b) => a - b).join(","));
  }

  #cellOf({ groupIds }: ImageInterface, way: number): number {
    const { tables, offsets } = this.#draft;
    return this.#lists.cellOf(
      groupIds.map((id) => offsets[2 * (tables.groupNumbers.get(id) ?? 0) + way]),
    );
  }

  #writeCertain({ groupIds }: ImageInterface, number: number, way: number): void {
    const { groupNumbers, units } = this.#draft.tables;
    const isCertain = groupIds.every((id) => {
      return units[2 * (groupNumbers.get(id) ?? 0) + way]?.isCertain ?? false;
    });
    this.#image.certain[2 * number + way] = isCertain ? 1 : 0;
  }

  #isInPrefix(ip: number): boolean {
    return this.#draft.sets.prefixes.some(({ cidr }) => cidrContains(cidr, { family: 4, ip }));
  }

  #place(ip: number, set: number, by: number): void {
    this.#trie.paintHost(ip, set);
    this.#count(ip, by);
  }

  #count(ip: number, by: number): void {
    this.#holderCounts.set(ip, (this.#holderCounts.get(ip) ?? 0) + by);
  }
}

// Undefined when it holds anything but IPv4 addresses.
function addressesOf(eni: ImageInterface | undefined): readonly number[] | undefined {
  if (eni === undefined) return [];
  const addresses = eni.addresses.flatMap((text) => tryParseAddress(text) ?? []);
  const ips = addresses.flatMap((address) => (address.family === 4 ? [address.ip] : []));
  return eni.prefixes.length === 0 && ips.length === addresses.length
    ? [...new Set(ips)]
    : undefined;
}
