import type { Match } from "../groups/match.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { decideIsolation, isSelected } from "./decide-isolation.ts";
import { type Alternative, decideTier, type TierDecision } from "./decide-tier.ts";
import { describeIsolation, describeRule } from "./describe.ts";
import { exemption } from "./exemption.ts";
import { nearMissesOf } from "./near-misses.ts";
import type { PolicyAnswer } from "./policy-answer.ts";
import { titleOf } from "./policy-end.ts";
import type { PolicyContext, PolicyQuestion } from "./question.ts";
import { describeTraffic } from "./question-text.ts";
import { type NetworkPolicyModel, type SwitchValues, switchValues } from "./switches.ts";
import { openPoints, rivalPoints } from "./undefined-points.ts";

/** How policies are read. */
export interface PolicyOptions {
  /** A model, or a value for every switch. Default "spec". */
  readonly model?: NetworkPolicyModel | SwitchValues;
  /** `NETWORK_POLICY_ENFORCING_MODE`, which only the aws model asks. Default "standard". */
  readonly enforcing?: "standard" | "strict";
}

/**
 * Says what the policies of one end say to one direction of a new connection; both ends must allow.
 *
 * Admin tier, then NetworkPolicies, then Baseline tier; what nobody speaks about is allowed. All
 * is allowed as well while the world has no list of policies at all. Source: Kubernetes, "Network
 * Policies"; network-policy-api, ClusterNetworkPolicy v1alpha2.
 */
export function judgeNetworkPolicies(
  question: PolicyQuestion,
  index: WorldIndex,
  { model = "spec", enforcing = "standard" }: PolicyOptions = {},
): PolicyAnswer {
  const set = index.networkPolicies;
  if (set === undefined) return undecided("default", "no policies were read");
  const switches = typeof model === "string" ? switchValues(model) : model;
  const context: PolicyContext = { ...question, set, switches, enforcing };
  const because = exemption(context);
  const decided = because === undefined ? decide(context) : undecided("exempt", because);
  const points = openPoints(context, decided, decide);
  return { ...decided, undefinedPoints: [...decided.undefinedPoints, ...points] };
}

function decide(context: PolicyContext): PolicyAnswer {
  const tier = decideTier(context.set.admin, context);
  return closeOpenPlace(
    afterTier("Admin", tier, () => afterAdmin(context), context),
    context,
  );
}

function afterAdmin(context: PolicyContext): PolicyAnswer {
  const isolation = decideIsolation(context);
  if (isolation.state !== "silent") return describeIsolation(isolation, context);
  const tier = decideTier(context.set.baseline, context);
  return afterTier("Baseline", tier, () => byDefault(context), context);
}

function byDefault(context: PolicyContext): PolicyAnswer {
  const isClosed = context.switches.isolationUnit === "pod" && context.enforcing === "strict";
  if (isClosed && !isSelected(context)) {
    const because = `strict enforcing closes ${titleOf(context.end)}, which no policy selects`;
    return { ...undecided("default", because), answer: "no" };
  }
  return undecided("default", `no policy speaks about ${describeTraffic(context)}`);
}

function afterTier(
  name: "Admin" | "Baseline",
  { alternatives, rivals }: TierDecision,
  next: () => PolicyAnswer,
  context: PolicyContext,
): PolicyAnswer {
  const answerOf = (one: Alternative): PolicyAnswer => {
    if (one.action === "Pass" || one.action === "none" || one.policy === undefined) return next();
    const because = describeRule(one, context);
    const answer: Match = one.action === "Allow" ? "yes" : "no";
    const { kind, namespace, name: policyName, title } = one.policy;
    const policy = { kind, namespace, name: policyName, title, at: one.at, effect: one.action };
    const nearMisses = answer === "yes" ? [] : nearMissesOf(context.set[tierKey[name]], context);
    return { ...undecided(name, because), answer, deciding: [policy], nearMisses };
  };
  const answers = alternatives.map(answerOf);
  const [first] = answers;
  if (answers.every(({ answer }) => answer === first.answer)) {
    const points = rivalPoints(rivals, (rival) => answerOf(rival).answer);
    return { ...first, undefinedPoints: [...first.undefinedPoints, ...points] };
  }
  const maybe = alternatives.flatMap(({ policy, at }) => {
    return policy === undefined ? [] : [`${policy.title} ${at} may decide`];
  });
  const deciding = answers.flatMap((one) => (one.tier === name ? one.deciding : []));
  const because = [...new Set(maybe)].join("; ");
  return { ...undecided(name, because), answer: "unknown", deciding };
}

const tierKey = { Admin: "admin", Baseline: "baseline" } as const;

// A pod that is not scheduled may land on the very node that calls it, which is always let in.
function closeOpenPlace(answer: PolicyAnswer, context: PolicyContext): PolicyAnswer {
  const { direction, end, peer, switches } = context;
  const mayBeOwn = end.kind === "pod" && end.pod.nodeName === undefined && peer.kind === "node";
  if (direction === "egress" || !mayBeOwn || !switches.isNodeToOwnPodOpen) return answer;
  if (answer.answer !== "no") return answer;
  const because = `${answer.because}; ${titleOf(peer)} may become its own node, which is let in`;
  return { ...answer, answer: "unknown", because };
}

function undecided(tier: PolicyAnswer["tier"], because: string): PolicyAnswer {
  return { answer: "yes", tier, deciding: [], because, nearMisses: [], undefinedPoints: [] };
}
