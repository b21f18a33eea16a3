import { describe, expect, it } from "vitest";
import { type Edit, edited } from "../world/edits.test-support.ts";
import { fixtureF, flow } from "../world/fixture-f.test-support.ts";
import { evaluate } from "./evaluate.ts";
import type { EvaluateOptions, Verdict } from "./explanation.ts";

/** What it rests on and what it says; source, destination, traffic; verdict; edits of fixture F. */
export type VerdictRow = readonly [
  fact: string,
  source: string,
  destination: string,
  traffic: string,
  verdict: Verdict,
  ...edits: readonly Edit[],
];

/** One test a row: the verdict on fixture F after the row's edits. */
export function verdictTable(
  title: string,
  options: EvaluateOptions,
  rows: readonly VerdictRow[],
  ...common: readonly Edit[]
): void {
  describe(title, () => {
    it.each(rows)("%s: %s to %s %s %s", (...row) => {
      const [, source, destination, traffic, verdict, ...edits] = row as unknown as VerdictRow;
      const world = edited(fixtureF(), ...common, ...edits);
      expect(evaluate(world, flow(source, destination, traffic), options)).toBe(verdict);
    });
  });
}
