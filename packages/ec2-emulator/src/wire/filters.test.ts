import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileFilter } from "./filters.ts";

/** The same by a regular expression: slow on many stars, right on few. */
function naive(pattern: string, value: string): boolean {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === "*") source += "[\\s\\S]*";
    else if (char === "?") source += "[\\s\\S]";
    else {
      const literal = char === "\\" && i + 1 < pattern.length ? pattern[++i] : char;
      source += literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    }
  }
  return new RegExp(`^${source}$`).test(value);
}

const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "\\"), maxLength: 8 });
const value = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "\\"), maxLength: 8 });

describe("a filter", () => {
  it("matches as a regular expression would, escapes included", () => {
    fc.assert(
      fc.property(pattern, value, (text, candidate) => {
        expect(compileFilter("x", [text]).matches(candidate)).toBe(naive(text, candidate));
      }),
      { numRuns: 2000 },
    );
  });

  it("is not slow on a hostile pattern", () => {
    const filter = compileFilter("x", [`${"*a".repeat(100)}b`]);
    const started = performance.now();
    expect(filter.matches("a".repeat(2000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("is any of its values", () => {
    const filter = compileFilter("status", ["avail*", "in-use"]);
    expect(["available", "in-use", "associated"].map(filter.matches)).toEqual([true, true, false]);
  });
});
