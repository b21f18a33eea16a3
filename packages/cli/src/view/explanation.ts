import type { Verdict } from "@trunkline/core";
import * as policy from "@trunkline/proto/policy";
import type { NamedFlow } from "../flow/endpoint.ts";
import type { Paint } from "../io.ts";

/** An explanation as the command line prints it; the JSON form of `explain`. */
export interface ExplanationView {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly verdict: Verdict;
  readonly model: "documented" | "datapath";
  /** Verdict of the other model when it differs. */
  readonly otherModelVerdict?: Verdict;
  readonly steps: readonly StepView[];
  readonly notes: readonly string[];
  /** Ways to allow the flow, the smallest first, each proven; empty for ALLOW and UNKNOWN. */
  readonly remedies: readonly RemedyView[];
  /** Revision of the world; grows with every change. */
  readonly revision: number;
}

/** Edits that together make a flow pass. */
export interface RemedyView {
  readonly actions: readonly {
    /** "add tcp/5432 from sg-node as ingress rule of sg-db". */
    readonly text: string;
    /** Ready to paste into a shell, where there is one. */
    readonly command?: string;
  }[];
}

/** One step of an explanation. */
export interface StepView {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly outcome: "OK" | "BLOCKED" | "UNKNOWN" | "SKIPPED";
  readonly text: string;
  readonly rules: readonly RuleView[];
  /** The rule that would have to exist: "sg-db ingress tcp/5432 from sg-node". */
  readonly missingRule?: string;
}

/** A rule that decided. */
export interface RuleView {
  readonly ruleId: string;
  readonly groupId: string;
  readonly groupName: string;
  readonly direction: "ingress" | "egress";
  /** "tcp/5432 to sg-db". */
  readonly text: string;
}

/** Turns the answer of policy-service into what is printed. */
export function explanationView(
  named: NamedFlow,
  response: policy.ExplainResponse,
): ExplanationView {
  const other = verdictName(response.otherModelVerdict);
  return {
    source: named.source,
    destination: named.destination,
    protocol: named.protocol,
    verdict: verdictName(response.verdict) ?? "UNKNOWN",
    model: response.model === policy.Model.MODEL_DATAPATH ? "datapath" : "documented",
    ...(other === undefined ? {} : { otherModelVerdict: other }),
    steps: response.steps.map(stepView),
    notes: response.notes,
    remedies: response.remedies.map(({ actions }) => ({
      actions: actions.map(({ text, command }) => (command === "" ? { text } : { text, command })),
    })),
    revision: Number(response.revision),
  };
}

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

/** Lines of an explanation: the verdict, then numbered steps with rules, then notes. */
export function explanationLines(view: ExplanationView, paint: Paint): string[] {
  const protocol = view.protocol === "tcp" ? "" : `/${view.protocol}`;
  const flow = `${view.source} → ${view.destination}${protocol}`;
  const width = Math.max(0, ...view.steps.map((step) => step.title.length));
  return [
    `${paint("strong", flow)} ${paintVerdict(view.verdict, paint)}`,
    ...view.steps.flatMap((step) => stepLines(step, width, paint)),
    ...otherModelLines(view),
    ...view.notes.map((note) => paint("weak", `  note: ${note}`)),
  ];
}

function otherModelLines(view: ExplanationView): string[] {
  if (view.otherModelVerdict === undefined) return [];
  const other = view.model === "documented" ? "datapath" : "documented";
  return [`  model ${view.model} says ${view.verdict}, model ${other} ${view.otherModelVerdict}`];
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
  return [head.trimEnd(), ...rules, ...missing];
}

function paintVerdict(verdict: Verdict, paint: Paint): string {
  return paint(verdict === "ALLOW" ? "good" : "bad", verdict);
}

function stepView(step: policy.Step): StepView {
  return {
    number: step.number,
    title: step.title,
    outcome: outcomeName(step.outcome),
    text: step.text,
    rules: step.rules.map((rule) => ({
      ruleId: rule.ruleId,
      groupId: rule.groupId,
      groupName: rule.groupName,
      direction: rule.egress ? "egress" : "ingress",
      text: rule.text,
    })),
    ...(step.missingRule === "" ? {} : { missingRule: step.missingRule }),
  };
}

// A word of a newer server that we do not know is reported as not known, never as an allow.
function outcomeName(outcome: policy.Step_Outcome): StepView["outcome"] {
  switch (outcome) {
    case policy.Step_Outcome.OUTCOME_OK:
      return "OK";
    case policy.Step_Outcome.OUTCOME_BLOCKED:
      return "BLOCKED";
    case policy.Step_Outcome.OUTCOME_SKIPPED:
      return "SKIPPED";
    default:
      return "UNKNOWN";
  }
}

function verdictName(verdict: policy.Verdict): Verdict | undefined {
  switch (verdict) {
    case policy.Verdict.VERDICT_UNSPECIFIED:
      return undefined;
    case policy.Verdict.VERDICT_ALLOW:
      return "ALLOW";
    case policy.Verdict.VERDICT_DENY:
      return "DENY";
    case policy.Verdict.VERDICT_UNSUPPORTED:
      return "UNSUPPORTED";
    default:
      return "UNKNOWN";
  }
}
