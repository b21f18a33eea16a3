import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCidr, parseCidr } from "../net/cidr.ts";
import { classVerdicts } from "../query/class-verdicts.ts";
import { diffWorlds } from "../query/diff/diff-worlds.ts";
import { overlay } from "../query/overlay.ts";
import { otherParties, partyPlacer, podParties } from "../query/party.ts";
import { type PortReach, portsBetween } from "../query/port-reach.ts";
import { whyNot } from "../query/why-not/why-not.ts";
import { evaluate, explain } from "../verdict/evaluate.ts";
import type { Flow, Verdict } from "../verdict/explanation.ts";
import { halves } from "../verdict/law-edits.test-support.ts";
import { arbitraryFlow } from "../world/arbitrary-world.test-support.ts";
import type { World } from "../world/world.ts";
import { indexWorld } from "../world/world-index.ts";
import { arbitraryAclWorld, withEntries } from "./arbitrary-acls.test-support.ts";

function expectSame(edit: (world: World) => World): void {
  fc.assert(
    fc.property(arbitraryAclWorld, arbitraryFlow, (world, flow) => {
      expect(evaluate(edit(world), flow)).toBe(evaluate(world, flow));
    }),
    { numRuns: 150 },
  );
}

// The worlds must let ACLs decide often enough, or the laws say nothing.
it("small worlds have ACLs that refuse, and that let through", () => {
  let refused = 0;
  let passed = 0;
  fc.assert(
    fc.property(arbitraryAclWorld, arbitraryFlow, (world, flow) => {
      if (evaluate(world, flow, { networkAcls: "ignored" }) !== "ALLOW") return;
      const { verdict, steps } = explain(world, flow);
      if (verdict === "DENY") refused++;
      else if (steps.some(({ entries }) => entries !== undefined)) passed++;
    }),
    { numRuns: 300, seed: 1 },
  );
  expect(refused).toBeGreaterThan(15);
  expect(passed).toBeGreaterThan(15);
}, 60_000);

describe("nothing changes", () => {
  it("when entries are listed in another order", () => {
    expectSame((world) => ({
      ...world,
      networkAcls: (world.networkAcls ?? []).map((acl) => {
        return { ...acl, entries: [...acl.entries].reverse() };
      }),
    }));
  });

  it("when numbers are spread out", () => {
    expectSame((world) =>
      withEntries(world, (one) => [{ ...one, ruleNumber: one.ruleNumber * 7 }]),
    );
  });

  it("when a CIDR is split in two entries", () => {
    expectSame((world) =>
      withEntries(world, (entry) =>
        halves(parseCidr(entry.cidr)).map((half, at) => ({
          ...entry,
          ruleNumber: entry.ruleNumber + at,
          cidr: formatCidr(half),
        })),
      ),
    );
  });

  it("when a range of ports is split in two entries", () => {
    expectSame((world) =>
      withEntries(world, (entry) => {
        if (entry.fromPort !== 1024) return [entry];
        return [
          { ...entry, toPort: 40_000 },
          { ...entry, ruleNumber: entry.ruleNumber + 1, fromPort: 40_001 },
        ];
      }),
    );
  });

  it("when all ACLs let everything through, as the default one does", () => {
    fc.assert(
      fc.property(arbitraryAclWorld, arbitraryFlow, (world, flow) => {
        const open = { protocol: -1, fromPort: -1, toPort: -1, action: "allow" } as const;
        const networkAcls = world.networkAcls?.map((acl) => ({
          ...acl,
          entries: [true, false].flatMap((isEgress) => [
            { ...open, isEgress, ruleNumber: 100, cidr: "0.0.0.0/0" },
            { ...open, isEgress, ruleNumber: 101, cidr: "::/0" },
          ]),
        }));
        const ignored = evaluate(world, flow, { networkAcls: "ignored" });
        expect(evaluate({ ...world, networkAcls: networkAcls ?? [] }, flow)).toBe(ignored);
      }),
      { numRuns: 150 },
    );
  });
});

