import type { Match } from "../groups/match.ts";
import type { Traffic } from "../groups/rule-match.ts";
import { policyAnswerOf } from "../memory/remember-policies.ts";
import type { PolicyAnswer, UndefinedPoint } from "../network-policies/policy-answer.ts";
import type { PolicyEnd, ServiceHop } from "../network-policies/policy-end.ts";
import { hasPolicies } from "../network-policies/policy-set.ts";
import type { PolicyDirection } from "../network-policies/read-policy.ts";
import { seenAs, seenAsAddress } from "../paths/attachment.ts";
import type { End } from "../paths/end.ts";
import type { Path } from "../paths/path.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { EvaluateOptions, StepOutcome, Verdict } from "./explanation.ts";
import { type Finding, plain } from "./steps.ts";

/** What the network policies of both ends say, beside what groups say. */
interface PolicyLayer {
  readonly verdict: Verdict;
  /** One per pod that policies may be about; none when there are no policies. */
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

/** A connection with its ends placed and its path found. */
interface PlacedFlow {
  readonly source: End;
  readonly destination: End;
  readonly path: Path;
  readonly traffic: Traffic;
  /** Whose policies are asked. */
  readonly policies: readonly PolicyDirection[];
  readonly hop?: ServiceHop;
  /** Whom the destination takes for the source, where that is not who sends. */
  readonly apparent?: End;
}

const silent: PolicyLayer = { verdict: "ALLOW", findings: [], notes: [] };

/**
 * Asks the policies at the source for egress and those at the destination for ingress.
 *
 * They are enforced at the pod, so that packets which never reach the network are judged as well.
 */
export function judgePolicyLayer(
  flow: PlacedFlow,
  options: EvaluateOptions,
  index: WorldIndex,
): PolicyLayer {
  const { path } = flow;
  const set = index.networkPolicies;
  if (set === undefined || !(hasPolicies(set) || isClosedByDefault(options))) return silent;
  if (path.kind === "impossible" || path.kind === "unsupported") return silent;
  const engine = index.world.settings.networkPolicyEngine;
  if (engine === "none") {
    const note = "network policies exist, and no engine enforces them: they are not asked";
    return { ...silent, notes: [note] };
  }
  const asked = flow.policies
    .map((direction) => askEnd(direction, flow, options, index))
    .filter((one) => one !== undefined);
  const assumption =
    engine === undefined && asked.length > 0
      ? ["assumes an engine that enforces network policies; EKS installs none by itself"]
      : [];
  return {
    verdict: verdictOf(asked.flatMap(({ answer }) => answer ?? [])),
    findings: asked.flatMap(({ finding }) => finding ?? []),
    notes: [...assumption, ...new Set(asked.flatMap(({ notes }) => notes))],
  };
}

interface AskedEnd {
  /** Undefined when no policy is enforced there. */
  readonly answer: Match | undefined;
  readonly finding: Finding | undefined;
  readonly notes: readonly string[];
}

function askEnd(
  direction: PolicyDirection,
  flow: PlacedFlow,
  options: EvaluateOptions,
  index: WorldIndex,
): AskedEnd | undefined {
  const { source, destination, traffic } = flow;
  const [near, far] = direction === "egress" ? [source, destination] : [destination, source];
  if (!("pod" in near) || near.pod === undefined) return undefined;
  if (near.kind === "branch" && near.isFargate) {
    const note = `network policies are not enforced on Fargate, where ${near.title} runs`;
    return { answer: undefined, finding: undefined, notes: [note] };
  }
  const isStrict = near.kind === "branch" && near.mode === "strict";
  if (isStrict && index.world.settings.networkPolicyEngine === "calico") {
    const note = `Calico enforces no network policy for ${near.title}, a branch in strict mode`;
    return { answer: undefined, finding: undefined, notes: [note] };
  }
  const end = policyEnd(near, traffic, index);
  const peer = direction === "egress" ? seenTarget(far, flow, index) : seenSource(flow, index);
  const service = flow.hop === undefined ? {} : { service: flow.hop };
  const answer = policyAnswerOf({ direction, end, peer, traffic, ...service }, index, {
    model: options.networkPolicyModel ?? "spec",
    enforcing: options.networkPolicyEnforcing ?? "standard",
  });
  const isDecided = answer.deciding.length > 0;
  const strictNotes = isStrict && isDecided ? [strictNote(near.title)] : [];
  return {
    answer: answer.answer,
    finding: near.kind === "node" ? undefined : stepOf(answer, near.title, direction),
    notes: [
      ...strictNotes,
      ...namespaceNotes([near, far], index),
      ...answer.undefinedPoints.map(openNote),
    ],
  };
}

function stepOf(answer: PolicyAnswer, title: string, direction: PolicyDirection): Finding {
  const { deciding, because, nearMisses } = answer;
  if (answer.tier === "exempt") {
    return plain(`network policies of ${title} ${direction}`, "SKIPPED", because);
  }
  const kinds = [...new Set(deciding.map(({ kind }) => kind))];
  const names = kinds.map((kind) => {
    const own = deciding.filter((one) => one.kind === kind);
    return `${kind} ${[...new Set(own.map(fullName))].join(", ")}`;
  });
  const by = names.length === 0 ? `network policies of ${title}` : names.join(", ");
  return {
    ...plain(`${by} ${direction}`, outcomes[answer.answer], because),
    policies: deciding,
    ...(nearMisses.length === 0 ? {} : { nearMisses }),
  };
}

const outcomes = { yes: "OK", no: "BLOCKED", unknown: "UNKNOWN" } as const satisfies Record<
  Match,
  StepOutcome
>;

function fullName({ namespace, name }: PolicyAnswer["deciding"][number]): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function policyEnd(end: End, { family }: Traffic, index: WorldIndex): PolicyEnd {
  const { title } = end;
  if (end.kind === "ended") return { kind: "other", title, within: [] };
  if (end.kind === "address")
    return { kind: "other", title, within: seenAsAddress(end.asked).within };
  const { within } =
    end.asked !== undefined && !end.isAskedPublic
      ? seenAsAddress(end.asked)
      : seenAs(end.own, family, index);
  if (end.kind === "node")
    return { kind: "node", nodeName: end.nodeName, hostPod: end.pod, within };
  if (end.kind === "interface" || end.pod === undefined) return { kind: "other", title, within };
  return { kind: "pod", pod: end.pod, within };
}

// Where a connection goes to a public address, that address is all that rules see.
function seenTarget(far: End, { traffic }: PlacedFlow, index: WorldIndex): PolicyEnd {
  if ("own" in far && far.isAskedPublic && far.asked !== undefined) {
    return { kind: "other", title: far.title, within: seenAsAddress(far.asked).within };
  }
  return policyEnd(far, traffic, index);
}

// Past a translation the source is whoever translated.
function seenSource({ source, apparent, path, traffic }: PlacedFlow, index: WorldIndex): PolicyEnd {
  const end = policyEnd(apparent ?? source, traffic, index);
  if (path.kind !== "asked" || path.sourceSeen === undefined) return end;
  const target = path.exit?.target;
  const isTranslated = path.isNatAtNode || target === "nat" || target === "internet";
  if (!isTranslated) return end;
  return { kind: "other", title: path.sourceSeen.title, within: path.sourceSeen.within };
}

// Strict enforcing closes pods without any policy.
function isClosedByDefault({ networkPolicyModel, networkPolicyEnforcing }: EvaluateOptions) {
  return networkPolicyModel === "aws" && networkPolicyEnforcing === "strict";
}

function verdictOf(answers: readonly Match[]): Verdict {
  if (answers.includes("no")) return "DENY";
  return answers.includes("unknown") ? "UNKNOWN" : "ALLOW";
}

function strictNote(title: string): string {
  return (
    `${title} is a branch in strict mode, where not every engine enforces network policies: ` +
    "standard mode is the one to combine them with"
  );
}

function namespaceNotes(ends: readonly End[], index: WorldIndex): readonly string[] {
  const known = index.networkPolicies?.namespaces;
  return ends
    .flatMap((end) => ("pod" in end && end.pod !== undefined ? [end.pod.namespace] : []))
    .filter((name) => !known?.has(name))
    .map((name) => `namespace ${name} is not in the world: taken to have its name label only`);
}

function openNote({ text, choice, otherwise }: UndefinedPoint): string {
  const words = { yes: "allowed", no: "denied", unknown: "unknown" };
  const chosen = `taken as ${words[choice]}, could be ${words[otherwise]}`;
  return `undefined by the specification: ${text}; ${chosen}`;
}
