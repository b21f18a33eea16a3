import type { Flow } from "../verdict/explanation.ts";
import type { JudgeOptions } from "../verdict/judge.ts";
import { Interner } from "./interner.ts";

interface Question {
  readonly flow: Flow;
  readonly options: JudgeOptions;
}

/**
 * Numbers of all of a question but its ends: protocol, port and options, and whether both ends are
 * on one node. Undefined when there is no number left.
 */
export function questionNumbers(): (question: Question, isOneNode: boolean) => number | undefined {
  const numbers = new Interner();
  let last: { readonly options: JudgeOptions; readonly number: number } | undefined;

  // Most callers ask many questions in one way; options are compared, as callers make them anew.
  const optionsNumber = (options: JudgeOptions): number | undefined => {
    if (last !== undefined && areAlike(last.options, options)) return last.number;
    const number = numbers.ofText(optionsText(options));
    if (number !== undefined) last = { options: { ...options }, number };
    return number;
  };
  return ({ flow, options }, isOneNode) => {
    const asked = optionsNumber(options);
    const packet = packetNumber(flow, numbers);
    if (asked === undefined || packet === undefined) return undefined;
    return numbers.ofPair(packet, asked * 2 + (isOneNode ? 1 : 0));
  };
}

function areAlike(a: JudgeOptions, b: JudgeOptions): boolean {
  if (hasObjects(a) || hasObjects(b)) return false;
  return (
    a.model === b.model &&
    a.mode === b.mode &&
    a.networkPolicyModel === b.networkPolicyModel &&
    a.networkPolicyEnforcing === b.networkPolicyEnforcing &&
    a.networkAcls === b.networkAcls
  );
}

function hasObjects({ ephemeralPorts, groupSwitches }: JudgeOptions): boolean {
  return ephemeralPorts !== undefined || groupSwitches !== undefined;
}

function optionsText(options: JudgeOptions): string {
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
