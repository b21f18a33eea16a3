export type { DemoReport } from "./demo/report.ts";
export {
  type ExplanationView,
  explanationView,
  type RuleView,
  type StepView,
} from "./view/explanation.ts";
export type { PodView } from "./view/pods.ts";
