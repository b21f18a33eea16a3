import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fields } from "./fields.ts";
import { flatten, parseForm } from "./form.ts";

describe("a form", () => {
  it("becomes a tree whatever its order, and its values come out again", () => {
    const name = fc
      .array(fc.stringMatching(/^[A-Za-z0-9]{1,6}$/), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("."));
    const pairs = fc.uniqueArray(fc.tuple(name, fc.string({ unit: "grapheme" })), {
      selector: ([one]) => one,
    });
    fc.assert(
      fc.property(pairs, (sent) => {
        const encode = (list: readonly (readonly [string, string])[]) =>
          list.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
        const sorted = (list: readonly (readonly [string, string])[]) =>
          [...list].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(flatten(parseForm(encode(sent))))).toEqual(sorted(sent));
        expect(sorted(flatten(parseForm(encode([...sent].reverse()))))).toEqual(sorted(sent));
      }),
    );
  });

  it("orders a list by its numbers, gaps and all", () => {
    const fields = new Fields(parseForm("Id.10=c&Id.2=a&Id.7=b+%26"));
    expect(fields.texts("Id")).toEqual(["a", "b &", "c"]);
  });

  it("is refused when it is none", () => {
    for (const text of ["a=%", "a=1&a=2", ".a=1", "a..b=1"]) {
      expect(() => parseForm(text), text).toThrow(/malformed/);
    }
  });
});
