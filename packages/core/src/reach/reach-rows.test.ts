import { describe, expect, it } from "vitest";
import { bindClassKernels } from "./class-kernels.ts";
import { compileReach } from "./compile-reach.ts";
import { openReach } from "./reach-image.ts";
import { bindReachRows } from "./reach-rows.ts";
import { fuzzQuestions, fuzzReachCase } from "./reach-world.test-support.ts";

describe("rows of compiled reachability", () => {
  it("say what single look-ups say, in whatever order they are made", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const { world, options, random } = fuzzReachCase(seed);
      const image = openReach(compileReach(world, { ...options, questions: fuzzQuestions }).buffer);
      const { yes } = bindClassKernels(image);
      const { fill } = bindReachRows(image);
      const row = new Int32Array(image.classCount);
      for (let step = 0; step < 3 * image.classCount; step++) {
        const source = Math.floor(random() * image.classCount);
        fill(source, row);
        const expected = Array.from(row, (_, to) => yes(source, to, 0));
        expect([...row], `SEED=${seed} ${source}`).toEqual(expected);
      }
    }
  }, 60_000);
});
