export type { DemoReport } from "./demo/report.ts";
export {
  type BackendView,
  type ExplanationView,
  explanationView,
  type RuleView,
  type ServiceView,
  type StepView,
} from "./view/explanation-view.ts";
export type { PodView } from "./view/pods.ts";
