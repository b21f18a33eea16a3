import { type FieldProblem, invalid, TrunklineError } from "@trunkline/core";

/** Problems that one refusal lists; the rest would only make it too large to send. */
const PROBLEMS_MAX = 100;

/** Throws INVALID_ARGUMENT when there are problems; names the first bad flow of a batch. */
export function refuseProblems(problems: readonly FieldProblem[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, PROBLEMS_MAX);
  const hidden = problems.length - shown.length;
  if (hidden > 0) shown.push({ field: "", description: `and ${hidden} more problems` });
  const error = invalid("request is wrong:", shown);
  const position = /^flows\[(\d+)\]/.exec(problems[0]?.field ?? "")?.[1];
  throw position === undefined ? error : namingFlow(error, Number(position));
}

/** The error with the position of the flow that it is about. */
export function namingFlow(error: unknown, position: number): unknown {
  if (!(error instanceof TrunklineError)) return error;
  const { code, message, facts, problems, cause } = error;
  const isNamed = problems.length > 0;
  return new TrunklineError(code, isNamed ? message : `flows[${position}]: ${message}`, {
    facts: { ...facts, flow: String(position) },
    problems,
    cause,
  });
}
