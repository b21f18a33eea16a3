import type { Verdict } from "@trunkline/core";
import type { Paint } from "../io.ts";
import type { ExplanationView, RuleView, ServiceView, StepView } from "./explanation-view.ts";

/** "sg-app egress tcp/5432 to sg-db": a rule in one line, as `expected.yaml` writes it too. */
function ruleText(rule: RuleView): string {
  return `${rule.groupId} ${rule.direction} ${rule.text}`;
}

/** The rules that decided, in the order of the steps. */
export function decidingRules(view: ExplanationView): readonly string[] {
  return view.steps.flatMap((step) => step.rules.map(ruleText));
}

/** The rules whose lack blocks, in the order of the steps; all of them would have to exist. */
export function missingRules(view: ExplanationView): readonly string[] {
  return view.steps.flatMap((step) => step.missingRule ?? []);
}

/** Lines of an explanation: the verdict, then numbered steps with rules, backends, then notes. */
export function explanationLines(view: ExplanationView, paint: Paint): string[] {
  const protocol = view.protocol === "tcp" ? "" : `/${view.protocol}`;
  const flow = `${view.source} → ${view.destination}${protocol}`;
  return [
    `${paint("strong", flow)} ${paintVerdict(view.verdict, paint)}`,
    ...stepsLines(view.steps, paint),
    ...(view.service === undefined ? [] : serviceLines(view.service, paint)),
    ...otherModelLines(view),
    ...view.notes.map((note) => paint("weak", `  note: ${note}`)),
  ];
}

function otherModelLines(view: ExplanationView): string[] {
  const lines: string[] = [];
  if (view.otherModelVerdict !== undefined) {
    const other = view.model === "documented" ? "datapath" : "documented";
    const differs = `model ${other} ${view.otherModelVerdict}`;
    lines.push(`  model ${view.model} says ${view.verdict}, ${differs}`);
  }
  if (view.otherNetworkPolicyVerdict !== undefined) {
    const other = view.networkPolicyModel === "aws" ? "spec" : "aws";
    const differs = `model ${other} ${view.otherNetworkPolicyVerdict}`;
    const model = view.networkPolicyModel ?? "spec";
    lines.push(`  network policies by model ${model} say ${view.verdict}, by ${differs}`);
  }
  return lines;
}

const REACHES: Readonly<Record<ServiceView["reach"], string>> = {
  all: "every way is open",
  some: "some ways are open",
  none: "no way is open",
  unknown: "not known",
};

/** Backends that are printed; the JSON form has them all. */
const BACKENDS_SHOWN = 20;

// The steps above are those of all ways; here is how each of them ends.
function serviceLines({ title, reach, backends, omittedCount }: ServiceView, paint: Paint) {
  const count = backends.length + omittedCount;
  const rest = count - Math.min(BACKENDS_SHOWN, backends.length);
  return [
    `  ${title}: ${count} ${count === 1 ? "backend" : "backends"}, ${REACHES[reach]}`,
    ...backends.slice(0, BACKENDS_SHOWN).map(({ title: backend, port, verdict }) => {
      const place = port === undefined ? backend : `${backend}:${port}`;
      return `    ${place} ${paintVerdict(verdict, paint)}`;
    }),
    ...(rest === 0 ? [] : [`    and ${rest} more`]),
  ];
}

function stepsLines(steps: readonly StepView[], paint: Paint): readonly string[] {
  const width = Math.max(0, ...steps.map((step) => step.title.length));
  return steps.flatMap((step) => stepLines(step, width, paint));
}

/** Room for the longest outcome, "BLOCKED". */
const OUTCOME_WIDTH = 7;

function stepLines(step: StepView, titleWidth: number, paint: Paint): string[] {
  const outcome = (step.outcome === "OK" ? "ok" : step.outcome).padEnd(OUTCOME_WIDTH);
  const painted = paint(step.outcome === "OK" ? "good" : "bad", outcome);
  const shown = step.outcome === "SKIPPED" ? paint("weak", outcome) : painted;
  const head = `  ${step.number}  ${shown}  ${step.title.padEnd(titleWidth)}  ${step.text}`;
  // A step whose sentence quotes its rules needs no list of them below.
  const rules = step.rules
    .filter(({ ruleId }) => !step.text.includes(ruleId))
    .map((rule) => `       rule ${rule.ruleId}: ${ruleText(rule)}`);
  const missing =
    step.missingRule === undefined ? [] : [paint("bad", `       missing: ${step.missingRule}`)];
  const misses = (step.nearMisses ?? [])
    .filter(({ because }) => !step.text.includes(because))
    .map(({ title, at, because }) => paint("weak", `       near: ${title} ${at} ${because}`));
  return [head.trimEnd(), ...rules, ...missing, ...misses];
}

function paintVerdict(verdict: Verdict, paint: Paint): string {
  return paint(verdict === "ALLOW" ? "good" : "bad", verdict);
}
