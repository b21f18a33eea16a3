import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyToModel,
  FRESH_KERNEL,
  type KernelState,
  objectsIn,
  withoutNetns,
} from "../datapath/kernel-model.ts";
import { desired, type PodWiring } from "../desired/desired-pod.ts";
import type { KernelObject, Veth } from "../desired/kernel-object.ts";
import { attachmentId } from "../desired/names.ts";
import { type Batch, diff } from "./diff.ts";
import { drift } from "./drift.ts";

const host = { trunkLink: "eth1", mtu: 9001 };
const NETNS = "/run/netns/pod";

const wirings: fc.Arbitrary<PodWiring> = fc
  .record({
    containerId: fc.constantFrom("c1", "c2", "c3"),
    name: fc.constantFrom("web-0", "web-1"),
    number: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom("strict", "standard", "ordinary"),
  })
  .map(({ containerId, name, number, kind }) => {
    const common = {
      eniId: `eni-${number}`,
      ipv4: `10.0.0.${number}`,
      subnetCidr: "10.0.0.0/24",
      gateway: "10.0.0.254",
      groupIds: [],
    };
    return {
      id: attachmentId({ network: "n", containerId, ifName: "eth0" }),
      namespace: "shop",
      name,
      ifName: "eth0",
      attachment:
        kind === "ordinary"
          ? { ...common, kind }
          : {
              ...common,
              kind: "branch",
              mode: kind === "strict" ? "strict" : "standard",
              mac: `00:00:5e:00:53:0${number}`,
              vlanId: number,
            },
    };
  });

function all(state: KernelState): readonly KernelObject[] {
  return [...objectsIn(state, ""), ...objectsIn(state, NETNS)];
}

function apply(state: KernelState, batch: Batch): KernelState {
  return applyToModel(state, NETNS, batch);
}

/** What a crash may leave: some first part of the changes of an ADD. */
function interrupted(objects: readonly KernelObject[], steps: number): KernelState {
  return apply(FRESH_KERNEL, diff(objects, all(FRESH_KERNEL)).batch.slice(0, steps));
}

describe("diff", () => {
  it("of what was applied is empty, from whatever an interrupted ADD left", () => {
    fc.assert(
      fc.property(wirings, fc.nat(20), (pod, steps) => {
        const objects = desired(pod, host);
        const before = interrupted(objects, steps);
        const plan = diff(objects, all(before));
        expect(plan.conflicts).toEqual([]);
        const after = apply(before, plan.batch);
        expect(diff(objects, all(after))).toEqual({ batch: [], conflicts: [] });
        expect(drift(objects, all(after))).toEqual([]);
      }),
    );
  });

  it("takes over from an earlier attachment whose objects may leave", () => {
    fc.assert(
      fc.property(wirings, wirings, (first, second) => {
        fc.pre(first.id !== second.id);
        const before = interrupted(desired(first, host), 100);
        const old = objectsIn(before, "");
        // The earlier pod is in another namespace; only its node side is seen.
        const leaving = desired(first, host).filter((object) => object.space === "host");
        const objects = desired(second, host);
        const { batch, conflicts } = diff(objects, old, leaving);
        expect(conflicts).toEqual([]);
        const after = applyToModel(before, "/run/netns/other", batch);
        const seen = [...objectsIn(after, ""), ...objectsIn(after, "/run/netns/other")];
        expect(diff(objects, seen, leaving)).toEqual({ batch: [], conflicts: [] });
      }),
    );
  });

  it("removes everything an attachment named, and nothing else", () => {
    fc.assert(
      fc.property(wirings, fc.nat(20), (pod, steps) => {
        const objects = desired(pod, host);
        const before = interrupted(objects, steps);
        const leaving = objects.filter((object) => object.space === "host");
        const { batch } = diff([], all(before), leaving);
        expect(apply(before, batch)).toEqual(FRESH_KERNEL);
      }),
    );
  });

  it("removes the rest when the pod's namespace is gone already", () => {
    fc.assert(
      fc.property(wirings, fc.nat(20), (pod, steps) => {
        const objects = desired(pod, host);
        const before = withoutNetns(interrupted(objects, steps), NETNS);
        const leaving = objects.filter((object) => object.space === "host");
        const { batch } = diff([], objectsIn(before, ""), leaving);
        expect(apply(before, batch)).toEqual(FRESH_KERNEL);
      }),
    );
  });

  it("leaves a link alone that carries another owner's mark", () => {
    fc.assert(
      fc.property(wirings, (pod) => {
        const objects = desired(pod, host);
        const theirs = objects.map((object) =>
          object.kind === "veth" || object.kind === "vlan"
            ? { ...object, alias: "somebody else" }
            : object,
        );
        const links = theirs.filter(({ kind }) => kind === "veth" || kind === "vlan");
        expect(diff([], links, objects).batch).toEqual([]);
        const { conflicts } = diff(objects, links);
        expect(conflicts).toHaveLength(links.length);
        expect(conflicts[0]).toContain("somebody else");
      }),
    );
  });

  it("replaces a rule that sends a pod's packets through another branch", () => {
    const rule = { kind: "rule", space: "host", family: 4, priority: 10, iif: "vlanx" } as const;
    const { batch } = diff([{ ...rule, table: 108 }], [{ ...rule, table: 107 }]);
    expect(batch).toEqual([
      { op: "remove", object: { ...rule, table: 107 } },
      { op: "add", object: { ...rule, table: 108 } },
    ]);
  });

  it("does not touch what is in a pod's namespace already", () => {
    const [veth, peer] = desired(anyWiring(), host) as [Veth, KernelObject];
    const other = { ...peer, mac: "02:00:00:00:00:99" } as KernelObject;
    const { conflicts } = diff([veth, peer], [other]);
    expect(conflicts).toEqual([expect.stringContaining("in the pod's namespace already")]);
  });
});

function anyWiring(): PodWiring {
  return fc.sample(wirings, 1)[0] as PodWiring;
}
