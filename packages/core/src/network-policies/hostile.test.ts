import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyPolicy, ask } from "./cluster.test-support.ts";

// Keys that manifests have, so that garbage gets deep before it is refused.
const key = fc.constantFrom(
  "podSelector",
  "namespaceSelector",
  "matchLabels",
  "matchExpressions",
  "values",
  "operator",
  "policyTypes",
  "ingress",
  "egress",
  "from",
  "to",
  "ipBlock",
  "cidr",
  "except",
  "ports",
  "port",
  "endPort",
  "tier",
  "priority",
  "subject",
  "namespaces",
  "pods",
  "action",
  "networks",
  "protocols",
  "tcp",
  "portRange",
  "__proto__",
  "constructor",
);

const garbage = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constantFrom(
      null,
      undefined,
      0,
      -1,
      1.5,
      80,
      1e9,
      Number.NaN,
      "",
      "http",
      "10.0.0.0/8",
      "Deny",
    ),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
  ),
})).tree;

const hostile: fc.Arbitrary<AnyPolicy> = fc
  .tuple(
    fc.constantFrom<AnyPolicy["list"]>(
      "networkPolicies",
      "clusterNetworkPolicies",
      "adminNetworkPolicies",
      "baselineAdminNetworkPolicies",
    ),
    fc.oneof(garbage, fc.dictionary(key, garbage)),
  )
  // Garbage is no manifest of any kind, which is the point.
  .map(([list, spec]) => ({ list, policy: { namespace: "shop", name: "x", spec } }) as never);

describe("a manifest of any content", () => {
  it("is judged without a throw, and opens no pod that another policy closes for sure", () => {
    const closed = { action: "Deny", from: [{ namespaces: {} }] } as const;
    const admin = { priority: 0, subject: { namespaces: {} }, ingress: [closed] };
    const first: AnyPolicy = { list: "adminNetworkPolicies", policy: { name: "a", spec: admin } };
    fc.assert(
      fc.property(hostile, (policy) => {
        const alone = ask([policy], "in shop/web from shop/api tcp/80");
        expect(["yes", "no", "unknown"]).toContain(alone.answer);
        const beside = ask([first, policy], "in shop/web from shop/api tcp/80");
        expect(beside.answer).not.toBe("yes");
      }),
      { seed: 11, numRuns: 800 },
    );
  }, 20_000);
});
