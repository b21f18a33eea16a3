import {
  ALL_PROTOCOLS,
  type Endpoint,
  type EvaluateOptions,
  type FieldProblem,
  type Flow,
  ICMP,
  ICMPV6,
  parseProtocol,
  TCP,
  TrunklineError,
  tryParseAddress,
  UDP,
} from "@trunkline/core";
import type {
  Endpoint as EndpointMessage,
  Flow as FlowMessage,
  Model as ModelMessage,
  Mode as ModeMessage,
  NetworkPolicyModel as NetworkPolicyModelMessage,
} from "@trunkline/proto/policy";
import { fromEndpoint, fromMode, fromModel, fromNetworkPolicyModel } from "./convert.ts";

/** Longest name or id that an endpoint may have; nothing in Kubernetes or EC2 is longer. */
const NAME_LENGTH_MAX = 255;

/** Where problems of a request go. */
export type Report = (problem: FieldProblem) => void;

/**
 * Reads a flow; every problem goes to `report` with its path below `field`. Returns undefined when
 * there was any.
 */
export function readFlow(
  message: FlowMessage | undefined,
  field: string,
  report: Report,
): Flow | undefined {
  if (message === undefined) {
    report({ field, description: "missing" });
    return undefined;
  }
  const source = readEndpoint(message.source, `${field}.source`, report);
  const destination = readEndpoint(message.destination, `${field}.destination`, report);
  const service = readService(message, field, report);
  if (!source || !destination || service === undefined) return undefined;
  return { source, destination, ...service };
}

/** What a connection carries, without its ends. */
export type Service = Omit<Flow, "source" | "destination">;

/** Reads protocol, port and ICMP type and code; as {@link readFlow} does. */
export function readService(
  message: Pick<FlowMessage, "protocol" | "port" | "icmpType" | "icmpCode">,
  field: string,
  report: Report,
): Service | undefined {
  const at = (name: string) => (field === "" ? name : `${field}.${name}`);
  const protocol = readProtocol(message.protocol, at("protocol"), report);
  const isPorted = protocol === TCP || protocol === UDP;
  const isIcmp = protocol === ICMP || protocol === ICMPV6;
  const isPortGood = !isPorted || inRange(message.port, 65_535, at("port"), report);
  const isTypeGood = !isIcmp || inRange(message.icmpType, 255, at("icmp_type"), report);
  const isCodeGood = !isIcmp || inRange(message.icmpCode, 255, at("icmp_code"), report);
  if (!isPortGood || !isTypeGood || !isCodeGood || protocol === undefined) return undefined;
  return {
    protocol,
    port: isPorted ? message.port : 0,
    ...(isIcmp ? { icmpType: message.icmpType, icmpCode: message.icmpCode } : {}),
  };
}

/** What all questions may choose. */
interface OptionsMessage {
  readonly model: ModelMessage;
  readonly mode: ModeMessage;
  readonly networkPolicyModel: NetworkPolicyModelMessage;
}

/** Reads models and mode of a request; problems go to `report`. */
export function readOptions(message: OptionsMessage, report: Report): EvaluateOptions {
  const model = fromModel(message.model);
  const mode = fromMode(message.mode);
  const networkPolicyModel = fromNetworkPolicyModel(message.networkPolicyModel);
  const refuse = (field: string, value: number) =>
    report({ field, description: `unknown value ${value}` });
  if (model === null) refuse("model", message.model);
  if (mode === null) refuse("mode", message.mode);
  if (networkPolicyModel === null) refuse("network_policy_model", message.networkPolicyModel);
  return {
    ...(model ? { model } : {}),
    ...(mode ? { mode } : {}),
    ...(networkPolicyModel ? { networkPolicyModel } : {}),
  };
}

/** Reads one end; as {@link readFlow} does. */
export function readEndpoint(
  message: EndpointMessage | undefined,
  field: string,
  report: Report,
): Endpoint | undefined {
  const endpoint = message && fromEndpoint(message);
  if (message === undefined || endpoint === undefined) {
    report({
      field,
      description: "missing; pod, address, eni_id, name, service or ingress is wanted",
    });
    return undefined;
  }
  const problems = endpointProblems(endpoint, field);
  if (endpoint.kind !== "pod" && message.podEniId !== "") {
    problems.push({ field: `${field}.pod_eni_id`, description: "goes with a pod only" });
  }
  for (const problem of problems) report(problem);
  return problems.length === 0 ? endpoint : undefined;
}

function endpointProblems(endpoint: Endpoint, field: string): FieldProblem[] {
  switch (endpoint.kind) {
    case "pod":
      return [
        ...nameProblems(endpoint.namespace, `${field}.pod.namespace`),
        ...nameProblems(endpoint.name, `${field}.pod.name`),
        ...(endpoint.eniId === undefined
          ? []
          : nameProblems(endpoint.eniId, `${field}.pod_eni_id`)),
      ];
    case "address": {
      const isAddress = tryParseAddress(endpoint.address) !== undefined;
      const description = `must be an IPv4 or IPv6 address, found ${quoted(endpoint.address)}`;
      return isAddress ? [] : [{ field: `${field}.address`, description }];
    }
    case "interface":
      return nameProblems(endpoint.eniId, `${field}.eni_id`);
    case "name":
      return nameProblems(endpoint.name, `${field}.name`);
    case "service":
    case "ingress":
      return [
        ...nameProblems(endpoint.namespace, `${field}.${endpoint.kind}.namespace`),
        ...nameProblems(endpoint.name, `${field}.${endpoint.kind}.name`),
      ];
    default:
      return endpoint satisfies never;
  }
}

/** What is wrong with a name of any kind: it is empty or far too long. */
export function nameProblems(name: string, field: string): FieldProblem[] {
  if (name === "") return [{ field, description: "missing" }];
  if (name.length <= NAME_LENGTH_MAX) return [];
  return [{ field, description: `has ${name.length} characters, at most ${NAME_LENGTH_MAX}` }];
}

function readProtocol(text: string, field: string, report: Report): number | undefined {
  if (text === "") {
    report({ field, description: "missing" });
    return undefined;
  }
  try {
    const protocol = parseProtocol(text);
    if (protocol !== ALL_PROTOCOLS) return protocol;
    report({ field, description: `must be one protocol, found ${quoted(text)}` });
  } catch (error) {
    if (!(error instanceof TrunklineError)) throw error;
    report({ field, description: error.message });
  }
  return undefined;
}

function inRange(value: number, max: number, field: string, report: Report): boolean {
  if (value <= max) return true;
  report({ field, description: `must be 0..${max}, found ${value}` });
  return false;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
