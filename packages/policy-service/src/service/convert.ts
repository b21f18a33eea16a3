import type {
  DecidingRule,
  Endpoint,
  Explanation,
  Mode,
  Model,
  Pod,
  Resolution,
  Step,
  StepOutcome,
  Verdict,
} from "@trunkline/core";
import {
  type Endpoint as EndpointMessage,
  ExplainResponse,
  Model as ModelMessage,
  Mode as ModeMessage,
  Step_Outcome as OutcomeMessage,
  ResolvePodResponse,
  ResolvePodResponse_Source as SourceMessage,
  Verdict as VerdictMessage,
} from "@trunkline/proto/policy";

const VERDICTS: Readonly<Record<Verdict, VerdictMessage>> = {
  ALLOW: VerdictMessage.VERDICT_ALLOW,
  DENY: VerdictMessage.VERDICT_DENY,
  UNKNOWN: VerdictMessage.VERDICT_UNKNOWN,
  UNSUPPORTED: VerdictMessage.VERDICT_UNSUPPORTED,
};

const MODELS: Readonly<Record<Model, ModelMessage>> = {
  documented: ModelMessage.MODEL_DOCUMENTED,
  datapath: ModelMessage.MODEL_DATAPATH,
};

const OUTCOMES: Readonly<Record<StepOutcome, OutcomeMessage>> = {
  OK: OutcomeMessage.OUTCOME_OK,
  BLOCKED: OutcomeMessage.OUTCOME_BLOCKED,
  UNKNOWN: OutcomeMessage.OUTCOME_UNKNOWN,
  SKIPPED: OutcomeMessage.OUTCOME_SKIPPED,
};

const SOURCES: Readonly<Record<Resolution["source"], SourceMessage>> = {
  policy: SourceMessage.SOURCE_POLICY,
  node: SourceMessage.SOURCE_NODE,
  hostNetwork: SourceMessage.SOURCE_HOST_NETWORK,
};

/** Core's verdict in the contract's words. */
export function toVerdict(verdict: Verdict): VerdictMessage {
  return VERDICTS[verdict];
}

/** The contract's model in core's words; undefined when it is not set, null when nobody knows it. */
export function fromModel(model: ModelMessage): Model | undefined | null {
  if (model === ModelMessage.MODEL_UNSPECIFIED) return undefined;
  if (model === ModelMessage.MODEL_DOCUMENTED) return "documented";
  return model === ModelMessage.MODEL_DATAPATH ? "datapath" : null;
}

/** The contract's mode in core's words; undefined when it is not set, null when nobody knows it. */
export function fromMode(mode: ModeMessage): Mode | undefined | null {
  if (mode === ModeMessage.MODE_UNSPECIFIED) return undefined;
  if (mode === ModeMessage.MODE_STRICT) return "strict";
  return mode === ModeMessage.MODE_STANDARD ? "standard" : null;
}

/** An endpoint that is complete in core's words; undefined when it names nothing. */
export function fromEndpoint({ key, podEniId }: EndpointMessage): Endpoint | undefined {
  switch (key?.$case) {
    case undefined:
      return undefined;
    case "pod": {
      const { namespace, name } = key.value;
      return { kind: "pod", namespace, name, ...(podEniId === "" ? {} : { eniId: podEniId }) };
    }
    case "address":
      return { kind: "address", address: key.value };
    case "eniId":
      return { kind: "interface", eniId: key.value };
    case "name":
      return { kind: "name", name: key.value };
    default:
      return key satisfies never;
  }
}

/** A pod's resolution as ResolvePod answers it. */
export function toResolvePodResponse(
  pod: Pod,
  resolution: Resolution,
  revision: number,
): ResolvePodResponse {
  return ResolvePodResponse.fromPartial({
    pod: { namespace: pod.namespace, name: pod.name, uid: pod.uid },
    nodeName: pod.nodeName ?? "",
    source: SOURCES[resolution.source],
    groupIds: [...resolution.groupIds],
    policies: [...resolution.policies],
    ignored: resolution.ignored.map(({ policy, reason }) => {
      return `SecurityGroupPolicy ${policy} is ignored: ${reason}`;
    }),
    finished: resolution.isFinished,
    revision: BigInt(revision),
  });
}

/** An explanation as Explain answers it. */
export function toExplainResponse(
  explanation: Explanation,
  notes: readonly string[],
  revision: number,
): ExplainResponse {
  const { otherModelVerdict: other } = explanation;
  return ExplainResponse.fromPartial({
    verdict: VERDICTS[explanation.verdict],
    steps: explanation.steps.map(toStep),
    model: MODELS[explanation.model],
    otherModelVerdict: other === undefined ? VerdictMessage.VERDICT_UNSPECIFIED : VERDICTS[other],
    notes: [...explanation.notes, ...notes],
    revision: BigInt(revision),
  });
}

function toStep(step: Step) {
  return {
    number: step.number,
    title: step.title,
    outcome: OUTCOMES[step.outcome],
    text: step.text,
    rules: step.rules.map(toRule),
    missingRule: step.missingRule ?? "",
  };
}

function toRule({ rule, groupId, groupName, text }: DecidingRule) {
  return { ruleId: rule.ruleId, groupId, groupName, egress: rule.isEgress, text };
}
