import {
  judgeNetworkPolicies,
  type PolicyOptions,
} from "../network-policies/judge-network-policies.ts";
import type { PolicyAnswer } from "../network-policies/policy-answer.ts";
import type { PolicyEnd } from "../network-policies/policy-end.ts";
import type { PolicyQuestion } from "../network-policies/question.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { keyOf } from "./interner.ts";
import { type Memory, memoryOf } from "./memory.ts";
import { trafficNumber, withinNumber } from "./numbers.ts";

// The answer for two pods is the answer for any two pods like them, but for the names in its texts.
// So it is found once for pods of these names, which no other text holds, and names are filled in.
const NEAR = "\ue000near\ue001";
const FAR = "\ue000far\ue001";

/** What policies say, as `judgeNetworkPolicies` has it; where the index remembers, once a class. */
export function policyAnswerOf(
  question: PolicyQuestion,
  index: WorldIndex,
  options: PolicyOptions,
): PolicyAnswer {
  const memory = memoryOf(index);
  const key = memory && questionKey(question, options, memory);
  if (memory === undefined || key === undefined) {
    return judgeNetworkPolicies(question, index, options);
  }
  const { end, peer } = question;
  const template =
    memory.policyAnswers.get(key) ??
    memory.policyAnswers.set(
      key,
      judgeNetworkPolicies(
        { ...question, end: nameless(end, NEAR), peer: nameless(peer, FAR) },
        index,
        options,
      ),
    );
  return filled(template, ownName(end), ownName(peer));
}

function filled(template: PolicyAnswer, near: string, far: string): PolicyAnswer {
  const fill = (text: string) =>
    text.includes("\ue000") ? text.replaceAll(NEAR, () => near).replaceAll(FAR, () => far) : text;
  const { because, nearMisses, undefinedPoints } = template;
  return {
    ...template,
    because: fill(because),
    nearMisses:
      nearMisses.length === 0
        ? nearMisses
        : nearMisses.map((one) => ({ ...one, because: fill(one.because) })),
    undefinedPoints:
      undefinedPoints.length === 0
        ? undefinedPoints
        : undefinedPoints.map((one) => ({ ...one, text: fill(one.text) })),
  };
}

function nameless(end: PolicyEnd, name: string): PolicyEnd {
  if (end.kind === "pod") return { ...end, pod: { ...end.pod, name } };
  return end.kind === "other" ? { ...end, title: name } : end;
}

function ownName(end: PolicyEnd): string {
  if (end.kind === "pod") return end.pod.name;
  return end.kind === "other" ? end.title : "";
}

// Nodes are known by name, and a pod that talks to itself is a case of its own.
function questionKey(
  { direction, end, peer, traffic, service }: PolicyQuestion,
  { model, enforcing }: PolicyOptions,
  memory: Memory,
): number | undefined {
  if (service !== undefined || typeof model === "object" || end.kind !== "pod") return undefined;
  if (peer.kind === "node" || (peer.kind === "pod" && isOnePod(end, peer))) return undefined;
  const near = endNumber(end, memory);
  const far = endNumber(peer, memory);
  const way = direction === "egress" ? 4 : 0;
  const options = way + (model === "aws" ? 2 : 0) + (enforcing === "strict" ? 1 : 0);
  const kind = trafficNumber(traffic, memory);
  if (near === undefined || far === undefined) return undefined;
  if (kind === undefined) return undefined;
  const asked = memory.numbers.ofPair(options, kind);
  return asked === undefined ? undefined : keyOf(near, far, asked);
}

function isOnePod(a: PolicyEnd & { kind: "pod" }, b: PolicyEnd & { kind: "pod" }): boolean {
  return a.pod.namespace === b.pod.namespace && a.pod.name === b.pod.name;
}

function endNumber(end: PolicyEnd, memory: Memory): number | undefined {
  const place =
    end.within.length === 0 ? memory.numbers.ofText("nowhere") : withinNumber(end.within, memory);
  const who = end.kind === "pod" ? podNumber(end, memory) : memory.numbers.ofText("no pod");
  return place === undefined || who === undefined ? undefined : memory.numbers.ofPair(place, who);
}

// All of a pod but what makes it this one: its name, its address and the interface it sits on.
function podNumber({ pod }: PolicyEnd & { kind: "pod" }, memory: Memory): number | undefined {
  const known = memory.podNumbers.get(pod);
  if (known !== undefined) return known;
  const { namespace, labels, ports, hostNetwork, nodeName, addresses } = pod;
  const [first = ""] = addresses;
  const traits = [namespace, labels, ports ?? null, hostNetwork, nodeName === undefined];
  const number = memory.numbers.ofText(`pod ${JSON.stringify([...traits, familyOf(first)])}`);
  if (number !== undefined) memory.podNumbers.set(pod, number);
  return number;
}

function familyOf(address: string): string {
  if (address === "") return "none";
  return address.includes(":") ? "6" : "4";
}
