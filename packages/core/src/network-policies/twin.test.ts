import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexWorld } from "../world/world-index.ts";
import { arbitraryPolicies, arbitraryQuestion } from "./arbitrary-policies.test-support.ts";
import { bruteForce, type Somebody } from "./brute-force.test-support.ts";
import { askWorld, cluster, clusterPods } from "./cluster.test-support.ts";

const SEED = 20_261_122;
const nodeAddresses: Readonly<Record<string, string>> = { n1: "10.0.0.1", n2: "10.0.0.2" };

function somebody(name: string, isV6: boolean): Somebody {
  const pod = clusterPods().find((one) => `${one.namespace}/${one.name}` === name);
  if (pod === undefined) {
    const address = nodeAddresses[name];
    return address === undefined ? { address: name } : { address, node: name };
  }
  const address = pod.addresses.find((one) => one.includes(":") === isV6) ?? "";
  return pod.hostNetwork ? { address, pod, node: pod.nodeName! } : { address, pod };
}

// "in shop/web from shop/api tcp/80 v6", as `ask` reads it.
function packetOf(question: string) {
  const [direction, end, , far, traffic, version] = question.split(" ");
  const isV6 = version === "v6" || far.includes(":");
  const ends = [somebody(end, isV6), somebody(far, isV6)];
  const [source, destination] = direction === "in" ? ends.reverse() : ends;
  const [protocol, port = "0"] = traffic.split("/");
  // The pods are made anew each time: one that talks to itself must be one object.
  const isSelf = end === far;
  return {
    source,
    destination: isSelf ? source : destination,
    protocol: protocol.toUpperCase(),
    port: Number(port),
  };
}

describe(`the evaluator and its brute-force twin, SEED=${SEED}`, () => {
  it("agree on every packet of every small cluster", () => {
    const seen = { yes: 0, no: 0, unknown: 0 };
    fc.assert(
      fc.property(
        arbitraryPolicies,
        fc.array(arbitraryQuestion, { minLength: 12, maxLength: 12 }),
        (policies, questions) => {
          const world = cluster(policies);
          const index = indexWorld(world);
          for (const question of questions) {
            const side = question.startsWith("in") ? "ingress" : "egress";
            const { answer, because } = askWorld(index, question);
            const expected = bruteForce(world, packetOf(question), side) ? "yes" : "no";
            seen[answer]++;
            expect(answer, `${question}: ${because}`).toBe(expected);
          }
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
    // Neither answer is rare, else the comparison shows little; nothing is unknown in such worlds.
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(500);
    expect(seen.unknown).toBe(0);
  }, 30_000);

  it("read policies that have no problems", () => {
    fc.assert(
      fc.property(arbitraryPolicies, (policies) => {
        const set = indexWorld(cluster(policies)).networkPolicies!;
        const all = [...set.admin, ...set.baseline, ...[...set.byNamespace.values()].flat()];
        expect(all.flatMap(({ problems }) => problems)).toEqual([]);
      }),
      { seed: SEED, numRuns: 200 },
    );
  }, 30_000);
});
