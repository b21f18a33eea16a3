import type { FieldProblem } from "../errors/trunkline-error.ts";
import type { LabelExpression, LabelSelector, Labels } from "../world/cluster.ts";
import { labelKeyProblem, labelValueProblem } from "./label-syntax.ts";

/**
 * Everything that makes a selector invalid, with paths relative to it; empty when it is valid.
 *
 * In and NotIn need a value, Exists and DoesNotExist must have none, operators are spelt exactly,
 * keys and values are label syntax. Source: Kubernetes apimachinery, LabelSelectorAsSelector.
 */
export function checkSelector(selector: LabelSelector): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    const field = `matchLabels[${key}]`;
    report(problems, field, labelKeyProblem(key));
    report(problems, field, labelValueProblem(value));
  }
  for (const [index, expression] of (selector.matchExpressions ?? []).entries()) {
    problems.push(...checkExpression(expression, `matchExpressions[${index}]`));
  }
  return problems;
}

/**
 * True when every entry of the selector holds; `{}` holds for all.
 *
 * A selector that {@link checkSelector} objects to matches nothing, whichever entry is at fault:
 * callers report the problems, and a mistake never selects more than was meant.
 */
export function matchesSelector(selector: LabelSelector, labels: Labels): boolean {
  return checkSelector(selector).length === 0 && matchesValidSelector(selector, labels);
}

/** {@link matchesSelector} for a selector that is known to have no problems; does not check again. */
export function matchesValidSelector(selector: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(selector.matchLabels ?? {}).every(
      ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
    ) && (selector.matchExpressions ?? []).every((expression) => holds(expression, labels))
  );
}

// A key that is absent satisfies NotIn and DoesNotExist; an empty value is present.
function holds({ key, operator, values = [] }: LabelExpression, labels: Labels): boolean {
  const isPresent = Object.hasOwn(labels, key);
  switch (operator) {
    case "In":
      return isPresent && values.includes(labels[key]);
    case "NotIn":
      return !isPresent || !values.includes(labels[key]);
    case "Exists":
      return isPresent;
    case "DoesNotExist":
      return !isPresent;
  }
}

function checkExpression(expression: LabelExpression, field: string): FieldProblem[] {
  const { key, operator, values = [] } = expression;
  const problems: FieldProblem[] = [];
  report(problems, `${field}.key`, labelKeyProblem(key));
  report(problems, `${field}.operator`, operatorProblem(operator));
  report(problems, `${field}.values`, valueCountProblem(operator, values.length));
  for (const [index, value] of values.entries()) {
    report(problems, `${field}.values[${index}]`, labelValueProblem(value));
  }
  return problems;
}

// Manifests are free to hold any word here; the CRD does not list the operators.
function operatorProblem(operator: string): string | undefined {
  if (["In", "NotIn", "Exists", "DoesNotExist"].includes(operator)) return undefined;
  return `${JSON.stringify(operator)} is not In, NotIn, Exists or DoesNotExist`;
}

function valueCountProblem(operator: string, count: number): string | undefined {
  const needsValues = operator === "In" || operator === "NotIn";
  const forbidsValues = operator === "Exists" || operator === "DoesNotExist";
  if (needsValues && count === 0) return `${operator} needs at least one value`;
  if (forbidsValues && count > 0) return `${operator} takes no values, ${count} given`;
  return undefined;
}

function report(problems: FieldProblem[], field: string, description: string | undefined): void {
  if (description !== undefined) problems.push({ field, description });
}
