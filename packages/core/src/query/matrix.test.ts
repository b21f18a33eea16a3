import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuzzReachCase } from "../reach/reach-world.test-support.ts";
import { evaluate } from "../verdict/evaluate.ts";
import type { EvaluateOptions } from "../verdict/explanation.ts";
import { arbitraryWorld } from "../world/arbitrary-world.test-support.ts";
import { fixtureF, pod } from "../world/fixture-f.test-support.ts";
import { indexWorld } from "../world/world-index.ts";
import { hasBit } from "./bits.ts";
import { type Matrix, type MatrixOptions, type MatrixRow, matrix } from "./matrix.ts";
import { workloadOf } from "./units.ts";

const ports = [80, 443];
const options = fc.constantFrom<EvaluateOptions>(
  {},
  { model: "datapath" },
  { mode: "standard" },
  { mode: "standard", model: "datapath" },
);

function verdictAt({ names }: Matrix, row: MatrixRow, port: number, to: string): string {
  const at = port * names.length + names.indexOf(to);
  if (hasBit(row.allAllowed, at)) return "all";
  return `${hasBit(row.anyAllowed, at) ? "some" : "none"}${hasBit(row.anyUnknown, at) ? "?" : ""}`;
}

// The same, from verdicts of single pairs.
function naively(
  index: ReturnType<typeof indexWorld>,
  unitOf: (name: string) => string,
  asked: MatrixOptions,
) {
  const isThere = (name: string) => !/Succeeded|Failed/.test(index.pods.get(name)?.phase ?? "");
  const names = [...index.pods.keys()].filter(isThere);
  return (from: string, to: string, port: number): string => {
    const sources = names.filter((name) => unitOf(name) === from);
    const pairs = sources.flatMap((source) =>
      names.filter((name) => unitOf(name) === to).map((other) => [source, other]),
    );
    const distinct = pairs.filter(([a, b]) => a !== b);
    const verdicts = (distinct.length > 0 ? distinct : pairs).map(([a, b]) => {
      const [source, destination] = [a, b].map((name) => {
        const one = index.pods.get(name)!;
        return { kind: "pod", namespace: one.namespace, name: one.name } as const;
      });
      return evaluate(index, { source, destination, protocol: 6, port }, asked);
    });
    if (verdicts.every((verdict) => verdict === "ALLOW")) return "all";
    const some = verdicts.includes("ALLOW") ? "some" : "none";
    return `${some}${verdicts.includes("UNKNOWN") ? "?" : ""}`;
  };
}

