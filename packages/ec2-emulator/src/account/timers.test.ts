import fc from "fast-check";
import { expect, it } from "vitest";
import { Timers } from "./timers.ts";

it("timers come out in order of time, and none before its time", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000)), fc.nat(1000), (times, nowMs) => {
      const timers = new Timers();
      for (const atMs of times) timers.add({ atMs, table: "t", id: "i" });
      const taken: number[] = [];
      for (let one = timers.takeDue(nowMs); one !== undefined; one = timers.takeDue(nowMs)) {
        taken.push(one.atMs);
      }
      expect(taken).toEqual(times.filter((atMs) => atMs <= nowMs).sort((a, b) => a - b));
      expect(timers.size).toBe(times.length - taken.length);
    }),
  );
});
