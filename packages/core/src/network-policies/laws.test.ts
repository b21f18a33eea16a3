import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cidrContainsCidr, formatCidr, parseCidr } from "../net/cidr.ts";
import { halves } from "../verdict/law-edits.test-support.ts";
import type { NetworkPolicySpec } from "../world/network-policy.ts";
import { indexWorld } from "../world/world-index.ts";
import {
  arbitraryClusterPolicies,
  arbitraryNetworkPolicy,
  arbitraryPolicies,
  arbitraryQuestion,
} from "./arbitrary-policies.test-support.ts";
import { type AnyPolicy, anp, askWorld, banp, cluster, cnp, np } from "./cluster.test-support.ts";
import type { NetworkPolicyModel } from "./switches.ts";

const questions = fc.array(arbitraryQuestion, { minLength: 6, maxLength: 6 });
const model = fc.constantFrom<NetworkPolicyModel>("spec", "aws");
const runs = { seed: 7, numRuns: 100 };

function answers(
  policies: readonly AnyPolicy[],
  asked: readonly string[],
  as: NetworkPolicyModel = "spec",
) {
  const index = indexWorld(cluster(policies));
  return asked.map((question) => askWorld(index, question, { model: as }).answer);
}

/** Two sets of policies that must answer alike, whatever is asked. */
function same(
  before: fc.Arbitrary<readonly AnyPolicy[]>,
  edit: (policies: readonly AnyPolicy[]) => readonly AnyPolicy[],
): void {
  fc.assert(
    fc.property(before, questions, (policies, asked) => {
      expect(answers(edit(policies), asked)).toEqual(answers(policies, asked));
    }),
    runs,
  );
}

function editSpecs(
  policies: readonly AnyPolicy[],
  edit: (spec: NetworkPolicySpec) => NetworkPolicySpec,
): readonly AnyPolicy[] {
  return policies.map((one) =>
    one.list === "networkPolicies"
      ? { ...one, policy: { ...one.policy, spec: edit(one.policy.spec) } }
      : one,
  );
}

/** Edits the rules of both directions; a section that is absent stays so. */
function editRules(spec: NetworkPolicySpec, edit: (rule: object) => readonly object[]) {
  const { ingress, egress } = spec;
  return {
    ...spec,
    ...(ingress === undefined ? {} : { ingress: ingress.flatMap(edit) }),
    ...(egress === undefined ? {} : { egress: egress.flatMap(edit) }),
  };
}

type Block = { readonly cidr: string; readonly except?: readonly string[] };

function split({ cidr, except = [] }: Block): readonly Block[] {
  return halves(parseCidr(cidr)).flatMap((half) => {
    const text = formatCidr(half);
    const holes = except.filter((hole) => isInside(text, hole));
    if (holes.some((hole) => hole === text)) return [];
    return [{ cidr: text, except: holes }];
  });
}

function isInside(outer: string, inner: string): boolean {
  return cidrContainsCidr(parseCidr(outer), parseCidr(inner));
}

describe("network policies", { timeout: 20_000 }, () => {
  it("of a closed pod only open it: one more never refuses what was allowed", () => {
    fc.assert(
      fc.property(arbitraryPolicies, arbitraryNetworkPolicy, questions, (some, one, asked) => {
        const closed = ["shop", "bank", "ops"].map((namespace) =>
          np(`${namespace}/closed`, { policyTypes: ["Ingress", "Egress"] }),
        );
        const before = answers([...closed, ...some], asked);
        const after = answers([...closed, ...some, one], asked);
        for (const [at, answer] of before.entries()) {
          if (answer === "yes") expect(after[at], asked[at]).toBe("yes");
        }
      }),
      runs,
    );
  });

  it("answer alike in every order of their lists, in both models", () => {
    fc.assert(
      fc.property(arbitraryPolicies, fc.nat(), questions, model, (policies, turn, asked, as) => {
        const at = turn % (policies.length + 1);
        const turned = [...policies.slice(at), ...policies.slice(0, at)].reverse();
        expect(answers(turned, asked, as)).toEqual(answers(policies, asked, as));
      }),
      runs,
    );
  });

  it("answer alike in every order of rules and peers", () => {
    const turn = (rule: object) => {
      const entries = Object.entries(rule).map(([key, list]) => [key, [...list].reverse()]);
      return [Object.fromEntries(entries)];
    };
    same(arbitraryPolicies, (policies) =>
      editSpecs(policies, (spec) => {
        const turned = editRules(spec, turn);
        return {
          ...turned,
          ...(turned.ingress === undefined ? {} : { ingress: [...turned.ingress].reverse() }),
          ...(turned.egress === undefined ? {} : { egress: [...turned.egress].reverse() }),
        };
      }),
    );
  });

  it("answer alike when a block is split in two", () => {
    const splitBlocks = (rule: object) => {
      const entries = Object.entries(rule).map(([key, list]: [string, readonly object[]]) => [
        key,
        list.flatMap((peer) =>
          "ipBlock" in peer ? split(peer.ipBlock as Block).map((ipBlock) => ({ ipBlock })) : [peer],
        ),
      ]);
      return [Object.fromEntries(entries)];
    };
    same(arbitraryPolicies, (policies) =>
      editSpecs(policies, (spec) => editRules(spec, splitBlocks)),
    );
  });

  it("answer alike when each peer gets a rule of its own", () => {
    const apart = (rule: { from?: readonly object[]; to?: readonly object[] }) => {
      const { from = [], to = [], ...rest } = rule;
      const alone = [
        ...from.map((peer) => ({ ...rest, from: [peer] })),
        ...to.map((peer) => ({ ...rest, to: [peer] })),
      ];
      return alone.length === 0 ? [rule] : alone;
    };
    same(arbitraryPolicies, (policies) => editSpecs(policies, (spec) => editRules(spec, apart)));
  });

  it("answer alike when one is there twice", () => {
    same(arbitraryPolicies, (policies) => [
      ...policies,
      ...policies.flatMap((one) =>
        one.list === "networkPolicies"
          ? [{ ...one, policy: { ...one.policy, name: `${one.policy.name}-2` } }]
          : [],
      ),
    ]);
  });

  it("answer alike when the types that are meant are written out", () => {
    same(arbitraryPolicies, (policies) =>
      editSpecs(policies, (spec) => {
        if ((spec.policyTypes ?? []).length > 0) return spec;
        const hasEgress = (spec.egress ?? []).length > 0;
        return { ...spec, policyTypes: hasEgress ? ["Ingress", "Egress"] : ["Ingress"] };
      }),
    );
  });
});

