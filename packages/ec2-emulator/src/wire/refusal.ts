/**
 * An EC2 error as a client sees it: a code, a text and an HTTP status. Thrown by whoever knows,
 * caught once by the front door, which undoes what the call had changed and renders it.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number = statusOf(code)) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.status = status;
  }
}

/** HTTP status by code where it is not 400. Source: EC2 error-code pages. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ["AuthFailure", 401],
  ["UnauthorizedOperation", 403],
  ["SignatureDoesNotMatch", 403],
  ["InvalidClientTokenId", 403],
  ["MissingAuthenticationToken", 403],
  ["RequestExpired", 400],
  ["DryRunOperation", 412],
  ["RequestLimitExceeded", 503],
  ["Unavailable", 503],
  ["ServiceUnavailable", 503],
  ["InternalError", 500],
  ["InternalFailure", 500],
  ["InsufficientInstanceCapacity", 500],
]);

/** HTTP status that EC2 sends with a code. */
function statusOf(code: string): number {
  return STATUS.get(code) ?? 400;
}

/** MissingParameter in EC2's words; the name starts with a small letter there. */
export function missing(parameter: string): Refusal {
  const name = parameter.charAt(0).toLowerCase() + parameter.slice(1);
  return new Refusal("MissingParameter", `The request must contain the parameter ${name}`);
}

/** InvalidParameterValue in EC2's words: names the parameter, the value and why. */
export function wrongValue(parameter: string, value: string, why: string): Refusal {
  const shown = value.length > 100 ? `${value.slice(0, 100)}...` : value;
  return new Refusal(
    "InvalidParameterValue",
    `Value (${shown}) for parameter ${parameter} is invalid. ${why}`,
  );
}

/** InvalidParameterCombination. */
export function wrongCombination(message: string): Refusal {
  return new Refusal("InvalidParameterCombination", message);
}
