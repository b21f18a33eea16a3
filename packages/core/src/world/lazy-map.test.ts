import { describe, expect, it } from "vitest";
import { lazyMap } from "./lazy-map.ts";

describe("a lazy map", () => {
  it("is made once, when somebody asks", () => {
    let made = 0;
    const map = lazyMap(() => {
      made++;
      return new Map([["a", 1]]);
    });
    expect(made).toBe(0);
    expect([map.get("a"), map.has("b"), map.size]).toEqual([1, false, 1]);
    expect(made).toBe(1);
  });

  it("says what the map says, however it is read", () => {
    const plain = new Map([
      ["a", 1],
      ["b", 2],
    ]);
    const map = lazyMap(() => plain);
    const seen: [string, number][] = [];
    map.forEach((value, key) => {
      seen.push([key, value]);
    });
    expect(seen).toEqual([...plain]);
    expect([[...map], [...map.entries()]]).toEqual([[...plain], [...plain]]);
    expect([[...map.keys()], [...map.values()]]).toEqual([[...plain.keys()], [...plain.values()]]);
    expect(new Map(map)).toEqual(plain);
  });
});
