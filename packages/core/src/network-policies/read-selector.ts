import { isMapping } from "../inputs/plain.ts";
import { checkSelector } from "../labels/selector.ts";
import type { LabelExpression, LabelSelector, Labels } from "../world/cluster.ts";
import {
  at,
  entriesOf,
  isGiven,
  keysOf,
  mappingOf,
  reportAt,
  type SpecField,
  textOf,
} from "./spec-field.ts";

/** Selects nothing; stands where a selector could not be read. */
const nothing: LabelSelector = { matchExpressions: [{ key: "invalid", operator: "In" }] };

/** Reads a selector that must be there, and reports everything that is wrong with it. */
export function readSelector(field: SpecField): LabelSelector {
  const before = field.findings.problems.length;
  if (!mappingOf(field, selectorKeys)) return nothing;
  const matchLabels = readLabels(at(field, "matchLabels"));
  const expressions = entriesOf(at(field, "matchExpressions"));
  const matchExpressions =
    expressions.length === 0 ? noExpressions : expressions.map(readExpression);
  // Wrong shapes first: the rules of selectors are about texts.
  if (field.findings.problems.length > before) return nothing;
  const selector: LabelSelector = { matchLabels, matchExpressions };
  for (const problem of checkSelector(selector)) {
    reportAt(`${field.path}.${problem.field}`, field, problem.description);
  }
  return selector;
}

const selectorKeys = ["matchLabels", "matchExpressions"];
const noLabels: Labels = {};
const noExpressions: readonly LabelExpression[] = [];

// Labels that are texts, all of them, stay the object that they are.
function readLabels(field: SpecField): Labels {
  const { value } = field;
  if (isLabels(value)) return value;
  if (!isGiven(field) || !mappingOf(field, keysOf(field))) return noLabels;
  return Object.fromEntries(keysOf(field).map((key) => [key, textOf(at(field, key)) ?? ""]));
}

function isLabels(value: unknown): value is Labels {
  return isMapping(value) && Object.values(value).every((text) => typeof text === "string");
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
