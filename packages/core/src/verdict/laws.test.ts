import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCidr, parseCidr } from "../net/cidr.ts";
import {
  arbitraryFlow,
  arbitraryRule,
  arbitraryWorld,
} from "../world/arbitrary-world.test-support.ts";
import type { NetworkInterface, SecurityGroup, SecurityGroupRule } from "../world/cloud.ts";
import type { Model } from "../world/settings.ts";
import type { World } from "../world/world.ts";
import { evaluate, explain } from "./evaluate.ts";
import type { Flow, Verdict } from "./explanation.ts";
import {
  halves,
  isBranchOrOther,
  withGroups,
  withInterfaces,
  withoutTies,
  withRules,
} from "./law-edits.test-support.ts";

const model = fc.constantFrom<Model>("documented", "datapath");
const runs = { numRuns: 150 };

/** The verdict does not change under an edit that means the same. */
function expectSame(edit: (world: World, flow: Flow) => World): void {
  fc.assert(
    fc.property(arbitraryWorld, arbitraryFlow, model, (world, flow, which) => {
      const before = evaluate(world, flow, { model: which });
      expect(evaluate(edit(world, flow), flow, { model: which })).toBe(before);
    }),
    runs,
  );
}

// The worlds must not be so closed, or so open, that a law says nothing.
it("small worlds allow and refuse about as often", () => {
  const verdicts: Record<string, number> = {};
  fc.assert(
    fc.property(arbitraryWorld, arbitraryFlow, (world, flow) => {
      const verdict = evaluate(world, flow);
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    }),
    { numRuns: 400, seed: 1 },
  );
  expect(verdicts.ALLOW).toBeGreaterThan(60);
  expect(verdicts.DENY).toBeGreaterThan(60);
  expect(verdicts.UNKNOWN).toBeUndefined();
});

// EC2 reference 6.8 and requirements R32, R52.
describe("an ALLOW stays", () => {
  it("when an interface gets one more group", () => {
    const position = fc.tuple(fc.nat(6), fc.constantFrom("sg-0a", "sg-0b", "sg-0c", "sg-0gone"));
    fc.assert(
      fc.property(
        arbitraryWorld,
        arbitraryFlow,
        model,
        position,
        (world, flow, which, [at, id]) => {
          fc.pre(evaluate(world, flow, { model: which }) === "ALLOW");
          const richer = withInterfaces(world, (eni) => {
            return eni === world.interfaces[at] ? { ...eni, groupIds: [id, ...eni.groupIds] } : eni;
          });
          expect(evaluate(richer, flow, { model: which })).toBe("ALLOW");
        },
      ),
      runs,
    );
  });

  it("when a group gets one more rule", () => {
    fc.assert(
      fc.property(
        arbitraryWorld,
        arbitraryFlow,
        arbitraryRule,
        fc.nat(3),
        (world, flow, rule, at) => {
          fc.pre(evaluate(world, flow) === "ALLOW");
          const richer = withGroups(world, (group) => {
            return group === world.groups[at] ? { ...group, rules: [rule, ...group.rules] } : group;
          });
          expect(evaluate(richer, flow)).toBe("ALLOW");
        },
      ),
      runs,
    );
  });

  it("when the model asks fewer interfaces", () => {
    fc.assert(
      fc.property(arbitraryWorld, arbitraryFlow, (world, flow) => {
        fc.pre(evaluate(world, flow, { model: "documented" }) === "ALLOW");
        expect(evaluate(world, flow, { model: "datapath" })).toBe("ALLOW");
      }),
      runs,
    );
  });
});

