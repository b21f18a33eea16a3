import type { LabelExpression, LabelSelector } from "../world/cluster.ts";

/** What all entries of a selector together ask of one label, or of the namespace. */
export interface KeyNeed {
  /** The label's key; undefined for the namespace, which selectors are bound to as to a label. */
  readonly label: string | undefined;
  /** Objects without it are selected. */
  readonly allowsAbsent: boolean;
  /** Objects whose value the selector does not name are selected. */
  readonly allowsOther: boolean;
  /** Values whose answer is the opposite of `allowsOther`, each once. */
  readonly exceptions: readonly string[];
}

/** What one entry demands of the key. A set, because manifests may name thousands of values. */
interface Demand {
  readonly operator: LabelExpression["operator"];
  readonly values: ReadonlySet<string>;
}

/**
 * Folds a selector that has no problems into one need a key; `{}` gives none.
 *
 * @param namespace the only one to select in; all when absent.
 */
export function keyNeeds(selector: LabelSelector, namespace?: string): readonly KeyNeed[] {
  const byKey = new Map<string, Demand[]>();
  const add = ({ key, operator, values }: LabelExpression) => {
    const demand = { operator, values: new Set(values) };
    const own = byKey.get(key);
    if (own) own.push(demand);
    else byKey.set(key, [demand]);
  };
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    add({ key, operator: "In", values: [value] });
  }
  selector.matchExpressions?.forEach(add);
  const needs = [...byKey].map(([key, demands]) => needOf(key, demands));
  return namespace === undefined ? needs : [inNamespace(namespace), ...needs];
}

function inNamespace(namespace: string): KeyNeed {
  return { label: undefined, allowsAbsent: false, allowsOther: false, exceptions: [namespace] };
}

function needOf(key: string, demands: readonly Demand[]): KeyNeed {
  const allowsOther = demands.every(({ operator }) => allowsUnnamed(operator));
  const named = new Set(demands.flatMap(({ values }) => [...values]));
  return {
    label: key,
    allowsAbsent: demands.every(({ operator }) => allowsMissing(operator)),
    allowsOther,
    exceptions: [...named].filter((value) => {
      return demands.every((demand) => allows(demand, value)) !== allowsOther;
    }),
  };
}

function allowsMissing(operator: LabelExpression["operator"]): boolean {
  return operator === "NotIn" || operator === "DoesNotExist";
}

function allowsUnnamed(operator: LabelExpression["operator"]): boolean {
  return operator === "NotIn" || operator === "Exists";
}

function allows({ operator, values }: Demand, value: string): boolean {
  switch (operator) {
    case "In":
      return values.has(value);
    case "NotIn":
      return !values.has(value);
    case "Exists":
      return true;
    case "DoesNotExist":
      return false;
  }
}
