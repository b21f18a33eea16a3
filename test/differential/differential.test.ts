import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { motoServer } from "../support/python-tools.ts";
import { differences, Names } from "./compare.ts";
import { FIELD_DEVIATIONS, NOT_DRAWN, OUTCOME_DEVIATIONS } from "./deviations.ts";
import { type Moto, startMoto } from "./moto-process.ts";
import { runSeed } from "./run-seed.ts";

const tool = await motoServer();
const noMoto = tool.kind === "missing" ? `no moto: ${tool.reason}` : undefined;
if (noMoto !== undefined) process.stderr.write(`skipped: ${noMoto}\n`);

/** Seeds that once showed something new, with the steps that were drawn then; they stay. */
const OLD_SEEDS = [
  { seed: 5, found: "a subnet's block with host bits was refused instead of made canonical" },
  { seed: 1013, found: "moto filters interfaces by groups as if all of them were asked for" },
] as const;
/** Seeds of each run of the tests; main.ts runs as many as it is told. */
const SEEDS = [1, 2, 3, 4, 6, 7];
const STEP_COUNT = 60;

describe.skipIf(noMoto !== undefined)("random steps", () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto(tool.kind === "ready" ? tool.path : "");
  });
  afterAll(() => moto?.[Symbol.asyncDispose]());

  const seeds = [...SEEDS, ...OLD_SEEDS.map((one) => one.seed)];
  it.each(seeds)("come to the same on the emulator and on moto, SEED=%i", async (seed) => {
    const report = await runSeed(moto.endpoint, { seed, stepCount: STEP_COUNT });
    expect(report.findings).toEqual([]);
    expect(report.answers).toBeGreaterThan(0);
  });
});

describe("the comparison", () => {
  const compared = () => ({ kind: "compared" }) as const;

  it("sees sets in lists, and symbols in ids", () => {
    const [ours, theirs] = [new Names(), new Names()];
    ours.learn("group:1", "sg-0123456789abcdef0");
    theirs.learn("group:1", "sg-89abcdef");
    const one = {
      Groups: ["sg-0123456789abcdef0", "sg-0000000000000000f"],
      At: "02:00:00:00:00:01",
    };
    const other = { Groups: ["sg-11111111", "sg-89abcdef"], At: "02:aa:bb:cc:dd:ee" };
    expect(differences(ours.symbolic(one), theirs.symbolic(other), compared)).toEqual([]);
  });

  it("says where two answers differ", () => {
    const [ours, theirs] = [{ A: [{ B: 1, C: 2 }], D: "x" }, { A: [{ B: 1, C: 3 }] }];
    expect(differences(ours, theirs, compared)).toEqual([
      { path: "A[].C", ours: 2, theirs: 3 },
      { path: "D", ours: "x", theirs: undefined },
    ]);
    const leaveOut = (path: string) =>
      path === "D"
        ? ({ kind: "leftOut" } as const)
        : path === "A[].C"
          ? ({ kind: "rewritten", rewrite: () => 2 } as const)
          : compared();
    expect(differences(ours, theirs, leaveOut)).toEqual([]);
  });
});

it("every known deviation says why, once", () => {
  const keys = [
    ...FIELD_DEVIATIONS.map((one) => `${one.path} ${one.actions}`),
    ...OUTCOME_DEVIATIONS.map((one) => `${one.actions} ${one.ours} ${one.theirs}`),
    ...NOT_DRAWN,
  ];
  expect(new Set(keys).size).toBe(keys.length);
  for (const { reason } of [...FIELD_DEVIATIONS, ...OUTCOME_DEVIATIONS]) {
    expect(reason.length).toBeGreaterThan(20);
  }
});
