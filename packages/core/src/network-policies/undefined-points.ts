import type { Match } from "../groups/match.ts";
import { matchesValidSelector } from "../labels/selector.ts";
import { formatProtocol } from "../net/protocol.ts";
import type { Alternative } from "./decide-tier.ts";
import { isOwnNode } from "./exemption.ts";
import { isSamePod } from "./peer-covers.ts";
import type { PolicyAnswer, UndefinedPoint } from "./policy-answer.ts";
import { podName, titleOf } from "./policy-end.ts";
import { hasPolicyPorts } from "./port-covers.ts";
import type { PolicyContext } from "./question.ts";

/** Decides again, as another implementation might. */
type Decide = (context: PolicyContext) => PolicyAnswer;

/**
 * The points at which the specification leaves an answer open, each only where it matters: another
 * reading would answer something else.
 */
export function openPoints(
  context: PolicyContext,
  decided: PolicyAnswer,
  decide: Decide,
): readonly UndefinedPoint[] {
  if (decided.tier === "exempt") return hostNetworkSubject(context);
  return [
    ...ipBlockPod(context, decided, decide),
    ...hostNetworkPeer(context, decided, decide),
    ...otherProtocol(context, decided),
    ...otherNode(context, decided),
    ...selfThroughService(context, decided),
  ];
}

/** Policies of one priority that contradict each other, where their answers differ in the end. */
export function rivalPoints(
  rivals: readonly Alternative[],
  answerOf: (rival: Alternative) => Match,
): readonly UndefinedPoint[] {
  if (rivals.length === 0) return [];
  const outcomes = rivals.map((rival) => ({ rival, answer: answerOf(rival) }));
  const [{ answer: choice }] = outcomes;
  const other = outcomes.find(({ answer }) => answer !== choice);
  if (other === undefined) return [];
  const texts = outcomes.map(({ rival, answer }) => {
    return `${rival.policy?.title} ${rival.at} ${rival.action} (${answer})`;
  });
  const priority = rivals[0].policy?.priority;
  const text = `policies of equal priority ${priority} disagree: ${texts.join(", ")}`;
  return [{ code: "equal-priority", text, choice, otherwise: other.answer }];
}

function ipBlockPod(
  context: PolicyContext,
  decided: PolicyAnswer,
  decide: Decide,
): readonly UndefinedPoint[] {
  if (context.peer.kind !== "pod" || !hasBlocks(context)) return [];
  const { switches } = context;
  const ipBlockMatchesPods = !switches.ipBlockMatchesPods;
  const other = decide({ ...context, switches: { ...switches, ipBlockMatchesPods } });
  const text = `whether an ipBlock covers the address of pod ${titleOf(context.peer)}`;
  return differing("ip-block-pod", text, decided, other);
}

// Without a block there is nothing that the other reading reads otherwise.
function hasBlocks({ end, set, direction }: PolicyContext): boolean {
  const policies = end.kind === "pod" ? (set.byNamespace.get(end.pod.namespace) ?? []) : [];
  return policies.some((policy) => {
    const peers = (policy[direction] ?? []).flatMap((rule) => rule.peers ?? []);
    return peers.some(({ kind }) => kind === "blocks");
  });
}

function hostNetworkPeer(
  context: PolicyContext,
  decided: PolicyAnswer,
  decide: Decide,
): readonly UndefinedPoint[] {
  const { peer } = context;
  if (peer.kind !== "node" || peer.hostPod === undefined) return [];
  const asPod = { kind: "pod", pod: peer.hostPod, within: peer.within } as const;
  // Only NetworkPolicy leaves it open; cluster-wide kinds say that their selectors do not.
  const set = { ...context.set, admin: [], baseline: [] };
  if (decided.tier !== "NetworkPolicy") return [];
  const other = decide({ ...context, set, peer: asPod });
  const text = `whether selectors cover ${titleOf(peer)}, which is on the host network`;
  return differing("host-network-peer", text, decided, other);
}

function otherProtocol(context: PolicyContext, decided: PolicyAnswer): readonly UndefinedPoint[] {
  const { protocol } = context.traffic;
  if (decided.tier !== "NetworkPolicy" || hasPolicyPorts(protocol)) return [];
  const text = `NetworkPolicy says nothing about ${formatProtocol(protocol)}`;
  const otherwise: Match = decided.answer === "yes" ? "no" : "yes";
  return [{ code: "other-protocol", text, choice: decided.answer, otherwise }];
}

function otherNode(context: PolicyContext, decided: PolicyAnswer): readonly UndefinedPoint[] {
  const isForeign = context.peer.kind === "node" && !isOwnNode(context);
  if (!isForeign || context.direction === "egress") return [];
  if (decided.tier !== "NetworkPolicy" || decided.answer !== "no") return [];
  const text = `whether ${titleOf(context.peer)}, another node, is let in without a rule`;
  return [{ code: "other-node", text, choice: "no", otherwise: "yes" }];
}

function selfThroughService(
  context: PolicyContext,
  decided: PolicyAnswer,
): readonly UndefinedPoint[] {
  const { end, peer, service } = context;
  if (service === undefined || !isSamePod(end, peer)) return [];
  if (decided.tier !== "NetworkPolicy" || decided.answer !== "no") return [];
  const name = `${service.namespace}/${service.name}`;
  const text = `whether a pod may reach itself through Service ${name}`;
  return [{ code: "self-through-service", text, choice: "no", otherwise: "yes" }];
}

// A pod on the host network that a policy would select if it had a network of its own.
function hostNetworkSubject({ end, set, direction }: PolicyContext): readonly UndefinedPoint[] {
  if (end.kind !== "node" || end.hostPod === undefined) return [];
  const pod = end.hostPod;
  const selecting = (set.byNamespace.get(pod.namespace) ?? []).find((policy) => {
    const isValid = policy.problems.length === 0 && policy[direction] !== undefined;
    return isValid && matchesValidSelector(policy.subject.pods, pod.labels);
  });
  if (selecting === undefined) return [];
  const { title } = selecting;
  const text = `whether ${title} applies to ${podName(pod)}, which is on the host network`;
  return [{ code: "host-network-subject", text, choice: "yes", otherwise: "unknown" }];
}

function differing(
  code: UndefinedPoint["code"],
  text: string,
  { answer: choice }: PolicyAnswer,
  { answer: otherwise }: PolicyAnswer,
): readonly UndefinedPoint[] {
  return choice === otherwise ? [] : [{ code, text, choice, otherwise }];
}
