import type { EvaluateOptions, Flow } from "../verdict/explanation.ts";
import { Interner } from "./interner.ts";

/** The number of a question of two ends; undefined when there is none left. */
type QuestionNumber = (
  flow: Flow,
  options: EvaluateOptions,
  isOneNode: boolean,
) => number | undefined;

/**
 * Numbers of all of a question but its ends: protocol, port and options, and whether both ends are
 * on one node.
 */
export function questionNumbers(): QuestionNumber {
  const numbers = new Interner();
  let last: { readonly options: EvaluateOptions; readonly number: number } | undefined;

  // Most callers ask many questions in one way; options are compared, as callers make them anew.
  const optionsNumber = (options: EvaluateOptions): number | undefined => {
    if (last !== undefined && areAlike(last.options, options)) return last.number;
    const number = numbers.ofText(optionsText(options));
    if (number !== undefined) last = { options: { ...options }, number };
    return number;
  };
  return (flow, options, isOneNode) => {
    const asked = optionsNumber(options);
    const packet = packetNumber(flow, numbers);
    if (asked === undefined || packet === undefined) return undefined;
    return numbers.ofPair(packet, asked * 2 + (isOneNode ? 1 : 0));
  };
}

function areAlike(a: EvaluateOptions, b: EvaluateOptions): boolean {
  if (hasObjects(a) || hasObjects(b)) return false;
  return (
    a.model === b.model &&
    a.mode === b.mode &&
    a.networkPolicyModel === b.networkPolicyModel &&
    a.networkPolicyEnforcing === b.networkPolicyEnforcing &&
    a.networkAcls === b.networkAcls
  );
}

function hasObjects({ ephemeralPorts, groupSwitches }: EvaluateOptions): boolean {
  return ephemeralPorts !== undefined || groupSwitches !== undefined;
}

function optionsText(options: EvaluateOptions): string {
  const { model, mode, networkPolicyModel, networkPolicyEnforcing, networkAcls } = options;
  const { ephemeralPorts, groupSwitches } = options;
  const words = [model, mode, networkPolicyModel, networkPolicyEnforcing, networkAcls];
  return JSON.stringify([...words, ephemeralPorts, groupSwitches].map((one) => one ?? null));
}

// A port has 16 bits, and ICMP has a type and a code or none.
function packetNumber(flow: Flow, numbers: Interner): number | undefined {
  const { protocol, port, icmpType = 256, icmpCode = 256 } = flow;
  return numbers.ofPair(protocol * 65536 + port, icmpType * 257 + icmpCode);
}
