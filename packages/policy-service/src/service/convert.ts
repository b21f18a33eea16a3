import type {
  DecidingRule,
  Endpoint,
  Mode,
  Model,
  NetworkPolicyModel,
  Pod,
  Resolution,
  Verdict,
} from "@trunkline/core";
import type { DriftRow, SourceSet } from "@trunkline/core/query";
import {
  AuditResponse_Row,
  type DeepPartial,
  type Endpoint as EndpointMessage,
  Model as ModelMessage,
  Mode as ModeMessage,
  NetworkPolicyModel as NetworkPolicyModelMessage,
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

const NETWORK_POLICY_MODELS: Readonly<Record<NetworkPolicyModel, NetworkPolicyModelMessage>> = {
  spec: NetworkPolicyModelMessage.NETWORK_POLICY_MODEL_SPEC,
  aws: NetworkPolicyModelMessage.NETWORK_POLICY_MODEL_AWS,
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

/** The same, of a verdict that may not be there. */
export function toVerdictOrNone(verdict: Verdict | undefined): VerdictMessage {
  return verdict === undefined ? VerdictMessage.VERDICT_UNSPECIFIED : VERDICTS[verdict];
}

/** Core's model in the contract's words. */
export function toModel(model: Model): ModelMessage {
  return MODELS[model];
}

/** Core's model of network policies in the contract's words. */
export function toNetworkPolicyModel(
  model: NetworkPolicyModel | undefined,
): NetworkPolicyModelMessage {
  const none = NetworkPolicyModelMessage.NETWORK_POLICY_MODEL_UNSPECIFIED;
  return model === undefined ? none : NETWORK_POLICY_MODELS[model];
}

/** The contract's model of network policies in core's words; as {@link fromModel}. */
export function fromNetworkPolicyModel(
  model: NetworkPolicyModelMessage,
): NetworkPolicyModel | undefined | null {
  if (model === NetworkPolicyModelMessage.NETWORK_POLICY_MODEL_UNSPECIFIED) return undefined;
  if (model === NetworkPolicyModelMessage.NETWORK_POLICY_MODEL_SPEC) return "spec";
  return model === NetworkPolicyModelMessage.NETWORK_POLICY_MODEL_AWS ? "aws" : null;
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

/** Core's endpoint in the contract's words. */
export function toEndpoint(endpoint: Endpoint): DeepPartial<EndpointMessage> {
  switch (endpoint.kind) {
    case "pod": {
      const { namespace, name, eniId = "" } = endpoint;
      return { key: { $case: "pod", value: { namespace, name } }, podEniId: eniId };
    }
    case "address":
      return { key: { $case: "address", value: endpoint.address } };
    case "interface":
      return { key: { $case: "eniId", value: endpoint.eniId } };
    case "name":
      return { key: { $case: "name", value: endpoint.name } };
    case "service": {
      const { namespace, name, portName = "" } = endpoint;
      return { key: { $case: "service", value: { namespace, name, portName } } };
    }
    case "ingress": {
      const { namespace, name } = endpoint;
      return { key: { $case: "ingress", value: { namespace, name } } };
    }
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

/** A rule as the contract has it. */
export function toRule({ rule, groupId, groupName, text }: DecidingRule) {
  return { ruleId: rule.ruleId, groupId, groupName, egress: rule.isEgress, text };
}
