import { Verdict } from "@trunkline/proto/policy";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { toSources } from "./convert.ts";
import { podEnd, refusal, serveShop, toDb } from "./shop.test-support.ts";

const shop = await serveShop();
afterAll(() => shop.close());
beforeEach(() => shop.reset());

const database = { ...toDb(podEnd("api")), source: undefined };

describe("WhoCan", () => {
  it("names the api pods of the example, and no web pod", async () => {
    const { sources, nextPageToken } = await shop.client.whoCan(database);
    const allowed = sources.filter(({ verdict }) => verdict === Verdict.VERDICT_ALLOW);
    const pods = allowed.flatMap((set) => set.pods);
    expect(pods).toContain("shop/api");
    expect(pods).not.toContain("shop/web");
    expect(nextPageToken).toBe("");
  });

  it("refuses what it cannot read, all at once", async () => {
    const error = await refusal(shop.client.whoCan({ protocol: "all", pageSize: -1 }));
    expect(error.problems.map(({ field }) => field)).toEqual([
      "destination",
      "protocol",
      "page_size",
    ]);
  });
});

describe("Audit", () => {
  it("says the state of every pod that has not ended", async () => {
    const { rows } = await shop.client.audit({});
    const states = new Map(rows.map(({ pod, state }) => [pod?.name, state]));
    expect(states.get("host")).toBe("ordinary");
    expect(states.has("done")).toBe(false);
  });
});

it("a large set of sources comes in entries that lose and repeat no pod", () => {
  const pods = Array.from({ length: 25 }, (_, at) => `shop/p-${at}`);
  const [outside, because] = [["0.0.0.0/0"], "by a rule"];
  const set = {
    verdict: "ALLOW",
    rules: [],
    policies: [],
    because,
    pods,
    others: ["db1"],
    outside,
  } as const;
  const entries = toSources(set, 10);
  expect(entries.map((entry) => entry.pods.length)).toEqual([10, 10, 5]);
  expect(entries.flatMap((entry) => entry.pods)).toEqual(pods);
  expect(entries.flatMap((entry) => entry.others)).toEqual(["db1"]);
  expect(toSources({ ...set, pods: [] }, 10)).toHaveLength(1);
});
