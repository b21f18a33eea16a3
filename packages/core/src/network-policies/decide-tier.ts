import { choosesPod } from "./policy-set.ts";
import type { PolicyContext } from "./question.ts";
import type { PolicyAction, PolicyRule, ReadPolicy } from "./read-policy.ts";
import { placeOf, ruleCovers } from "./rule-covers.ts";

/** What a tier of ordered policies may say. */
export interface TierDecision {
  /** One when it is certain; several when the world leaves open which rule comes first. */
  readonly alternatives: readonly Alternative[];
  /** Policies of equal priority that contradict each other; the first is taken. */
  readonly rivals: readonly Alternative[];
}

/** One way in which a tier may decide; without a policy nothing in it covers the packet. */
export interface Alternative {
  readonly action: PolicyAction | "none";
  readonly policy?: ReadPolicy;
  readonly at: string;
}

const silence: Alternative = { action: "none", at: "" };

/**
 * Asks the policies of a tier that select the pod, the lowest priority first; the first rule that
 * covers the packet decides.
 *
 * Which of several policies of one priority comes first is undefined: where they contradict each
 * other a Deny is taken before an Allow, and an Allow before a Pass.
 */
export function decideTier(policies: readonly ReadPolicy[], context: PolicyContext): TierDecision {
  const found: Alternative[] = [];
  for (const group of byPriority(policies.filter((policy) => concerns(policy, context)))) {
    const { alternatives, rivals } = decideGroup(group, context);
    const certain = alternatives.every(({ action }) => action !== "none");
    found.push(...alternatives.filter(({ action }) => action !== "none"));
    if (certain) return { alternatives: found, rivals: found.length === 1 ? rivals : [] };
  }
  return { alternatives: [...found, silence], rivals: [] };
}

/** Says whether a policy may say something: it selects the pod, or is too broken to tell. */
export function concerns(policy: ReadPolicy, { end, set, direction }: PolicyContext): boolean {
  if (policy.problems.length > 0) return true;
  if (policy[direction] === undefined || end.kind !== "pod") return false;
  return choosesPod(policy.subject, end.pod, set);
}

function byPriority(policies: readonly ReadPolicy[]): readonly (readonly ReadPolicy[])[] {
  const groups = new Map<number, ReadPolicy[]>();
  for (const policy of policies) {
    // One that is broken may have any priority, the first one too.
    const key = policy.problems.length > 0 ? -1 : policy.priority;
    groups.set(key, [...(groups.get(key) ?? []), policy]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

function decideGroup(group: readonly ReadPolicy[], context: PolicyContext): TierDecision {
  const each = group.map((policy) => firstCovering(policy, context));
  const all = each.flat();
  const isCertain = each.every((alternatives) => alternatives.length === 1);
  const speaking = all.filter(({ action }) => action !== "none");
  if (speaking.length === 0) return { alternatives: [silence], rivals: [] };
  if (!isCertain) {
    const isDecided = each.some((one) => one.every(({ action }) => action !== "none"));
    return { alternatives: isDecided ? speaking : [...speaking, silence], rivals: [] };
  }
  const ordered = [...speaking].sort((a, b) => rank(a.action) - rank(b.action));
  const contradict = new Set(ordered.map(({ action }) => action)).size > 1;
  return { alternatives: [ordered[0]], rivals: contradict ? ordered : [] };
}

// Every rule that may be the first to cover the packet, up to one that does for certain.
function firstCovering(policy: ReadPolicy, context: PolicyContext): readonly Alternative[] {
  if (policy.problems.length > 0) return anything(policy);
  const found: Alternative[] = [];
  for (const rule of inOrder(policy[context.direction] ?? [], context)) {
    const answer = ruleCovers(rule, policy, context);
    if (answer.match === "no") continue;
    found.push({ action: rule.action, policy, at: placeOf(answer, rule) });
    if (answer.match === "yes") return found;
  }
  return [...found, silence];
}

function anything(policy: ReadPolicy): readonly Alternative[] {
  const at = policy.problems[0].field;
  return [{ action: "Allow", policy, at }, { action: "Deny", policy, at }, silence];
}

function inOrder(rules: readonly PolicyRule[], { switches }: PolicyContext): readonly PolicyRule[] {
  if (switches.orderInsidePolicy === "written") return rules;
  return [...rules].sort((a, b) => rank(a.action) - rank(b.action));
}

function rank(action: Alternative["action"]): number {
  return ["Deny", "Allow", "Pass", "none"].indexOf(action);
}
