import { ERROR_CODES, TrunklineError } from "@trunkline/core";
import type { CniVerb } from "./request.ts";
import { CNI_CODE, CNI_VERSION_NEWEST } from "./versions.ts";

/** What is printed when a verb fails. Source: CNI specification 1.1, section "Error". */
export interface CniErrorDocument {
  readonly cniVersion: string;
  readonly code: number;
  readonly msg: string;
  readonly details?: string;
}

/**
 * The document of an error: the code from `facts.cniCode` or the table of errors, one line as `msg`,
 * everything as `details`. What is not a `TrunklineError` is a bug and says nothing of itself.
 */
export function errorDocument(
  error: unknown,
  verb: CniVerb | undefined,
  cniVersion: string | undefined,
): CniErrorDocument {
  const version = cniVersion ?? CNI_VERSION_NEWEST;
  if (!(error instanceof TrunklineError)) {
    return { cniVersion: version, code: CNI_CODE.internal, msg: "internal error" };
  }
  const [msg = "", ...more] = error.message.split("\n");
  const details = [...more.map((line) => line.trim()), factsText(error)].filter(Boolean).join("; ");
  return {
    cniVersion: version,
    code: codeOf(error, verb),
    msg,
    ...(details === "" ? {} : { details }),
  };
}

function codeOf(error: TrunklineError, verb: CniVerb | undefined): number {
  // Of a daemon that cannot be reached, STATUS knows one thing: it is not available.
  if (verb === "STATUS" && error.code === "NOT_READY") return CNI_CODE.notAvailable;
  const named = Number(error.facts["cniCode"]);
  return Number.isInteger(named) && named > 0 ? named : ERROR_CODES[error.code].cniCode;
}

function factsText({ code, facts }: TrunklineError): string {
  const words = Object.entries(facts)
    .filter(([key]) => key !== "cniCode")
    .map(([key, value]) => `${key}=${value}`);
  return [code, ...words].join(" ");
}