describe("cluster-wide policies", { timeout: 20_000 }, () => {
  const all = { namespaces: {} };

  it("answer alike when priorities change and their order does not", () => {
    same(arbitraryPolicies, (policies) =>
      policies.map((one): AnyPolicy => {
        if (one.list === "networkPolicies" || one.list === "baselineAdminNetworkPolicies")
          return one;
        const spec = { ...one.policy.spec, priority: 7 * one.policy.spec.priority + 3 };
        // The spec stays of the policy's own kind.
        return { ...one, policy: { ...one.policy, spec } } as AnyPolicy;
      }),
    );
  });

  it("answer alike with a Pass of everything behind all others of the tier", () => {
    const pass = { action: "Pass" } as const;
    same(arbitraryPolicies, (policies) => [
      ...policies,
      anp("last", {
        priority: 1000,
        ingress: [{ ...pass, from: [all] }],
        egress: [{ ...pass, to: [all, { networks: ["0.0.0.0/0", "::/0"] }] }],
      }),
    ]);
  });

  it("of the Admin tier say nothing behind a Pass of everything", () => {
    const pass = { action: "Pass" } as const;
    fc.assert(
      fc.property(arbitraryClusterPolicies, questions, (policies, asked) => {
        const first = cnp("first", {
          priority: 0,
          ingress: [{ ...pass, from: [all] }],
          egress: [{ ...pass, to: [all, { nodes: {} }, { networks: ["0.0.0.0/0", "::/0"] }] }],
        });
        const later = policies.map((one): AnyPolicy => {
          if (one.list === "baselineAdminNetworkPolicies" || one.list === "networkPolicies")
            return one;
          const spec = { ...one.policy.spec, priority: one.policy.spec.priority + 1 };
          return { ...one, policy: { ...one.policy, spec } } as AnyPolicy;
        });
        const others = policies.filter((one) => {
          const isAdmin = one.list === "clusterNetworkPolicies" && one.policy.spec.tier === "Admin";
          return !isAdmin && one.list !== "adminNetworkPolicies";
        });
        // Nodes and addresses outside come in by no selector, so that no Pass covers them.
        const fromPods = asked.filter((one) => {
          return one.startsWith("out") || /from (shop\/(web|api)|bank|ops)/.test(one);
        });
        expect(answers([first, ...later], fromPods)).toEqual(answers(others, fromPods));
      }),
      runs,
    );
  });

  it("answer alike when a deny of the Baseline tier stands behind isolation of all pods", () => {
    const closed = ["shop", "bank", "ops"].map((namespace) =>
      np(`${namespace}/closed`, { policyTypes: ["Ingress", "Egress"] }),
    );
    const deny = { action: "Deny" } as const;
    const baseline = banp({
      ingress: [{ ...deny, from: [all] }],
      egress: [{ ...deny, to: [all] }],
    });
    const some = fc.array(arbitraryNetworkPolicy, { maxLength: 3 });
    same(
      some.map((own) => [...closed, ...own]),
      (policies) => [...policies, baseline],
    );
  });
});
