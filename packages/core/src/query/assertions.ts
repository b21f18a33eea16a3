import { TrunklineError } from "../errors/trunkline-error.ts";
import { formatTraffic } from "../net/protocol.ts";
import { asIndex, explain } from "../verdict/evaluate.ts";
import type { EvaluateOptions, Explanation, Flow } from "../verdict/explanation.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { requireWithin } from "./limits.ts";
import { endpointText } from "./survey.ts";

/** What must hold, and what must not. */
export interface Assertions {
  readonly mustReach: readonly Assertion[];
  readonly mustNotReach: readonly Assertion[];
}

/** One flow that somebody cares about. */
export interface Assertion {
  /** Default: the flow in words. */
  readonly name?: string;
  readonly flow: Flow;
}

/** How one assertion ended. */
export interface AssertionResult {
  readonly name: string;
  readonly expected: "mustReach" | "mustNotReach";
  /**
   * `failed`: the verdict is another one. `unknown`: the world does not say, which satisfies
   * nobody. `error`: the flow could not be judged, an end names nothing for instance.
   */
  readonly outcome: "passed" | "failed" | "unknown" | "error";
  /** Why it did not pass: the step that decided with what is missing, or the error. */
  readonly message: string;
  readonly explanation?: Explanation;
}

/** Judges every assertion, in their order, those that must reach first. */
export function checkAssertions(
  world: World | WorldIndex,
  { mustReach, mustNotReach }: Assertions,
  options: EvaluateOptions = {},
): readonly AssertionResult[] {
  requireWithin("assertions", mustReach.length + mustNotReach.length);
  const index = asIndex(world);
  return [
    ...mustReach.map((one) => check(index, one, "mustReach", options)),
    ...mustNotReach.map((one) => check(index, one, "mustNotReach", options)),
  ];
}

function check(
  index: WorldIndex,
  { name, flow }: Assertion,
  expected: AssertionResult["expected"],
  options: EvaluateOptions,
): AssertionResult {
  const common = { name: name ?? flowText(flow), expected };
  try {
    const explanation = explain(index, flow, options);
    const outcome = outcomeOf(explanation, expected);
    const message = outcome === "passed" ? "" : messageOf(explanation);
    return { ...common, outcome, message, explanation };
  } catch (error) {
    if (!(error instanceof TrunklineError)) throw error;
    return { ...common, outcome: "error", message: error.message };
  }
}

function outcomeOf(
  { verdict }: Explanation,
  expected: AssertionResult["expected"],
): AssertionResult["outcome"] {
  if (verdict === "UNKNOWN") return "unknown";
  return (verdict === "ALLOW") === (expected === "mustReach") ? "passed" : "failed";
}

function messageOf({ verdict, steps }: Explanation): string {
  if (verdict === "ALLOW") {
    const rules = steps.flatMap((step) =>
      step.rules.map((one) => `${one.text} (${one.rule.ruleId})`),
    );
    return `ALLOW by ${rules.join(", ") || steps.map(({ text }) => text).join("; ")}`;
  }
  const deciding = steps.filter(({ outcome }) => outcome === "BLOCKED" || outcome === "UNKNOWN");
  return `${verdict}: ${deciding.map(({ title, text }) => `${title} ${text}`).join("; ")}`;
}

/** A flow for people: "shop/api to db1 tcp/5432". */
export function flowText({
  source,
  destination,
  protocol,
  port,
  icmpType,
  icmpCode,
}: Flow): string {
  const range =
    icmpType === undefined
      ? { fromPort: port, toPort: port }
      : { fromPort: icmpType, toPort: icmpCode ?? -1 };
  const traffic = formatTraffic(protocol, range);
  return `${endpointText(source)} to ${endpointText(destination)} ${traffic}`;
}
