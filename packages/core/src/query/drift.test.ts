import { expect, it } from "vitest";
import { edited, eniParts, notStarted, podParts, settings } from "../world/edits.test-support.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import type { World } from "../world/world.ts";
import { drift } from "./drift.ts";

const states = (world: World) =>
  Object.fromEntries(drift(world).map(({ pod, state }) => [pod, state]));

it("tells protected pods from ordinary ones", () => {
  expect(states(fixtureF())).toEqual({
    "kube-system/agent": "ordinary",
    "kube-system/coredns": "ordinary",
    "shop/api": "protected",
    "shop/edge": "ordinary",
    "shop/peer": "protected",
    "shop/web": "ordinary",
    "shop/web-2": "ordinary",
  });
});

it("tells an interface with other groups than policies say", () => {
  const world = edited(fixtureF(), eniParts("eni-api", { groupIds: ["sg-0mon"] }));
  const row = drift(world).find(({ pod }) => pod === "shop/api");
  expect(row).toMatchObject({
    state: "drift",
    policyGroupIds: ["sg-0app"],
    interfaceGroupIds: ["sg-0mon"],
    eniId: "eni-api",
  });
  expect(row?.remarks[0]).toContain("eni-api has [sg-0mon]");
});

it("tells a pod that runs without the branch it should have, and one that waits for it", () => {
  const web = podParts("shop/web", { labels: { role: "api" } });
  expect(states(edited(fixtureF(), web))["shop/web"]).toBe("unprotected");
  expect(states(edited(fixtureF(), notStarted("shop/api")))["shop/api"]).toBe("waiting");
});

it("tells a branch that no policy asks for, and says nothing of what it cannot see", () => {
  expect(states({ ...fixtureF(), policies: [] })["shop/api"]).toBe("drift");
  const gone = podParts("shop/api", { branchEniId: "eni-gone" });
  expect(states(edited(fixtureF(), gone))["shop/api"]).toBe("unknown");
  const selector = { matchLabels: { team: "a" } };
  const policies = fixtureF().policies.map((one) => ({ ...one, serviceAccountSelector: selector }));
  const world = { ...fixtureF(), policies, serviceAccounts: [] };
  expect(drift(world).find(({ pod }) => pod === "shop/api")).toMatchObject({
    state: "unknown",
    remarks: [expect.stringContaining("service account shop/default")],
  });
});

it("tells pods that keep the mode they were started with (R31)", () => {
  const world = edited(
    fixtureF(),
    settings({ mode: "standard" }),
    podParts("shop/api", { mode: "strict" }),
    podParts("shop/peer", { mode: "standard" }),
  );
  const stale = drift(world).filter(({ isModeStale }) => isModeStale);
  expect(stale.map(({ pod, modeThen, modeNow }) => [pod, modeThen, modeNow])).toEqual([
    ["shop/api", "strict", "standard"],
  ]);
});

it("tells pods on Fargate that keep the groups they were started with (R71)", () => {
  const fargate = (role: string, fargateGroupIds?: readonly string[]) =>
    podParts("shop/web", {
      labels: { "eks.amazonaws.com/fargate-profile": "p", role },
      nodeName: "fargate-1",
      addresses: [],
      ...(fargateGroupIds === undefined ? {} : { fargateGroupIds }),
    });
  const cluster = settings({ clusterGroupId: "sg-0cluster" });
  const row = (role: string, groupIds?: readonly string[]) =>
    drift(edited(fixtureF(), cluster, fargate(role, groupIds))).find(
      ({ pod }) => pod === "shop/web",
    );
  expect(row("api", ["sg-0app"])?.state).toBe("protected");
  expect(row("api")?.state).toBe("waiting");
  expect(row("none", ["sg-0cluster"])?.state).toBe("ordinary");
  expect(row("api", ["sg-0cluster"])).toMatchObject({
    state: "drift",
    policyGroupIds: ["sg-0app"],
    interfaceGroupIds: ["sg-0cluster"],
    remarks: [
      "shop/web should have [sg-0app] and has [sg-0cluster]: delete it, so that it is made anew",
    ],
  });
});
