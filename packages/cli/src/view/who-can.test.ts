import { expect, it } from "vitest";
import { type SourceView, whoCanLines } from "./who-can.ts";

const set: SourceView = {
  verdict: "ALLOW",
  pods: ["shop/a", "shop/b", "shop/c", "shop/d"],
  others: ["db2"],
  outside: [],
  via: ["sg-app tcp/5432 to sg-db (sgr-1)", "sg-db tcp/5432 from sg-app (sgr-2)"],
  because: "both",
};

it("one line a set says how many, who and by which rules", () => {
  const unknown: SourceView = { ...set, verdict: "UNKNOWN", pods: [], others: ["x"], via: [] };
  const lines = whoCanLines([set, unknown]).map((line) => line.split(/ {2,}/));
  expect(lines).toEqual([
    ["VERDICT", "PODS", "WHO", "VIA"],
    ["ALLOW", "4", "shop/a, shop/b, shop/c and 2 more", set.via.join(" -> ")],
    ["UNKNOWN", "0", "x", "both"],
  ]);
});

it("nobody is said in words", () => {
  expect(whoCanLines([])).toEqual(["nobody that is known"]);
});
