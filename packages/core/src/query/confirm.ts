import { asIndex, evaluate } from "../verdict/evaluate.ts";
import type { EvaluateOptions, Explanation, Flow, Step, Verdict } from "../verdict/explanation.ts";
import type { World } from "../world/world.ts";
import { indexWorld, type WorldIndex } from "../world/world-index.ts";
import type { WorldEdit } from "./edit.ts";
import { overlay } from "./overlay.ts";
import { whyNot } from "./why-not/why-not.ts";

/** Whether an explanation stands up to a second look. */
export interface Confirmation {
  readonly isConfirmed: boolean;
  readonly checks: readonly ConfirmationCheck[];
}

/** One experiment. */
export interface ConfirmationCheck {
  /** "without sgr-1, sgr-2", "with what is missing". */
  readonly experiment: string;
  readonly verdict: Verdict;
  readonly isAsExpected: boolean;
}

/**
 * Puts an explanation to the test on worlds that differ in what it names.
 *
 * An ALLOW must end when all the rules of any one of its steps are taken away; one that names no
 * rule must outlive the loss of every rule. A DENY must end when what whyNot finds is added; there
 * is no experiment for one that nothing mends. UNKNOWN and UNSUPPORTED are compared alone. In all
 * cases the verdict itself is asked for again.
 */
export function confirmExplanation(
  world: World | WorldIndex,
  flow: Flow,
  explanation: Explanation,
  options: EvaluateOptions = {},
): Confirmation {
  const index = asIndex(world);
  const chosen = { ...options, model: explanation.model };
  const again = evaluate(index, flow, chosen);
  const repeated: ConfirmationCheck = {
    experiment: "the same world",
    verdict: again,
    isAsExpected: again === explanation.verdict,
  };
  const more = repeated.isAsExpected ? experiments(index, flow, explanation, chosen) : [];
  const checks = [repeated, ...more];
  return { isConfirmed: checks.every(({ isAsExpected }) => isAsExpected), checks };
}

function experiments(
  index: WorldIndex,
  flow: Flow,
  { verdict, steps }: Explanation,
  options: EvaluateOptions,
): readonly ConfirmationCheck[] {
  const ask = (
    experiment: string,
    edits: readonly WorldEdit[],
    wanted: (v: Verdict) => boolean,
  ) => {
    const found = evaluate(indexWorld(overlay(index.world, edits)), flow, options);
    return { experiment, verdict: found, isAsExpected: wanted(found) };
  };
  if (verdict === "ALLOW") {
    const named = steps.filter(({ rules }) => rules.length > 0);
    if (named.length === 0) return [ask("without any rule", allRules(index), (v) => v === "ALLOW")];
    return named.map((step) => {
      const ids = step.rules.map(({ rule }) => rule.ruleId).join(", ");
      return ask(`without ${ids}`, withoutRules(step), (v) => v !== "ALLOW");
    });
  }
  const [remedy] = verdict === "DENY" ? whyNot(index, flow, options).remedies : [];
  if (remedy === undefined) return [];
  return [ask("with what is missing", remedy.edits, (v) => v === "ALLOW")];
}

function withoutRules({ rules }: Step): readonly WorldEdit[] {
  const keys = new Set(rules.map(({ groupId, rule }) => `${groupId}/${rule.ruleId}`));
  return [...keys].map((key) => ({ action: "remove", kind: "rule", key }));
}

function allRules({ world }: WorldIndex): readonly WorldEdit[] {
  return world.groups.map((group) => {
    return { action: "change", kind: "group", object: { ...group, rules: [] } };
  });
}