function expectSame(
  index: ReturnType<typeof indexWorld>,
  asked: MatrixOptions,
  unitOf: (name: string) => string,
): void {
  const made = matrix(index, asked);
  const exact = naively(index, unitOf, asked);
  const wrong: string[] = [];
  for (const row of made.rows()) {
    for (const to of made.names) {
      for (const [at, port] of ports.entries()) {
        const [told, wanted] = [verdictAt(made, row, at, to), exact(row.source, to, port)];
        if (told !== wanted) wrong.push(`${row.source} ${to} ${port}: ${told}, not ${wanted}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}

describe("the matrix", () => {
  it("of pods says of every pair what the evaluator says", () => {
    fc.assert(
      fc.property(arbitraryWorld, options, (world, chosen) => {
        const asked = { ...chosen, level: "pod", ports } as const;
        expectSame(indexWorld(world), asked, (name) => name);
      }),
      { numRuns: 30 },
    );
  }, 20_000);

  it("of namespaces tells all pairs, some and none apart", () => {
    const split = (name: string) => (/[13]/.test(name) ? "odd" : "even");
    fc.assert(
      fc.property(arbitraryWorld, options, (world, chosen) => {
        const pods = world.pods.map((one) => ({ ...one, namespace: split(one.name) }));
        const asked = { ...chosen, level: "namespace", ports } as const;
        expectSame(indexWorld({ ...world, pods }), asked, (name) => name.split("/")[0]);
      }),
      { numRuns: 30 },
    );
  }, 20_000);

  it("says in worlds of every trap what the evaluator says, at every level", () => {
    const unitsAt = {
      pod: (name: string) => name,
      namespace: (name: string) => name.split("/")[0],
    };
    for (let seed = 1; seed <= 14; seed++) {
      const { world, options: chosen } = fuzzReachCase(seed);
      const level = seed % 2 === 0 ? "pod" : "namespace";
      expectSame(indexWorld(world), { ...chosen, level, ports }, unitsAt[level]);
    }
  }, 60_000);

  it("asks the evaluator between two VPCs, and between subnets while ACLs are asked", () => {
    const { world } = fuzzReachCase(3);
    const interfaces = world.interfaces.map((eni, at) => {
      return {
        ...eni,
        vpcId: at % 3 === 0 ? "vpc-other" : eni.vpcId,
        subnetId: `subnet-${at % 2}`,
      };
    });
    for (const networkAcls of ["ignored", "required"] as const) {
      const index = indexWorld({ ...world, interfaces, networkAcls: [] });
      expectSame(index, { level: "pod", ports, networkAcls }, (name) => name);
    }
  }, 20_000);

  it("of classes says of each class what holds for all its pods", () => {
    const twins = fixtureF().pods.map((one) => ({ ...one, name: `${one.name}-twin` }));
    const index = indexWorld({ ...fixtureF(), pods: [...fixtureF().pods, ...twins] });
    const made = matrix(index, { level: "class", ports: [8080] });
    expect(made.names).toContain("shop/api +1");
    const plain = [...made.rows()].find(({ source }) => source === "kube-system/coredns +5")!;
    expect(verdictAt(made, plain, 0, "shop/api +1")).toBe("all");
    expect(verdictAt(made, plain, 0, "shop/peer +1")).toBe("none");
    expect(made.podCounts.reduce((sum, count) => sum + count, 0)).toBe(14);
  });

  it("has one row a name, packed port by port", () => {
    const made = matrix(fixtureF(), { level: "pod", ports: [8080, 5432, 53] });
    const rows = [...made.rows()];
    expect(rows.map(({ source }) => source)).toEqual(made.names);
    expect(rows[0].allAllowed).toHaveLength(Math.ceil((7 * 3) / 8));
    const web = rows.find(({ source }) => source === "shop/web")!;
    expect(verdictAt(made, web, 0, "shop/api")).toBe("all");
    expect(verdictAt(made, web, 1, "shop/api")).toBe("none");
  });

  it("of ten thousand pods of few kinds needs few verdicts", () => {
    const [api, , web] = fixtureF().pods;
    const nodes = Array.from({ length: 500 }, (_, at) => `n${at + 10}`);
    const pods = nodes.flatMap((nodeName, at) =>
      Array.from({ length: 20 }, (_, which) => {
        const template = which % 4 === 0 ? api : web;
        const addresses = [`10.0.${100 + (at >> 3)}.${(at & 7) * 20 + which}`];
        return { ...template, name: `p-${at}-${which}`, nodeName, addresses };
      }),
    );
    const template = fixtureF().interfaces.find(({ eniId }) => eniId === "eni-n1")!;
    const index = indexWorld({
      ...fixtureF(),
      pods,
      nodes: nodes.map((name) => ({ name, labels: {}, instanceId: `i-${name}` })),
      interfaces: [
        ...fixtureF().interfaces.filter(({ instanceId }) => instanceId === undefined),
        ...nodes.map((name) => ({
          ...template,
          eniId: `eni-${name}`,
          instanceId: `i-${name}`,
          addresses: [],
        })),
      ],
    });
    const made = matrix(index, { level: "pod", ports: [8080] });
    let rowCount = 0;
    let allowed = 0;
    for (const row of made.rows()) {
      rowCount++;
      if (rowCount % 1000 === 0) {
        for (let at = 0; at < made.names.length; at++) {
          if (hasBit(row.allAllowed, at)) allowed++;
        }
      }
    }
    expect(rowCount).toBe(10_000);
    expect(allowed).toBeGreaterThan(0);
    expect(matrix(index, { level: "class", ports: [8080] }).names.length).toBeLessThan(10);
  }, 20_000);

  it("refuses ports that are none, and too many", () => {
    expect(() => matrix(fixtureF(), { level: "pod", ports: [] })).toThrow("no port is named");
    expect(() => matrix(fixtureF(), { level: "pod", ports: [70000, -1] })).toThrow(
      /ports\[0\]: 70000 is not in 0\.\.65535\n {2}ports\[1\]: -1/,
    );
    const many = Array.from({ length: 33 }, (_, at) => at);
    expect(() => matrix(fixtureF(), { level: "pod", ports: many })).toThrow("33 matrixPorts");
  });
});

describe("the workload of a pod", () => {
  it.each([
    ["shop/api-6d4cf56db6-x7x2p", { "pod-template-hash": "6d4cf56db6" }, "shop/api"],
    ["shop/db-0", { "controller-revision-hash": "db-5b7" }, "shop/db"],
    ["shop/load-abc", { "job-name": "load" }, "shop/load"],
    ["shop/alone", {}, "shop/alone"],
    ["shop/other", { "pod-template-hash": "6d4cf56db6" }, "shop/other"],
  ])("of %s with %o is %s's", (name, labels, workload) => {
    expect(workloadOf(pod(name, { labels: labels as Record<string, string> }))).toBe(workload);
  });
});
