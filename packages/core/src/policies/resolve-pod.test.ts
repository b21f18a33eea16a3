import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LabelSelector, Pod, SecurityGroupPolicy, ServiceAccount } from "../world/cluster.ts";
import { checkPolicy, indexPolicies } from "./policy-index.ts";
import { resolvePod } from "./resolve-pod.ts";

const pod: Pod = {
  namespace: "shop",
  name: "api",
  uid: "uid-api",
  labels: { role: "api", tier: "back" },
  serviceAccount: "orders",
  hostNetwork: false,
  addresses: [],
};
const orders: ServiceAccount = { namespace: "shop", name: "orders", labels: { team: "orders" } };
const groupIds = ["sg-app"];
const byRole = { podSelector: { matchLabels: { role: "api" } } };
const byTeam = { serviceAccountSelector: { matchLabels: { team: "orders" } } };
const otherTeam = { serviceAccountSelector: { matchLabels: { team: "web" } } };

function policy(parts: Partial<SecurityGroupPolicy>): SecurityGroupPolicy {
  return { namespace: "shop", name: "api", groupIds, ...parts };
}

function expression(key: string, operator: "In" | "NotIn" | "Exists" | "DoesNotExist") {
  const values = operator.endsWith("In") ? ["api"] : [];
  return { podSelector: { matchExpressions: [{ key, operator, values }] } };
}

// Requirement R12, one row each.
describe("a policy", () => {
  it.each<[string, SecurityGroupPolicy, readonly string[]]>([
    ["selects by pod labels", policy(byRole), groupIds],
    ["selects by labels of the service account", policy(byTeam), groupIds],
    ["does not select by the service account's name", policy(otherTeam), []],
    ["with both selectors needs both", policy({ ...byRole, ...byTeam }), groupIds],
    ["with both selectors needs the second too", policy({ ...byRole, ...otherTeam }), []],
    ["with {} selects all pods", policy({ podSelector: {} }), groupIds],
    ["with {} selects all service accounts", policy({ serviceAccountSelector: {} }), groupIds],
    ["understands In", policy(expression("role", "In")), groupIds],
    ["understands NotIn", policy(expression("role", "NotIn")), []],
    ["understands NotIn of an absent key", policy(expression("zone", "NotIn")), groupIds],
    ["understands Exists", policy(expression("zone", "Exists")), []],
    ["understands DoesNotExist", policy(expression("zone", "DoesNotExist")), groupIds],
    ["of another namespace selects nothing", policy({ ...byRole, namespace: "bank" }), []],
    ["names each group once", policy({ ...byRole, groupIds: ["b", "a", "b"] }), ["b", "a"]],
  ])("%s", (_fact, only, expected) => {
    const resolution = resolvePod(pod, orders, [only]);
    expect(resolution).toEqual({
      source: expected.length > 0 ? "policy" : "node",
      groupIds: expected,
      policies: expected.length > 0 ? ["shop/api"] : [],
      ignored: [],
      isFinished: false,
    });
  });

  it.each<[string, Partial<SecurityGroupPolicy>, string]>([
    ["no selector", {}, "spec: neither podSelector nor serviceAccountSelector is given"],
    ["no groups", { ...byRole, groupIds: [] }, "spec.securityGroups.groupIds: no group is named"],
    [
      "an invalid selector",
      { podSelector: { matchExpressions: [{ key: "role", operator: "In" }] } },
      "spec.podSelector.matchExpressions[0].values: In needs at least one value",
    ],
  ])("with %s is ignored, with the reason", (_what, parts, reason) => {
    const resolution = resolvePod(pod, orders, [policy(parts)]);
    expect(resolution.source).toBe("node");
    expect(resolution.ignored).toEqual([{ policy: "shop/api", reason }]);
  });

  it("has all its problems named", () => {
    expect(checkPolicy(policy({ groupIds: [] }))).toHaveLength(2);
  });
});

describe("several policies", () => {
  const first = policy({ name: "a", ...byRole, groupIds: ["sg-2", "sg-1"] });
  const second = policy({ name: "b", ...byTeam, groupIds: ["sg-1", "sg-3"] });

  it("add up, in the order of their names and then of their lists (R12)", () => {
    const resolution = resolvePod(pod, orders, [second, first]);
    expect(resolution.groupIds).toEqual(["sg-2", "sg-1", "sg-3"]);
    expect(resolution.policies).toEqual(["shop/a", "shop/b"]);
  });

  it("give the same groups in every order, indexed or not", () => {
    const some = fc.array(
      fc.record({
        namespace: fc.constantFrom("shop", "bank"),
        name: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 3 }),
        podSelector: fc.constantFrom<LabelSelector[]>({}, { matchLabels: { role: "api" } }),
        groupIds: fc.array(fc.constantFrom("sg-1", "sg-2", "sg-3"), { maxLength: 3 }),
      }),
      { maxLength: 6 },
    );
    const unique = some.map((all) => [...new Map(all.map((p) => [p.name, p])).values()]);
    fc.assert(
      fc.property(unique, fc.nat(), (all, turn) => {
        const turned = [...all.slice(turn % 6), ...all.slice(0, turn % 6)];
        const expected = resolvePod(pod, orders, all);
        expect(resolvePod(pod, orders, turned)).toEqual(expected);
        expect(resolvePod(pod, orders, indexPolicies(turned))).toEqual(expected);
      }),
    );
  });
});

describe("a pod", () => {
  it("on the host network gets no groups whatever policies say", () => {
    const resolution = resolvePod({ ...pod, hostNetwork: true }, orders, [policy(byRole)]);
    expect(resolution).toMatchObject({ source: "hostNetwork", groupIds: [], policies: [] });
  });

  it.each(["Succeeded", "Failed"] as const)("that has %s is marked as finished", (phase) => {
    const resolution = resolvePod({ ...pod, phase }, orders, [policy(byRole)]);
    expect(resolution).toMatchObject({ source: "policy", isFinished: true });
  });

  it("without its service account is refused when a policy asks for it", () => {
    const both = policy({ ...byRole, ...byTeam });
    const resolve = () => resolvePod(pod, undefined, [both]);
    expect(resolve).toThrow(
      expect.objectContaining({
        code: "NOT_FOUND",
        facts: { serviceAccount: "shop/orders", policy: "shop/api", pod: "shop/api" },
      }),
    );
  });

  it("without its service account resolves when no policy needs it", () => {
    const elsewhere = policy({ podSelector: { matchLabels: { role: "web" } }, ...byTeam });
    expect(resolvePod(pod, undefined, [elsewhere]).source).toBe("node");
    expect(resolvePod(pod, undefined, [policy(byRole)]).groupIds).toEqual(groupIds);
  });
});
