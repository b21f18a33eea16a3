import { ResolvePodResponse_Source as Source } from "@trunkline/proto/policy";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { refusal, serveShop } from "./shop.test-support.ts";

const shop = await serveShop();
afterAll(() => shop.close());
beforeEach(() => shop.reset());

describe("ResolvePod", () => {
  const resolve = (name: string, uid = "") =>
    shop.client.resolvePod({ pod: { namespace: "shop", name, uid } });

  it("says which groups a pod gets, by which policy, and which one is passed over", async () => {
    expect(await resolve("api")).toEqual({
      pod: { namespace: "shop", name: "api", uid: "5ec0b0d5-0000-4000-8000-000000000001" },
      nodeName: "n1",
      source: Source.SOURCE_POLICY,
      groupIds: ["sg-app"],
      policies: ["shop/api"],
      ignored: [
        "SecurityGroupPolicy shop/lost is ignored: " +
          "spec: neither podSelector nor serviceAccountSelector is given",
      ],
      finished: false,
      revision: 2n,
    });
  });

  it.each([
    ["web", { source: Source.SOURCE_NODE, groupIds: [], finished: false }],
    ["host", { source: Source.SOURCE_HOST_NETWORK, groupIds: [] }],
    ["done", { finished: true, nodeName: "" }],
  ])("tells apart pods of other kinds: %s", async (name, expected) => {
    expect(await resolve(name)).toMatchObject(expected);
  });

  it("names a group that EC2 does not have, and has EC2 read again", async () => {
    expect((await resolve("early")).groupIds).toEqual(["sg-none"]);
    expect(shop.stage.refreshCount).toBe(1);
  });

  it("works before EC2 was read", async () => {
    shop.reset(false);
    expect((await resolve("api")).groupIds).toEqual(["sg-app"]);
    expect(shop.stage.refreshCount).toBe(0);
  });

  it.each<[string, string, string, string]>([
    ["nobody", "", "NOT_FOUND", "pod shop/nobody is not in the manifests at revision 2"],
    ["homeless", "", "NOT_FOUND", "service account shop/nobody of pod shop/homeless"],
    ["api", "u-0", "STALE_REVISION", "has uid 5ec0b0d5-0000-4000-8000-000000000001 now"],
    ["", "", "INVALID_ARGUMENT", "pod.name: missing"],
  ])("refuses %j with uid %j", async (name, uid, code, message) => {
    const error = await refusal(resolve(name, uid));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });
});
