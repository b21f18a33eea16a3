import type { Paint } from "../io.ts";
import { explanationLines } from "../view/explanation.ts";
import type { ExplanationView } from "../view/explanation-view.ts";
import { type KernelView, kernelLines } from "../view/kernel-objects.ts";
import { type PodView, podLines } from "../view/pods.ts";

/** The result of a demo; its JSON form. */
export interface DemoReport {
  readonly pods: readonly PodView[];
  readonly kernel: KernelView;
  readonly explanations: readonly ExplanationView[];
  /** What is not as the example expects; empty when all is. */
  readonly differences: readonly string[];
}

/** Lines of a report, in the order in which the story is told. */
export function reportLines(report: DemoReport, paint: Paint): string[] {
  return [
    paint("strong", "Pods with their interfaces"),
    ...podLines(report.pods),
    "",
    paint("strong", `Kernel objects of ${report.kernel.pod}`),
    ...kernelLines(report.kernel),
    ...report.explanations.flatMap((view) => ["", ...explanationLines(view, paint)]),
    "",
    ...verdictLines(report.differences, paint),
  ];
}

function verdictLines(differences: readonly string[], paint: Paint): string[] {
  if (differences.length === 0)
    return [paint("good", "All is as the expected.yaml of the example says.")];
  return [
    paint("bad", `${differences.length} things are not as the example expects:`),
    ...differences.map((difference) => `  ${difference}`),
  ];
}

/** The three commands to try next; `isKept` when the system stays up for them. */
export function nextCommands(isKept: boolean): string[] {
  const questions = [
    "npx trunkline explain shop/web db1:5432                      # and the rule to ask for",
    "npx trunkline explain shop/api shop/peer:8080 --mode standard",
  ];
  return isKept
    ? ["In a second terminal, try next:", ...["npx trunkline pods", ...questions].map(indent)]
    : [
        "Try next:",
        indent("npm run demo -- --keep      # leaves the system up; then, in a second terminal:"),
        ...questions.map(indent),
      ];
}

function indent(line: string): string {
  return `  ${line}`;
}
