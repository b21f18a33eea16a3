import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "../support/stack.ts";
import { groupId } from "../support/world.ts";
import { contractWorld } from "./contract-world.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(contractWorld, { ipam: false, nodes: [] });
});
afterAll(() => stack?.[Symbol.asyncDispose]());

const pod = (name: string) => ({ pod: { namespace: "shop", name } });
const toApp = { destination: pod("n1-app-0"), protocol: "tcp", port: 80 };

describe("WhoCan", () => {
  interface WhoCanResponse {
    readonly sources: readonly {
      readonly pods: readonly string[];
      readonly rules: readonly { readonly groupId: string; readonly egress: boolean }[];
      readonly verdict: string;
      readonly because: string;
    }[];
    readonly nextPageToken: string;
    readonly revision: string;
  }
  const whoCan = (request: object) => stack.policy.call<WhoCanResponse>("WhoCan", request);

  it("names the members of the group that is let in, with the rules of both ends", async () => {
    const { sources, nextPageToken, revision } = await whoCan(toApp);
    const members = sources.find(({ pods }) => pods.includes("shop/n1-app-1"));
    expect(members).toMatchObject({ verdict: "VERDICT_ALLOW" });
    expect(members?.pods).not.toContain("shop/n1-app-0");
    expect(members?.rules.map((rule) => [rule.groupId, rule.egress])).toEqual([
      [groupId("app"), true],
      [groupId("app"), false],
    ]);
    expect(sources.flatMap(({ pods }) => pods)).not.toContain("shop/n1-plain-0");
    expect(nextPageToken).toBe("");
    expect(Number(revision)).toBeGreaterThan(0);
  });

  it("tells what cannot be judged apart from what is allowed", async () => {
    // Its policy gives it a group that EC2 does not have.
    const { sources } = await whoCan({ ...toApp, destination: pod("lost") });
    expect(sources.map(({ verdict }) => verdict)).not.toContain("VERDICT_ALLOW");
    expect(sources.flatMap(({ pods }) => pods)).toContain("shop/n1-plain-0");
    expect(sources.every(({ because }) => because.includes("is not in the world"))).toBe(true);
  });

  it("gives the same sources in pages as at once", async () => {
    const all = (await whoCan(toApp)).sources;
    const paged: (typeof all)[number][] = [];
    let pageToken = "";
    do {
      const page = await whoCan({ ...toApp, pageSize: 1, pageToken });
      expect(page.sources.length).toBeLessThanOrEqual(1);
      paged.push(...page.sources);
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && paged.length <= all.length);
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThan(1);
  });

  it("judges in the mode and the model that are asked for", async () => {
    const wide = { ...toApp, mode: "MODE_STANDARD", model: "MODEL_DATAPATH" };
    const { sources } = await whoCan(wide);
    // On one node standard mode asks no group at all.
    expect(sources.flatMap(({ pods }) => pods)).toContain("shop/n1-plain-0");
  });

  it("refuses a destination that names nothing with NOT_FOUND and its name", async () => {
    const failure = await stack.policy.failure("WhoCan", { ...toApp, destination: pod("nobody") });
    expect(failure).toMatchObject({ status: "NOT_FOUND", reason: "NOT_FOUND" });
    expect(failure.message).toContain("shop/nobody");
  });

  it("refuses a page of another revision with ABORTED", async () => {
    const pageToken = Buffer.from("after:1 1").toString("base64url");
    const failure = await stack.policy.failure("WhoCan", { ...toApp, pageToken });
    expect(failure).toMatchObject({ status: "ABORTED", reason: "STALE_REVISION" });
  });

  it("refuses a wrong request with the path of every wrong field", async () => {
    const failure = await stack.policy.failure("WhoCan", {
      protocol: "carrier pigeon",
      pageSize: 1001,
      pageToken: "x",
    });
    expect(failure.status).toBe("INVALID_ARGUMENT");
    expect(failure.violations.map((each) => each.field)).toEqual([
      "destination",
      "protocol",
      "page_size",
      "page_token",
    ]);
  });
});

describe("Audit", () => {
  interface AuditResponse {
    readonly rows: readonly {
      readonly pod: { readonly name: string };
      readonly state: string;
      readonly policyGroupIds: readonly string[];
      readonly remarks: readonly string[];
    }[];
    readonly nextPageToken: string;
  }
  const audit = (request: object = {}) => stack.policy.call<AuditResponse>("Audit", request);

  it("says what every pod should have, and that it has not started", async () => {
    const { rows } = await audit();
    expect(rows).toHaveLength(contractWorld.pods.length);
    const row = (name: string) => rows.find((each) => each.pod.name === name);
    expect(row("both")).toMatchObject({
      state: "waiting",
      policyGroupIds: [groupId("mon"), groupId("app"), groupId("g1")],
      modeNow: "MODE_STRICT",
      modeThen: "MODE_UNSPECIFIED",
    });
    expect(row("n1-plain-0")).toMatchObject({ state: "ordinary", policyGroupIds: [] });
    expect(row("host")).toMatchObject({ state: "ordinary" });
  });

  it("lists the pods of one namespace, in pages that neither repeat nor skip", async () => {
    expect((await audit({ namespace: "elsewhere" })).rows).toEqual([]);
    const names: string[] = [];
    let pageToken = "";
    do {
      const page = await audit({ namespace: "shop", pageSize: 7, pageToken });
      names.push(...page.rows.map((each) => each.pod.name));
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && names.length <= contractWorld.pods.length);
    expect(names).toEqual(contractWorld.pods.map(({ name }) => name).sort());
  });

  it("refuses a page size that is none", async () => {
    const failure = await stack.policy.failure("Audit", { pageSize: -1 });
    expect(failure.violations).toMatchObject([{ field: "page_size" }]);
  });
});
