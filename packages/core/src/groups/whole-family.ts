import {
  baseAddress,
  type Cidr,
  cidrContainsCidr,
  cidrOf,
  tryParseCidr,
  upperHalf,
} from "../net/cidr.ts";
import type { RulePeer } from "../world/cloud.ts";
import type { References } from "./peer-match.ts";
import type { GroupSwitchValues } from "./switches.ts";

/** Says whether peers together stand for all addresses of a family, as the switch reads it. */
export function areWholeFamily(
  peers: readonly RulePeer[],
  family: 4 | 6,
  references: References,
  { wholeFamily }: Pick<GroupSwitchValues, "wholeFamily">,
): boolean {
  const literal = peers.flatMap((peer) => (peer.kind === "cidr" ? [peer.cidr] : []));
  const whole = wholeOf(family);
  if (wholeFamily === "literal") {
    return blocksOf(literal, family).some(({ prefixLength }) => prefixLength === 0);
  }
  const listed = peers.flatMap((peer) => {
    if (peer.kind !== "prefixList") return [];
    return references.prefixLists.get(peer.prefixListId)?.cidrs ?? [];
  });
  return isCovered(whole, blocksOf([...literal, ...listed], family));
}

function blocksOf(texts: readonly string[], family: 4 | 6): readonly Cidr[] {
  return texts.flatMap((text) => {
    const cidr = tryParseCidr(text);
    return cidr?.family === family ? [cidr] : [];
  });
}

// Both halves of a block are covered, or one of the blocks holds it whole.
function isCovered(block: Cidr, by: readonly Cidr[]): boolean {
  if (by.some((one) => cidrContainsCidr(one, block))) return true;
  const inside = by.filter((one) => cidrContainsCidr(block, one));
  if (inside.length === 0) return false;
  const length = block.prefixLength + 1;
  const halves = [baseAddress(block), upperHalf(block)].map((base) => cidrOf(base, length));
  return halves.every((half) => isCovered(half, inside));
}

function wholeOf(family: 4 | 6): Cidr {
  return cidrOf(family === 4 ? { family, ip: 0 } : { family, ip: [0, 0, 0, 0] }, 0);
}
