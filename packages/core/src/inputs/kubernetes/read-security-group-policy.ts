import type { LabelExpression, LabelSelector, SecurityGroupPolicy } from "../../world/cluster.ts";
import {
  at,
  entries,
  type Field,
  labels,
  onlyKeys,
  report,
  requiredText,
  texts,
} from "../field.ts";

/** Reads a SecurityGroupPolicy of a known name. Misspelt keys are problems: they change who it is for. */
export function readSecurityGroupPolicy(
  object: Field,
  namespace: string,
  name: string,
): SecurityGroupPolicy {
  onlyKeys(object, ["apiVersion", "kind", "metadata", "spec"]);
  const spec = at(object, "spec");
  if (spec.value === undefined) report(spec, "missing");
  onlyKeys(spec, ["podSelector", "serviceAccountSelector", "securityGroups"]);
  onlyKeys(at(spec, "securityGroups"), ["groupIds"]);
  const podSelector = readSelector(at(spec, "podSelector"));
  const serviceAccountSelector = readSelector(at(spec, "serviceAccountSelector"));
  return {
    namespace,
    name,
    ...(podSelector === undefined ? {} : { podSelector }),
    ...(serviceAccountSelector === undefined ? {} : { serviceAccountSelector }),
    groupIds: texts(at(spec, "securityGroups", "groupIds")),
  };
}

function readSelector(selector: Field): LabelSelector | undefined {
  if (selector.value === undefined) return undefined;
  onlyKeys(selector, ["matchLabels", "matchExpressions"]);
  const matchLabels = at(selector, "matchLabels");
  const matchExpressions = at(selector, "matchExpressions");
  return {
    ...(matchLabels.value === undefined ? {} : { matchLabels: labels(matchLabels) }),
    ...(matchExpressions.value === undefined
      ? {}
      : { matchExpressions: entries(matchExpressions).map(readExpression) }),
  };
}

function readExpression(expression: Field): LabelExpression {
  onlyKeys(expression, ["key", "operator", "values"]);
  const values = at(expression, "values");
  return {
    key: requiredText(at(expression, "key")) ?? "",
    // The CRD takes any word here, so the API server does too; `checkPolicy` finds it invalid.
    operator: requiredText(at(expression, "operator")) as LabelExpression["operator"],
    ...(values.value === undefined ? {} : { values: labelValues(values) }),
  };
}

// A label may have an empty value, so an empty text is allowed here.
function labelValues(values: Field): string[] {
  return entries(values).map((entry) => (entry.value === "" ? "" : (requiredText(entry) ?? "")));
}
