import { parseAddress } from "../../net/address.ts";
import { cidrContains } from "../../net/cidr.ts";
import type { Both } from "../../reach/joint-pods.ts";
import { addressEndpoint } from "../blocks.ts";
import type { Party } from "../party.ts";
import { outsideParts, type Survey } from "../survey.ts";

/** One party in two worlds; absent where it does not exist. */
export interface Member extends Both<Party | undefined> {
  readonly name: string;
}

/**
 * A member for each region of addresses that no pod, node or interface of either world holds. Both
 * surveys must tell the same blocks apart, so that the regions of one are those of the other.
 */
export function outsideMembers(before: Survey, after: Survey): readonly Member[] {
  const samples = outsideParts(before, ({ name }) => name).map(({ value }) => value);
  return [...new Set(samples)].flatMap((sample) => {
    const address = parseAddress(sample);
    if (after.inside.some((cidr) => cidrContains(cidr, address))) return [];
    const name = regionName(before.placer.blocks.closest(address));
    const place = ({ placer }: Survey) => placer.place(name, "address", addressEndpoint(address));
    return [{ name, before: place(before), after: place(after) }];
  });
}

function regionName(closest: string): string {
  return closest.startsWith("IPv") ? `other ${closest} addresses` : closest;
}
