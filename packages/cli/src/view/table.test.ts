import fc from "fast-check";
import { expect, it } from "vitest";
import { table } from "./table.ts";

it("a table puts every column at one offset", () => {
  expect(table(["POD", "NODE"], [["shop/api", "n1"], ["x"]])).toEqual([
    "POD       NODE",
    "shop/api  n1",
    "x",
  ]);
});

it("a table never loses a cell and never ends a line with a blank", () => {
  const cell = fc.stringMatching(/^[a-z0-9/]{1,12}$/);
  const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 });
  fc.assert(
    fc.property(rows, (cells) => {
      const lines = table(["A", "B", "C"], cells);
      expect(lines.slice(1).map((line) => line.split(/ +/))).toEqual(cells);
      expect(lines.every((line) => line === line.trimEnd())).toBe(true);
    }),
  );
});
