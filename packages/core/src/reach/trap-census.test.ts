import { describe, expect, it } from "vitest";
import { fuzzReachCase } from "./reach-world.test-support.ts";
import { TRAPS, trapsOf } from "./trap-census.test-support.ts";

describe("fuzzed worlds", () => {
  it("have each trap in four of a hundred at least", () => {
    const count = 300;
    const shares = new Map(TRAPS.map((trap) => [trap, 0]));
    for (let seed = 1; seed <= count; seed++) {
      for (const trap of trapsOf(fuzzReachCase(seed))) {
        shares.set(trap, (shares.get(trap) ?? 0) + 1 / count);
      }
    }
    const rare = [...shares].filter(([, share]) => share < 0.04);
    expect(rare).toEqual([]);
  });
});