describe("nothing changes", () => {
  it("in verdict or explanation when lists are in another order", () => {
    const turn = <T>(list: readonly T[]): readonly T[] => [...list].reverse();
    fc.assert(
      fc.property(arbitraryWorld, arbitraryFlow, model, (world, flow, which) => {
        const turned: World = {
          ...withGroups(world, (group) => ({ ...group, rules: turn(group.rules) })),
          groups: turn(world.groups).map((group) => ({ ...group, rules: turn(group.rules) })),
          interfaces: turn(world.interfaces),
          pods: turn(world.pods),
          nodes: turn(world.nodes),
        };
        const options = { model: which };
        expect(withoutTies(explain(turned, flow, options))).toEqual(
          withoutTies(explain(world, flow, options)),
        );
      }),
      runs,
    );
  });

  it("when an interface lists its groups in another order, or twice", () => {
    expectSame((world) =>
      withInterfaces(world, (eni) => ({
        ...eni,
        groupIds: [...[...eni.groupIds].reverse(), ...eni.groupIds],
      })),
    );
  });

  it("when a CIDR is split in two halves", () => {
    expectSame((world) =>
      withRules(world, (rule) => {
        if (rule.peer.kind !== "cidr") return [rule];
        return halves(parseCidr(rule.peer.cidr)).map((half) => {
          return { ...rule, peer: { kind: "cidr", cidr: formatCidr(half) } };
        });
      }),
    );
  });

  it("when a range of ports is split", () => {
    expectSame((world) =>
      withRules(world, (rule) => {
        if (rule.fromPort !== 80 || rule.toPort !== 443) return [rule];
        return [
          { ...rule, toPort: 442 },
          { ...rule, fromPort: 443 },
        ];
      }),
    );
  });

  it("when a group reference is written as the addresses of its members", () => {
    expectSame((world) =>
      withRules(world, (rule) => {
        const { peer } = rule;
        if (peer.kind !== "group") return [rule];
        const members = world.interfaces.filter((eni) => eni.groupIds.includes(peer.groupId));
        return members
          .flatMap((eni) => eni.addresses)
          .map((address) => {
            const cidr = `${address}/${address.includes(":") ? 128 : 32}`;
            return { ...rule, peer: { kind: "cidr", cidr } };
          });
      }),
    );
  });

  it("when a prefix list is written as its entries", () => {
    expectSame((world) =>
      withRules(world, (rule) => {
        if (rule.peer.kind !== "prefixList") return [rule];
        return world.prefixLists[0].cidrs.map((cidr) => ({
          ...rule,
          peer: { kind: "cidr", cidr },
        }));
      }),
    );
  });

  it("when the rules of a group are spread over two groups (R52)", () => {
    expectSame((world) => {
      const spare = (group: SecurityGroup) => `${group.groupId}-2`;
      const isOdd = (_rule: SecurityGroupRule, at: number) => at % 2 === 1;
      const isEven = (rule: SecurityGroupRule, at: number) => !isOdd(rule, at);
      const split = withInterfaces(world, (eni) => ({
        ...eni,
        groupIds: eni.groupIds.flatMap((id) => [id, `${id}-2`]),
      }));
      const groups = world.groups.flatMap((group) => [
        { ...group, rules: group.rules.filter(isEven) },
        { ...group, groupId: spare(group), rules: group.rules.filter(isOdd) },
      ]);
      return { ...split, groups };
    });
  });

  it("for IPv6 when icmp rules come and go", () => {
    fc.assert(
      fc.property(arbitraryWorld, arbitraryFlow, (world, flow) => {
        const ends = [flow.source, flow.destination];
        fc.pre(ends.every((end) => end.kind === "address" && end.address.includes(":")));
        const without = withRules(world, (rule) => (rule.protocol === 1 ? [] : [rule]));
        expect(evaluate(without, flow)).toBe(evaluate(world, flow));
      }),
      { numRuns: 200, maxSkipsPerRun: 1000 },
    );
  });

  it("when ids and names are replaced consistently", () => {
    fc.assert(
      fc.property(arbitraryWorld, arbitraryFlow, (world, flow) => {
        // Group ids are the only words with "sg-0" in them, interface ids the only ones with "eni-".
        const text = JSON.stringify(world).replaceAll("sg-0", "sg-z").replaceAll("eni-", "eni-x");
        expect(evaluate(JSON.parse(text) as World, flow)).toBe(evaluate(world, flow));
      }),
      runs,
    );
  });

  it("for strict pods when the groups of nodes change (R32)", () => {
    const closed = (eni: NetworkInterface) => {
      return eni.instanceId === undefined ? eni : { ...eni, groupIds: [] };
    };
    fc.assert(
      fc.property(arbitraryWorld, arbitraryFlow, (world, flow) => {
        fc.pre(isBranchOrOther(flow.source) && isBranchOrOther(flow.destination));
        // Members of the nodes' groups change too, so rules must not refer to them.
        const literal = withRules(world, (rule) => (rule.peer.kind === "group" ? [] : [rule]));
        const options = { mode: "strict" as const };
        const after = evaluate(withInterfaces(literal, closed), flow, options);
        expect(after).toBe(evaluate(literal, flow, options));
      }),
      runs,
    );
  });
});

it("two interfaces talk exactly when one's egress and the other's ingress allow it", () => {
  fc.assert(
    fc.property(arbitraryWorld, arbitraryFlow, (world, flow) => {
      fc.pre(isBranchOrOther(flow.source) && isBranchOrOther(flow.destination));
      fc.pre(JSON.stringify(flow.source) !== JSON.stringify(flow.destination));
      const options = { mode: "strict" as const };
      const verdicts = [true, false].map((isEgress): Verdict => {
        const open = { ruleId: "sgr-open", isEgress, protocol: -1, fromPort: -1, toPort: -1 };
        return evaluate(
          withGroups(world, (group) => ({
            ...group,
            rules: [
              ...group.rules,
              { ...open, peer: { kind: "cidr", cidr: "0.0.0.0/0" } },
              { ...open, peer: { kind: "cidr", cidr: "::/0" } },
            ],
          })),
          flow,
          options,
        );
      });
      const isAllowed = verdicts.every((verdict) => verdict === "ALLOW");
      expect(evaluate(world, flow, options)).toBe(isAllowed ? "ALLOW" : "DENY");
    }),
    runs,
  );
});
