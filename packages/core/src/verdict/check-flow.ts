import { type FieldProblem, invalid } from "../errors/trunkline-error.ts";
import type { EvaluateOptions, Flow } from "./explanation.ts";

/** Throws INVALID_ARGUMENT with every number of a flow or of its options that is out of range. */
export function checkFlow(flow: Flow, { ephemeralPorts }: EvaluateOptions): void {
  const { protocol, port, icmpType = 0, icmpCode = 0 } = flow;
  const isFine =
    isWithin(protocol, 255) &&
    isWithin(port, 65535) &&
    isWithin(icmpType, 255) &&
    isWithin(icmpCode, 255);
  if (isFine && ephemeralPorts === undefined) return;
  const { fromPort = 0, toPort = 0 } = ephemeralPorts ?? {};
  const ranges: readonly (readonly [string, number, number])[] = [
    ["protocol", protocol, 255],
    ["port", port, 65535],
    ["icmpType", icmpType, 255],
    ["icmpCode", icmpCode, 255],
    ["ephemeralPorts.fromPort", fromPort, 65535],
    ["ephemeralPorts.toPort", toPort, 65535],
  ];
  const problems: FieldProblem[] = ranges
    .filter(([, value, max]) => !isWithin(value, max))
    .map(([field, value, max]) => ({ field, description: `${value} is not in 0..${max}` }));
  if (fromPort > toPort) {
    const description = `${fromPort} to ${toPort} is no range of ports`;
    problems.push({ field: "ephemeralPorts", description });
  }
  if (problems.length > 0) throw invalid("the flow cannot be judged", problems);
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
