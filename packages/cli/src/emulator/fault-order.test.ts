import { describe, expect, it } from "vitest";
import { type FaultWords, faultOrder } from "./fault-order.ts";

const words: FaultWords = {
  kind: "deny",
  action: [],
  count: undefined,
  probability: undefined,
  forMs: undefined,
  set: [],
};

describe("the order of a fault", () => {
  it("has the fields that were said, and no others", () => {
    expect(faultOrder(words)).toEqual({ kind: "deny" });
    expect(faultOrder({ ...words, action: ["CreateTags", "Delete*"], count: 0 })).toEqual({
      kind: "deny",
      actions: ["CreateTags", "Delete*"],
      count: 0,
    });
  });

  it("takes values as JSON, and as text where they are none", () => {
    const set = ["byMs=-5", 'unlessTag={"key":"a=b"}', "eniId=eni-1", 'description="7"', "empty="];
    expect(faultOrder({ ...words, set })).toEqual({
      kind: "deny",
      byMs: -5,
      unlessTag: { key: "a=b" },
      eniId: "eni-1",
      description: "7",
      empty: "",
    });
  });

  it("keeps a key that means something to JavaScript as a key", () => {
    const order = faultOrder({ ...words, set: ["__proto__=1"] });
    expect(Object.keys(order)).toEqual(["kind", "__proto__"]);
  });

  it("is refused with every pair that is none or says something twice", () => {
    const set = ["nonsense", "=1", "count=2", "kind=error", "x=1", "x=2"];
    expect(() => faultOrder({ ...words, count: 1, set })).toThrow(
      "the fault is wrong: nonsense is not key=value; =1 is not key=value; " +
        "count is said twice; kind is said twice; x is said twice",
    );
  });
});
