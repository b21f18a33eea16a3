import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LabelExpression, LabelSelector, Labels } from "../world/cluster.ts";
import { checkSelector, matchesSelector } from "./selector.ts";

const expression = (key: string, operator: string, ...values: string[]): LabelSelector => ({
  // Manifests may hold any operator, so tests must be able to write a wrong one.
  matchExpressions: [{ key, operator: operator as LabelExpression["operator"], values }],
});

const api: Labels = { role: "api", tier: "", "example.com/team": "shop" };

// Kubernetes, "Labels and Selectors", and apimachinery's LabelSelectorAsSelector.
describe("a selector", () => {
  it.each<[string, LabelSelector, boolean]>([
    ["selects all when empty", {}, true],
    ["selects all when both lists are empty", { matchLabels: {}, matchExpressions: [] }, true],
    ["compares values", { matchLabels: { role: "api" } }, true],
    ["does not fold case", { matchLabels: { role: "API" } }, false],
    ["ANDs matchLabels", { matchLabels: { role: "api", tier: "gold" } }, false],
    ["takes an empty value as present", { matchLabels: { tier: "" } }, true],
    ["needs presence for an empty value", { matchLabels: { zone: "" } }, false],
    ["reads keys with a prefix", { matchLabels: { "example.com/team": "shop" } }, true],
    ["sees no inherited properties", { matchLabels: { constructor: "" } }, false],
    ["In: one of", expression("role", "In", "web", "api"), true],
    ["In: none of", expression("role", "In", "web"), false],
    ["In: absent key", expression("zone", "In", "a"), false],
    ["In: values may repeat", expression("role", "In", "api", "api"), true],
    ["In: empty value", expression("tier", "In", ""), true],
    ["NotIn: none of", expression("role", "NotIn", "web"), true],
    ["NotIn: one of", expression("role", "NotIn", "web", "api"), false],
    ["NotIn: absent key", expression("zone", "NotIn", "a"), true],
    ["Exists: present", expression("role", "Exists"), true],
    ["Exists: empty value", expression("tier", "Exists"), true],
    ["Exists: absent", expression("zone", "Exists"), false],
    ["Exists: not inherited", expression("toString", "Exists"), false],
    ["DoesNotExist: absent", expression("zone", "DoesNotExist"), true],
    ["DoesNotExist: empty value", expression("tier", "DoesNotExist"), false],
    [
      "ANDs labels and expressions",
      { matchLabels: { role: "api" }, ...expression("role", "NotIn", "api") },
      false,
    ],
  ])("%s", (_fact, selector, expected) => {
    expect(checkSelector(selector)).toEqual([]);
    expect(matchesSelector(selector, api)).toBe(expected);
  });

  it.each<[string, LabelSelector, string]>([
    ["In without values", expression("role", "In"), "matchExpressions[0].values"],
    ["NotIn without values", expression("role", "NotIn"), "matchExpressions[0].values"],
    ["Exists with values", expression("role", "Exists", "a"), "matchExpressions[0].values"],
    ["DoesNotExist with values", expression("x", "DoesNotExist", ""), "matchExpressions[0].values"],
    ["an unknown operator", expression("role", "in", "api"), "matchExpressions[0].operator"],
    ["an empty key", expression("", "Exists"), "matchExpressions[0].key"],
    ["a key with an empty prefix", expression("/role", "Exists"), "matchExpressions[0].key"],
    ["a key with two slashes", expression("a/b/c", "Exists"), "matchExpressions[0].key"],
    ["a prefix in capitals", expression("Example.com/a", "Exists"), "matchExpressions[0].key"],
    ["a long name", expression("a".repeat(64), "Exists"), "matchExpressions[0].key"],
    ["a wildcard", { matchLabels: { role: "*" } }, "matchLabels[role]"],
    ["a bad value", expression("role", "In", "a b"), "matchExpressions[0].values[0]"],
    ["a long value", { matchLabels: { a: "v".repeat(64) } }, "matchLabels[a]"],
    ["a value that ends in a dash", { matchLabels: { a: "v-" } }, "matchLabels[a]"],
  ])("is invalid with %s and then selects nothing", (_what, selector, field) => {
    expect(checkSelector(selector).map((problem) => problem.field)).toEqual([field]);
    expect(matchesSelector(selector, {})).toBe(false);
    expect(matchesSelector(selector, api)).toBe(false);
  });

  it("names all its problems at once", () => {
    const selector = {
      matchLabels: { "-": "?" },
      matchExpressions: [{ key: "", operator: "In" as const }],
    };
    expect(checkSelector(selector)).toHaveLength(4);
  });

  it("with NotIn selects exactly what In does not", () => {
    const word = fc.constantFrom("", "a", "b", "c");
    const labels = fc.dictionary(fc.constantFrom("x", "y"), word);
    fc.assert(
      fc.property(labels, fc.array(word, { minLength: 1 }), (some, values) => {
        const isIn = matchesSelector(expression("x", "In", ...values), some);
        expect(matchesSelector(expression("x", "NotIn", ...values), some)).toBe(!isIn);
      }),
    );
  });
});
