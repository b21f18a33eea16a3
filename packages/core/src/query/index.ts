export {
  type Assertion,
  type AssertionResult,
  type Assertions,
  checkAssertions,
} from "./assertions.ts";
export { hasBit } from "./bits.ts";
export { compareWorlds } from "./compare-worlds.ts";
export {
  type Confirmation,
  type ConfirmationCheck,
  confirmExplanation,
} from "./confirm.ts";
export type { DiffVerdict, PairSet, VerdictChange } from "./diff/change.ts";
export { diffWorlds, type WorldDiff } from "./diff/diff-worlds.ts";
export { editText } from "./diff/edit-text.ts";
export { type DriftRow, type DriftState, drift } from "./drift.ts";
export {
  type AclEntry,
  editKey,
  type GroupRule,
  type ListedKind,
  type ListedObjects,
  type TableRoute,
  type WorldEdit,
} from "./edit.ts";
export { type Exposure, exposure } from "./exposure.ts";
export { QUERY_LIMITS, type QueryLimit } from "./limits.ts";
export { type Matrix, type MatrixOptions, type MatrixRow, matrix } from "./matrix.ts";
export { overlay } from "./overlay.ts";
export { type PortReach, portsBetween } from "./port-reach.ts";
export { junitXml } from "./render/junit.ts";
export { reportMatrix } from "./render/matrix-report.ts";
export { type ReportFormat, renderReport } from "./render/render.ts";
export type { Report, ReportEdge, ReportGrid, Tone } from "./render/report.ts";
export { reportDiff, reportExplanation, reportWhoCan } from "./render/reports.ts";
export type { MatrixLevel } from "./units.ts";
export { type DestinationSet, type WhatCan, whatCan } from "./what-can.ts";
export { type SourceSet, type WhoCan, whoCan } from "./who-can.ts";
export type { Remedy, RemedyAction, RuleNearMiss, WhyNot } from "./why-not/remedy.ts";
export { whyNot } from "./why-not/why-not.ts";
