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
import type { DriftRow, Remedy, SourceSet } from "@trunkline/core/query";
import {
  AuditResponse_Row,
  type Endpoint as EndpointMessage,
  ExplainResponse,
  Model as ModelMessage,
  Mode as ModeMessage,
  Step_Outcome as OutcomeMessage,
  ResolvePodResponse,
  ResolvePodResponse_Source as SourceMessage,
  Verdict as VerdictMessage,
  WhoCanResponse_Source,
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

const MODES: Readonly<Record<Mode, ModeMessage>> = {
  strict: ModeMessage.MODE_STRICT,
  standard: ModeMessage.MODE_STANDARD,
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
    case "service": {
      const { namespace, name, portName } = key.value;
      return { kind: "service", namespace, name, ...(portName === "" ? {} : { portName }) };
    }
    case "ingress":
      return { kind: "ingress", namespace: key.value.namespace, name: key.value.name };
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
  const { otherModelVerdict: other } = explanation;
  return ExplainResponse.fromPartial({
    verdict: VERDICTS[explanation.verdict],
    steps: explanation.steps.map(toStep),
    model: MODELS[explanation.model],
    otherModelVerdict: other === undefined ? VerdictMessage.VERDICT_UNSPECIFIED : VERDICTS[other],
    notes: [...explanation.notes, ...notes],
    revision: BigInt(revision),
    remedies: remedies.map(({ actions }) => ({
      actions: actions.map(({ text, command = "" }) => ({ text, command })),
    })),
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

/** A set of sources as WhoCan answers it, in entries of at most so many pods. */
export function toSources(set: SourceSet, podsPerEntry: number): WhoCanResponse_Source[] {
  const { verdict, rules, policies, because, pods, others, outside } = set;
  const common = { verdict: VERDICTS[verdict], because, policies: [...policies] };
  const count = Math.max(1, Math.ceil(pods.length / podsPerEntry));
  return Array.from({ length: count }, (_, at) =>
    WhoCanResponse_Source.fromPartial({
      ...common,
      rules: rules.map(toRule),
      pods: pods.slice(at * podsPerEntry, (at + 1) * podsPerEntry),
      ...(at === 0 ? { others: [...others], outside: [...outside] } : {}),
    }),
  );
}

/** A pod's state as Audit answers it. */
export function toAuditRow(row: DriftRow): AuditResponse_Row {
  const { namespace, uid, state, policyGroupIds, interfaceGroupIds, modeThen, modeNow } = row;
  return AuditResponse_Row.fromPartial({
    pod: { namespace, name: row.pod.slice(namespace.length + 1), uid },
    policyGroupIds: [...policyGroupIds],
    interfaceGroupIds: [...interfaceGroupIds],
    state,
    modeThen: modeThen === undefined ? ModeMessage.MODE_UNSPECIFIED : MODES[modeThen],
    modeNow: MODES[modeNow],
    remarks: [...row.remarks],
  });
}

function toRule({ rule, groupId, groupName, text }: DecidingRule) {
  return { ruleId: rule.ruleId, groupId, groupName, egress: rule.isEgress, text };
}
