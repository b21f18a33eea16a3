import type { Explanation, ServiceAnswer, Step, StepOutcome, Way } from "@trunkline/core";
import type { Remedy } from "@trunkline/core/query";
import {
  type DeepPartial,
  type Endpoint as EndpointMessage,
  ExplainResponse,
  Step_Outcome as OutcomeMessage,
  ServiceAnswer_Reach as ReachMessage,
  type ServiceAnswer as ServiceAnswerMessage,
  type Step as StepMessage,
  type Way as WayMessage,
} from "@trunkline/proto/policy";
import {
  toEndpoint,
  toModel,
  toNetworkPolicyModel,
  toRule,
  toVerdict,
  toVerdictOrNone,
} from "./convert.ts";

const OUTCOMES: Readonly<Record<StepOutcome, OutcomeMessage>> = {
  OK: OutcomeMessage.OUTCOME_OK,
  BLOCKED: OutcomeMessage.OUTCOME_BLOCKED,
  UNKNOWN: OutcomeMessage.OUTCOME_UNKNOWN,
  SKIPPED: OutcomeMessage.OUTCOME_SKIPPED,
};

const REACHES: Readonly<Record<ServiceAnswer["reach"], ReachMessage>> = {
  all: ReachMessage.REACH_ALL,
  some: ReachMessage.REACH_SOME,
  none: ReachMessage.REACH_NONE,
  unknown: ReachMessage.REACH_UNKNOWN,
};

/** Most ways to backends of one answer, so that it stays below the largest message. */
const BACKENDS_MAX = 1000;

/** What an answer of Explain is made of. */
export interface ExplainParts {
  readonly explanation: Explanation;
  readonly remedies: readonly Remedy[];
  /** Said after the explanation's own. */
  readonly notes: readonly string[];
  readonly revision: number;
}

/** An explanation as Explain answers it. */
export function toExplainResponse({
  explanation,
  remedies,
  notes,
  revision,
}: ExplainParts): ExplainResponse {
  const { service } = explanation;
  return ExplainResponse.fromPartial({
    verdict: toVerdict(explanation.verdict),
    steps: explanation.steps.map(toStep),
    model: toModel(explanation.model),
    otherModelVerdict: toVerdictOrNone(explanation.otherModelVerdict),
    networkPolicyModel: toNetworkPolicyModel(explanation.networkPolicyModel),
    otherNetworkPolicyVerdict: toVerdictOrNone(explanation.otherNetworkPolicyVerdict),
    way: toWay(explanation.way),
    ...(service === undefined ? {} : { service: toServiceAnswer(service) }),
    notes: [...explanation.notes, ...notes],
    revision: BigInt(revision),
    remedies: remedies.map(({ actions }) => ({
      actions: actions.map(({ text, command = "" }) => ({ text, command })),
    })),
  });
}

function toStep(step: Step): DeepPartial<StepMessage> {
  const { entries = [], asked, policies = [], nearMisses = [] } = step;
  return {
    number: step.number,
    title: step.title,
    outcome: OUTCOMES[step.outcome],
    text: step.text,
    rules: step.rules.map(toRule),
    missingRule: step.missingRule ?? "",
    entries: entries.map(({ networkAclId, entry, text }) => {
      const { ruleNumber, isEgress, action } = entry;
      return { networkAclId, ruleNumber, egress: isEgress, allow: action === "allow", text };
    }),
    ...(asked === undefined ? {} : { asked: toAsked(asked) }),
    policies: policies.map(({ kind, namespace = "", name, at, effect }) => {
      return { kind, namespace, name, at, effect };
    }),
    nearMisses: nearMisses.map(({ title, at, because }) => ({ title, at, because })),
  };
}

function toAsked({ holder, eniId = "", direction, peer, traffic }: NonNullable<Step["asked"]>) {
  return { holder, eniId, egress: direction === "egress", peer, traffic };
}

function toWay({ viaVpc, natAtNode, translations, nodes }: Way): DeepPartial<WayMessage> {
  return {
    viaVpc,
    natAtNode,
    translations: translations.map(({ replaces, by, from, to }) => {
      return { destination: replaces === "destination", by, from, to };
    }),
    nodes: [...nodes],
  };
}

function toServiceAnswer(service: ServiceAnswer): DeepPartial<ServiceAnswerMessage> {
  const { title, reach, backends } = service;
  return {
    title,
    reach: REACHES[reach],
    backends: backends.slice(0, BACKENDS_MAX).map((backend) => ({
      title: backend.title,
      ...endpointField(backend.endpoint),
      port: backend.port ?? 0,
      verdict: toVerdict(backend.verdict),
      steps: backend.steps.map(toStep),
      way: toWay(backend.way),
      notes: [...backend.notes],
    })),
    omittedCount: Math.max(0, backends.length - BACKENDS_MAX),
  };
}

function endpointField(endpoint: ServiceAnswer["backends"][number]["endpoint"]): {
  readonly endpoint?: DeepPartial<EndpointMessage>;
} {
  return endpoint === undefined ? {} : { endpoint: toEndpoint(endpoint) };
}
