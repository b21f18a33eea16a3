import { TrunklineError } from "@trunkline/core";

/** A fault as the command line names it. */
export interface FaultWords {
  readonly kind: string;
  readonly action: readonly string[];
  readonly count: number | undefined;
  readonly probability: number | undefined;
  readonly forMs: number | undefined;
  /** "key=value", the value as JSON or as the text it is. */
  readonly set: readonly string[];
}

/** An order of the emulator's fault API; what it may hold is the emulator's to say. */
export type FaultOrder = Readonly<Record<string, unknown>>;

/** Makes an order. Throws INVALID_ARGUMENT with every pair that is none or says something twice. */
export function faultOrder({ kind, action, set, ...limits }: FaultWords): FaultOrder {
  const fields = new Map<string, unknown>([["kind", kind]]);
  if (action.length > 0) fields.set("actions", action);
  for (const [name, value] of Object.entries(limits)) {
    if (value !== undefined) fields.set(name, value);
  }
  const problems: string[] = [];
  for (const pair of set) {
    const at = pair.indexOf("=");
    const key = pair.slice(0, at);
    if (at < 1) problems.push(`${pair} is not key=value`);
    else if (fields.has(key)) problems.push(`${key} is said twice`);
    else fields.set(key, readValue(pair.slice(at + 1)));
  }
  if (problems.length > 0) {
    throw new TrunklineError("INVALID_ARGUMENT", `the fault is wrong: ${problems.join("; ")}`);
  }
  return Object.fromEntries(fields);
}

/** 5, true, ["sg-1"] and {"key":"team"} are JSON; sg-1 is not, and is a text. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Most values are words; the emulator says if it wanted something else.
    return text;
  }
}