describe("network ACLs", () => {
  it("never let through what groups refuse", () => {
    fc.assert(
      fc.property(arbitraryAclWorld, arbitraryFlow, (world, flow) => {
        const byGroups = evaluate(world, flow, { networkAcls: "ignored" });
        if (evaluate(world, flow) === "ALLOW") expect(byGroups).toBe("ALLOW");
        if (byGroups === "DENY") expect(evaluate(world, flow)).toBe("DENY");
      }),
      { numRuns: 150 },
    );
  });

  it("leave classes of ends exact", () => {
    fc.assert(
      fc.property(arbitraryAclWorld, (world) => {
        const index = indexWorld(world);
        const placer = partyPlacer(index, undefined);
        const parties = [...podParties(index, placer), ...otherParties(index, placer)];
        const verdicts = classVerdicts(index, {});
        for (const source of parties) {
          for (const destination of parties) {
            const service = { protocol: 6, port: 80 };
            const ends = { source: source.endpoint, destination: destination.endpoint };
            const { verdict } = verdicts.answer(source, destination, service);
            expect(verdict).toBe(evaluate(index, { ...ends, ...service }));
          }
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it("cut the ports between two ends where entries do", () => {
    fc.assert(
      fc.property(arbitraryAclWorld, arbitraryFlow, (world, flow) => {
        fc.pre(flow.protocol === 6 || flow.protocol === 1);
        const reaches = portsBetween(world, flow);
        expect(reachAt(reaches, flow)).toBe(shownVerdict(world, flow));
      }),
      { numRuns: 120 },
    );
  }, 60_000);

  it("have remedies that are proven, none of whose actions is too much", () => {
    let proven = 0;
    fc.assert(
      fc.property(arbitraryAclWorld, arbitraryFlow, (world, asked) => {
        fc.pre(evaluate(world, asked) === "DENY");
        for (const { actions, edits } of whyNot(world, asked).remedies) {
          expect(evaluate(overlay(world, edits), asked)).toBe("ALLOW");
          if (!actions.some(({ kind }) => kind === "aclEntry")) continue;
          proven++;
          for (const action of actions) {
            const others = actions.filter((other) => other !== action);
            const without = others.flatMap((other) => other.edits);
            expect(evaluate(overlay(world, without), asked)).not.toBe("ALLOW");
          }
        }
      }),
      { numRuns: 30, seed: 7 },
    );
    expect(proven).toBeGreaterThan(5);
  }, 60_000);

  it("are the cause of a difference where they are all that differs", () => {
    fc.assert(
      fc.property(arbitraryAclWorld, arbitraryAclWorld, (world, other) => {
        const after = { ...world, networkAcls: other.networkAcls ?? [] };
        for (const { cause, example, before, after: now } of diffWorlds(world, after).changes) {
          expect(evaluate(world, example)).toBe(before);
          expect(evaluate(overlay(world, cause), example)).toBe(now);
          expect(cause.every(({ kind }) => kind === "networkAcl")).toBe(true);
        }
      }),
      { numRuns: 3 },
    );
  }, 60_000);
});

function shownVerdict(world: World, flow: Flow): Verdict | undefined {
  const verdict = evaluate(world, flow);
  return verdict === "ALLOW" || verdict === "UNKNOWN" ? verdict : undefined;
}

// Echo is a segment of its own wherever there are ACLs, unless all of ICMP is alike.
function reachAt(reaches: readonly PortReach[], { protocol, port }: Flow): Verdict | undefined {
  const found = reaches.find((one) => {
    if (one.text === "all") return true;
    if (one.protocol !== protocol) return false;
    if (protocol === 6) return one.fromPort <= port && port <= one.toPort;
    return one.text === "icmp" || one.text === "icmp/8" || one.text === "icmp/8, other codes";
  });
  return found?.verdict;
}
