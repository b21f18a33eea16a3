import type { Match } from "../groups/match.ts";
import { cidrContainsCidr } from "../net/cidr.ts";
import { anyOf, withinSeen } from "./peer-covers.ts";
import { choosesPod } from "./policy-set.ts";
import type { PolicyContext } from "./question.ts";
import type { ReadPolicy } from "./read-policy.ts";
import { type EntryAnswer, ruleCovers } from "./rule-covers.ts";

/** What the NetworkPolicies of a pod say to one direction. */
export interface Isolation {
  /** `silent`: none isolates the pod; `unsure`: one that is broken may. */
  readonly state: "silent" | "decided" | "unsure";
  readonly answer: Match;
  /** The policies that isolate the pod in this direction. */
  readonly isolating: readonly ReadPolicy[];
  /** The entries of their rules that decide, in the order of policies. */
  readonly allowing: readonly { readonly policy: ReadPolicy; readonly entry: EntryAnswer }[];
}

/**
 * Asks the NetworkPolicies: one that selects the pod for the direction closes it, and then the
 * union of all rules of all of them opens it.
 */
export function decideIsolation(context: PolicyContext): Isolation {
  const all = policiesOf(context);
  const isBroken = all.some(({ problems }) => problems.length > 0);
  const isolating = selecting(all, context).filter((one) => one[context.direction] !== undefined);
  if (isolating.length === 0) {
    const state = isBroken ? "unsure" : "silent";
    return { state, answer: isBroken ? "unknown" : "yes", isolating, allowing: [] };
  }
  const entries = isolating.flatMap((policy) =>
    (policy[context.direction] ?? []).flatMap((rule) =>
      ruleCovers(rule, policy, context).entries.map((entry) => ({ policy, entry })),
    ),
  );
  const judged = asEnforced(entries, context);
  const answer = anyOf([...judged.map(({ entry }) => entry.match), isBroken ? "unknown" : "no"]);
  const allowing = judged.filter(({ entry }) => answer !== "no" && entry.match === answer);
  return { state: "decided", answer, isolating, allowing };
}

/** Says whether any valid NetworkPolicy selects the pod, for whichever direction. */
export function isSelected(context: PolicyContext): boolean {
  return selecting(policiesOf(context), context).length > 0;
}

function policiesOf({ end, set }: PolicyContext): readonly ReadPolicy[] {
  return end.kind === "pod" ? (set.byNamespace.get(end.pod.namespace) ?? []) : [];
}

function selecting(all: readonly ReadPolicy[], { end, set }: PolicyContext): readonly ReadPolicy[] {
  return all.filter(({ problems, subject }) => {
    return problems.length === 0 && end.kind === "pod" && choosesPod(subject, end.pod, set);
  });
}

type Placed = Isolation["allowing"][number];

// What the tables of an engine make of the union: holes that mask, and entries that do not fit.
function asEnforced(entries: readonly Placed[], context: PolicyContext): readonly Placed[] {
  const { exceptMasksOthers, portsPerAddressMax } = context.switches;
  const unmasked = exceptMasksOthers
    ? entries.map((one) => masked(one, entries, context))
    : entries;
  if (portsPerAddressMax === undefined) return unmasked;
  const portCount = entries
    .filter(({ entry }) => entry.byPeer === "yes")
    .reduce((sum, { entry }) => sum + (entry.rule.ports?.length ?? 1), 0);
  if (portCount <= portsPerAddressMax) return unmasked;
  // Which of them are dropped depends on the order in which they were written to the table.
  return unmasked.map((one) => (one.entry.match === "yes" ? withMatch(one, "unknown") : one));
}

function masked(one: Placed, entries: readonly Placed[], context: PolicyContext): Placed {
  if (one.entry.match === "no") return one;
  const within = withinSeen(context);
  const length = prefixLengthOf(one.entry, context);
  const holes = entries
    .flatMap(({ entry }) => (entry.peer?.kind === "blocks" ? entry.peer.blocks : []))
    .flatMap(({ except }) => except)
    .filter((hole) => within.some((place) => cidrContainsCidr(hole, place)));
  if (holes.some((hole) => hole.prefixLength > length)) return withMatch(one, "no");
  return holes.some((hole) => hole.prefixLength === length) ? withMatch(one, "unknown") : one;
}

// A pod has an entry of its own address; everybody is /0.
function prefixLengthOf({ peer }: EntryAnswer, context: PolicyContext): number {
  if (peer === undefined) return 0;
  if (peer.kind !== "blocks") return context.traffic.family === 4 ? 32 : 128;
  return Math.max(...peer.blocks.map(({ cidr }) => cidr.prefixLength));
}

function withMatch({ policy, entry }: Placed, match: Match): Placed {
  return { policy, entry: { ...entry, match } };
}
