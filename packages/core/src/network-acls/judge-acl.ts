import { everyMatch, type Match } from "../groups/match.ts";
import { blocksLieIn } from "../groups/peer-match.ts";
import { type Traffic, trafficMatches } from "../groups/rule-match.ts";
import type { Cidr } from "../net/cidr.ts";
import type { PortRange } from "../net/protocol.ts";
import type { ReadAcl, ReadEntry } from "./read-acls.ts";

/** Packets of one direction of a connection at the border of a subnet. */
export interface AclQuestion {
  /** True when they leave the subnet. */
  readonly isEgress: boolean;
  /** Its port is not looked at, `ports` are. */
  readonly traffic: Traffic;
  /** Destination ports that packets may have; any of them where the protocol has none. */
  readonly ports: PortRange;
  /** Blocks of one family, one of which holds the far address. */
  readonly within: readonly Cidr[];
}

/** What a network ACL says to a question. */
export interface AclAnswer {
  /** `unknown` also where some of the ports are let through and others are not. */
  readonly answer: Match;
  /** Entries that decide, or that may, by number; none where no entry matches, which refuses. */
  readonly entries: readonly ReadEntry[];
}

/**
 * Asks the entries of one direction in their order: the first that matches decides, none refuses.
 *
 * Source: VPC user guide, "Network ACL rules".
 */
export function judgeAcl(acl: ReadAcl, question: AclQuestion): AclAnswer {
  const inOrder = question.isEgress ? acl.egress : acl.ingress;
  const answers = samplePorts(inOrder, question.ports).map((port) => {
    return firstMatch(inOrder, { ...question.traffic, port }, question.within);
  });
  const said = new Set(answers.map(({ answer }) => answer));
  const entries = inOrder.filter((one) => answers.some((own) => own.entries.includes(one)));
  return { answer: said.size === 1 ? [...said][0] : "unknown", entries };
}

function firstMatch(
  inOrder: readonly ReadEntry[],
  traffic: Traffic,
  within: readonly Cidr[],
): AclAnswer {
  const entries: ReadEntry[] = [];
  const said = new Set<Match>();
  for (const one of inOrder) {
    const byTraffic = trafficMatches(one.entry, traffic);
    const match =
      byTraffic === "no" ? "no" : everyMatch([byTraffic, blocksLieIn(within, [one.cidr])]);
    if (match === "no") continue;
    entries.push(one);
    said.add(one.entry.action === "allow" ? "yes" : "no");
    if (match === "yes") return { answer: said.size === 1 ? [...said][0] : "unknown", entries };
  }
  // Nobody is sure to match, so that the last one, "*", may be reached.
  said.add("no");
  return { answer: said.size === 1 ? "no" : "unknown", entries };
}

// One port of each stretch that no entry tells apart.
function samplePorts(
  inOrder: readonly ReadEntry[],
  { fromPort, toPort }: PortRange,
): readonly number[] {
  const starts = inOrder.flatMap(({ entry }) => [entry.fromPort, entry.toPort + 1]);
  const inside = starts.filter((port) => port > fromPort && port <= toPort);
  return [...new Set([fromPort, ...inside])];
}
