import { type Address, formatAddress } from "../net/address.ts";
import type { Translation } from "../verdict/explanation.ts";
import { addressOf } from "./attachment.ts";
import type { End } from "./end.ts";
import type { Path } from "./path.ts";

/** The addresses that are replaced on a path, by the node and on the way out of the VPC. */
export function translationsOn(path: Path, source: End, family: 4 | 6): readonly Translation[] {
  if (path.kind !== "asked" || path.exit === undefined || !("own" in source)) return [];
  const { exit, isNatAtNode } = path;
  const first = textOf(source.asked ?? addressOf(source.own, family), source.title);
  const left = isNatAtNode ? textOf(addressOf(exit.by, family), exit.by.title) : first;
  const atNode: readonly Translation[] = isNatAtNode
    ? [{ replaces: "source", by: exit.by.title, from: first, to: left }]
    : [];
  switch (exit.target) {
    case "nat":
      return [
        ...atNode,
        { replaces: "source", by: "the NAT gateway", from: left, to: "the NAT gateway's address" },
      ];
    case "internet": {
      const to = family === 4 ? exit.by.publicAddress : undefined;
      if (to === undefined) return atNode;
      const by = "the internet gateway";
      return [...atNode, { replaces: "source", by, from: left, to: formatAddress(to) }];
    }
    case "local":
    case "peering":
    case "transit":
    case "other":
    case undefined:
      return atNode;
  }
}

function textOf(address: Address | undefined, title: string): string {
  return address === undefined ? title : formatAddress(address);
}
