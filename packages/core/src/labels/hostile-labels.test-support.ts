import fc from "fast-check";
import type { Random } from "../clock.ts";
import type { LabelExpression, LabelSelector, Labels } from "../world/cluster.ts";
import type { LabelledPod, NamespacedSelector } from "./label-index.ts";

// Names that plain objects inherit, and keys that no valid selector may use.
const keys = ["app", "tier", "zone", "a/b", "__proto__", "constructor", "toString", "", "-"];
const values = ["", "a", "b", "c", "d", "constructor", "__proto__", "no label"];
const validKeys = ["app", "tier", "zone", "constructor", "toString", "valueOf"];
const validValues = ["", "a", "b", "c", "constructor", "e"];
const namespaces = ["shop", "web", "__proto__", ""];
const operators = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

/** An object whose "__proto__", when it has one, is a key like any other, as JSON.parse makes it. */
function labelsOf(entries: readonly (readonly [string, string])[]): Labels {
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
}

const hostileLabels: fc.Arbitrary<Labels> = fc
  .array(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...values)), { maxLength: 6 })
  .map(labelsOf);

const hostileExpression: fc.Arbitrary<LabelExpression> = fc
  .record({
    key: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...validKeys) },
      fc.constantFrom(...keys),
    ),
    operator: fc.constantFrom(...operators),
    values: fc.array(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...validValues) }, fc.string()),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ key, operator, values: named }) => {
    return operator.endsWith("In") ? { key, operator, values: named } : { key, operator };
  });

const hostileSelector: fc.Arbitrary<LabelSelector> = fc.record(
  {
    matchLabels: fc
      .array(fc.tuple(fc.constantFrom(...validKeys), fc.constantFrom(...values)), { maxLength: 2 })
      .map(labelsOf),
    matchExpressions: fc.array(hostileExpression, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

export const hostilePod: fc.Arbitrary<LabelledPod> = fc.record({
  namespace: fc.constantFrom(...namespaces),
  labels: hostileLabels,
});

export const namespacedSelector: fc.Arbitrary<NamespacedSelector> = fc.record(
  { namespace: fc.constantFrom(...namespaces), selector: hostileSelector },
  { requiredKeys: ["selector"] },
);

/** The same kind of pods and selectors from one seed, cheap enough for tens of thousands. */
export function hostileSource(random: Random) {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const times = <T>(limit: number, make: () => T): T[] =>
    Array.from({ length: Math.floor(random() * (limit + 1)) }, make);
  const expression = (): LabelExpression => {
    const operator = pick(operators);
    const key = random() < 0.05 ? pick(keys) : pick(validKeys);
    if (!operator.endsWith("In")) return { key, operator };
    return { key, operator, values: [pick(validValues), ...times(3, () => pick(validValues))] };
  };
  const label = () => [pick(random() < 0.5 ? keys : validKeys), pick(values)] as const;
  const oneLabel = () => [pick(validKeys), pick(validValues)] as const;
  const namespace = () => (random() < 0.4 ? { namespace: pick(namespaces) } : {});
  return {
    pod: (): LabelledPod => ({ namespace: pick(namespaces), labels: labelsOf(times(6, label)) }),
    selector: (): NamespacedSelector => ({
      ...namespace(),
      selector: {
        ...(random() < 0.5 ? { matchLabels: labelsOf(times(2, oneLabel)) } : {}),
        ...(random() < 0.7 ? { matchExpressions: times(3, expression) } : {}),
      },
    }),
  };
}
