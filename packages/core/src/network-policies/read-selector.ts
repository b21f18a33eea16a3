import { checkSelector } from "../labels/selector.ts";
import type { LabelExpression, LabelSelector, Labels } from "../world/cluster.ts";
import {
  at,
  entriesOf,
  isGiven,
  keysOf,
  mappingOf,
  report,
  type SpecField,
  textOf,
} from "./spec-field.ts";

/** Selects nothing; stands where a selector could not be read. */
const nothing: LabelSelector = { matchExpressions: [{ key: "invalid", operator: "In" }] };

/** Reads a selector that must be there, and reports everything that is wrong with it. */
export function readSelector(field: SpecField): LabelSelector {
  const before = field.findings.problems.length;
  if (!mappingOf(field, ["matchLabels", "matchExpressions"])) return nothing;
  const matchLabels = readLabels(at(field, "matchLabels"));
  const matchExpressions = entriesOf(at(field, "matchExpressions")).map(readExpression);
  // Wrong shapes first: the rules of selectors are about texts.
  if (field.findings.problems.length > before) return nothing;
  const selector: LabelSelector = { matchLabels, matchExpressions };
  for (const problem of checkSelector(selector)) {
    report({ ...field, path: `${field.path}.${problem.field}` }, problem.description);
  }
  return selector;
}

function readLabels(field: SpecField): Labels {
  if (!isGiven(field) || !mappingOf(field, keysOf(field))) return {};
  return Object.fromEntries(keysOf(field).map((key) => [key, textOf(at(field, key)) ?? ""]));
}

function readExpression(field: SpecField): LabelExpression {
  mappingOf(field, ["key", "operator", "values"]);
  return {
    key: textOf(at(field, "key")) ?? "",
    // Any word here: checkSelector says which ones there are.
    operator: (textOf(at(field, "operator")) ?? "Exists") as LabelExpression["operator"],
    values: entriesOf(at(field, "values")).map((value) => textOf(value) ?? ""),
  };
}
