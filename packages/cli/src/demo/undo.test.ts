import { expect, it } from "vitest";
import { createUndo } from "./undo.ts";

it("undo runs once, in reverse, to the end, and says what failed", async () => {
  const undo = createUndo();
  const done: number[] = [];
  undo.push("first", () => void done.push(1));
  undo.push("second", async () => {
    throw new Error("no");
  });
  undo.push("third", async () => void done.push(3));
  const [failures, again] = await Promise.all([undo.run(), undo.run()]);
  expect(failures).toEqual(["second: no"]);
  expect(again).toBe(failures);
  expect(done).toEqual([3, 1]);
  expect(() => undo.push("late", () => {})).toThrow("when undo had begun");
});
