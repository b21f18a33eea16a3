import { Verdict } from "@trunkline/proto/policy";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { addressEnd, podEnd, refusal, serveShop, toDb } from "./shop.test-support.ts";

const shop = await serveShop();
afterAll(() => shop.close());
beforeEach(() => shop.reset());

describe("Evaluate", () => {
  it("answers flows in their order", async () => {
    const outside = { ...toDb(podEnd("early")), destination: addressEnd("192.0.2.1") };
    const flows = [toDb(podEnd("web")), toDb(podEnd("api")), outside];
    const { verdicts } = await shop.client.evaluate({ flows });
    expect(verdicts).toEqual([
      Verdict.VERDICT_DENY,
      Verdict.VERDICT_ALLOW,
      Verdict.VERDICT_UNKNOWN,
    ]);
  });

  it("names the flow that names nothing", async () => {
    const flows = [toDb(podEnd("api")), toDb(podEnd("nobody"))];
    const error = await refusal(shop.client.evaluate({ flows }));
    expect(error).toMatchObject({ code: "NOT_FOUND", facts: { flow: "1" } });
    expect(error.message).toContain("flows[1]: ");
  });

  it("lists every wrong field, and names the first wrong flow", async () => {
    const good = toDb(podEnd("api"));
    const flows = [
      good,
      { ...good, protocol: "all" },
      { ...good, port: 65_536 },
      { ...good, protocol: "icmp", icmpType: 256, icmpCode: 256 },
      { source: podEnd("") },
    ];
    const error = await refusal(shop.client.evaluate({ flows }));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", facts: { flow: "1" } });
    expect(error.problems.map(({ field }) => field)).toEqual([
      "flows[1].protocol",
      "flows[2].port",
      "flows[3].icmp_type",
      "flows[3].icmp_code",
      "flows[4].source.pod.name",
      "flows[4].destination",
      "flows[4].protocol",
    ]);
  });

  it("takes 10,000 flows and not one more", async () => {
    const flows = Array.from({ length: 10_001 }, () => toDb(podEnd("web")));
    const error = await refusal(shop.client.evaluate({ flows }));
    expect(error.problems).toMatchObject([
      { field: "flows", description: "has 10001 flows, at most 10000 are taken" },
    ]);
    const { verdicts } = await shop.client.evaluate({ flows: flows.slice(1) });
    expect(verdicts).toHaveLength(10_000);
    expect(new Set(verdicts)).toEqual(new Set([Verdict.VERDICT_DENY]));
  });

  it("leaves the packed form to a later version, and other calls too", async () => {
    const packed = { count: 1 };
    expect((await refusal(shop.client.evaluate({ packed }))).code).toBe("NOT_IMPLEMENTED");
    expect((await refusal(shop.client.lint({}))).code).toBe("NOT_IMPLEMENTED");
  });
});
