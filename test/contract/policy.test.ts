import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExplainResponse, ResolvePodResponse } from "../support/messages.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { groupId, podRef } from "../support/world.ts";
import { contractWorld, podNamed } from "./contract-world.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(contractWorld, { ipam: false, nodes: [] });
});
afterAll(() => stack?.[Symbol.asyncDispose]());

function resolve(name: string): Promise<ResolvePodResponse> {
  return stack.policy.call("ResolvePod", { pod: { namespace: "shop", name } });
}

const pod = (name: string) => ({ pod: { namespace: "shop", name } });
const flow = (source: object, destination: object, port = 80) => ({
  source,
  destination,
  protocol: "tcp",
  port,
});
// Pods that hold no interface yet are judged by the groups they would get. Members of the group app talk to
// each other; nobody else talks to them.
const allowed = flow(pod("n1-app-0"), pod("n1-app-1"));
const denied = flow(pod("n1-plain-0"), pod("n1-app-0"));

describe("ResolvePod", () => {
  it("gives a selected pod the groups of its policies", async () => {
    const answer = await resolve("both");
    expect(answer).toMatchObject({
      pod: podRef(podNamed("both")),
      nodeName: "n1",
      source: "SOURCE_POLICY",
      groupIds: [groupId("mon"), groupId("app"), groupId("g1")],
      policies: ["shop/both-1", "shop/both-2"],
      ignored: [],
      finished: false,
    });
    expect(Number(answer.revision)).toBeGreaterThan(0);
  });

  it("gives a pod that nothing selects the node's groups", async () => {
    expect(await resolve("n1-plain-0")).toMatchObject({ source: "SOURCE_NODE", groupIds: [] });
  });

  it("gives a host-network pod nothing", async () => {
    expect(await resolve("host")).toMatchObject({ source: "SOURCE_HOST_NETWORK", groupIds: [] });
  });

  it("refuses an unknown pod with NOT_FOUND and its name", async () => {
    const failure = await stack.policy.failure("ResolvePod", pod("nobody"));
    expect(failure).toMatchObject({
      status: "NOT_FOUND",
      reason: "NOT_FOUND",
      domain: "trunkline.dev",
    });
    expect(failure.message).toContain("shop/nobody");
  });

  it("refuses a pod whose service account is missing with NOT_FOUND and its name", async () => {
    const failure = await stack.policy.failure("ResolvePod", pod("accountless"));
    expect(failure).toMatchObject({ status: "NOT_FOUND", reason: "NOT_FOUND" });
    expect(failure.message).toContain("nobody");
  });

  it("refuses a pod that was re-created with ABORTED", async () => {
    const old = { ...podRef(podNamed("n1-app-0")), uid: "uid-of-before" };
    const failure = await stack.policy.failure("ResolvePod", { pod: old });
    expect(failure).toMatchObject({ status: "ABORTED", reason: "STALE_REVISION" });
  });

  it("refuses a request without pod, or with half of its name", async () => {
    const empty = await stack.policy.failure("ResolvePod");
    expect(empty.status).toBe("INVALID_ARGUMENT");
    expect(empty.violations.length).toBeGreaterThan(0);
    const half = await stack.policy.failure("ResolvePod", { pod: { namespace: "shop" } });
    expect(half.violations).toMatchObject([{ field: "pod.name" }]);
  });
});

describe("Evaluate", () => {
  interface EvaluateResponse {
    readonly verdicts: readonly string[];
    readonly revision: string;
  }

  it("judges a batch in the order of its flows", async () => {
    const answer = await stack.policy.call<EvaluateResponse>("Evaluate", {
      flows: [allowed, denied, allowed],
    });
    expect(answer.verdicts).toEqual(["VERDICT_ALLOW", "VERDICT_DENY", "VERDICT_ALLOW"]);
    expect(Number(answer.revision)).toBeGreaterThan(0);
  });

  it("judges nothing without complaint", async () => {
    expect(await stack.policy.call("Evaluate")).toMatchObject({ verdicts: [] });
  });

  it("refuses an endpoint that names nothing with NOT_FOUND and the flow's index", async () => {
    const failure = await stack.policy.failure("Evaluate", {
      flows: [allowed, flow(pod("nobody"), pod("n1-app-0"))],
    });
    expect(failure).toMatchObject({ status: "NOT_FOUND", facts: { flow: "1" } });
  });

  it("answers UNIMPLEMENTED for the packed form", async () => {
    const failure = await stack.policy.failure("Evaluate", { packed: { count: 1 } });
    expect(failure).toMatchObject({ status: "UNIMPLEMENTED", reason: "NOT_IMPLEMENTED" });
  });

  it("refuses more flows than a call may have", async () => {
    const failure = await stack.policy.failure("Evaluate", {
      flows: Array.from({ length: 10_001 }, () => allowed),
    });
    expect(failure.status).toBe("INVALID_ARGUMENT");
    expect(failure.violations).toMatchObject([{ field: "flows" }]);
    expect(failure.message).toContain("10001");
  });

  it("refuses wrong flows with the path of every wrong field", async () => {
    const failure = await stack.policy.failure("Evaluate", {
      flows: [
        { ...allowed, protocol: "carrier pigeon" },
        { ...allowed, port: 65_536 },
      ],
    });
    expect(failure.status).toBe("INVALID_ARGUMENT");
    expect(failure.violations.map((each) => each.field)).toEqual([
      "flows[0].protocol",
      "flows[1].port",
    ]);
  });
});

describe("Explain", () => {
  const explain = (request: object) => stack.policy.call<ExplainResponse>("Explain", request);

  it("allows with the rules of both ends, steps numbered", async () => {
    const answer = await explain({ flow: allowed });
    expect(answer).toMatchObject({ verdict: "VERDICT_ALLOW", model: "MODEL_DOCUMENTED" });
    expect(answer.steps.map((step) => step.number)).toEqual(answer.steps.map((_, i) => i + 1));
    const rules = answer.steps.flatMap((step) => step.rules);
    expect(rules).toEqual([
      expect.objectContaining({ groupId: groupId("app"), egress: true }),
      expect.objectContaining({ groupId: groupId("app"), egress: false }),
    ]);
  });

  it("denies with the rule that is missing", async () => {
    const answer = await explain({ flow: denied });
    expect(answer.verdict).toBe("VERDICT_DENY");
    const last = answer.steps.filter((step) => step.outcome === "OUTCOME_BLOCKED").at(-1);
    expect(last?.missingRule).toBe("app ingress tcp/80 from node");
  });

  it("offers remedies to who asks for them, with the commands", async () => {
    const { remedies } = await explain({ flow: denied, withRemedies: true });
    expect(remedies[0]?.actions[0]?.command).toMatch(/^aws ec2 authorize-security-group-ingress /);
    expect((await explain({ flow: denied })).remedies).toEqual([]);
  });

  it("judges in the mode and the model that are asked for", async () => {
    const answer = await explain({ flow: denied, mode: "MODE_STANDARD", model: "MODEL_DATAPATH" });
    expect(answer.model).toBe("MODEL_DATAPATH");
    // On one node standard mode asks no group at all.
    expect(answer).toMatchObject({
      verdict: "VERDICT_ALLOW",
      otherModelVerdict: "VERDICT_DENY",
    });
  });

  it.each([
    ["pod", pod("nobody"), "shop/nobody"],
    ["name", { name: "nothing" }, "nothing"],
    ["interface", { eniId: "eni-0123456789abcdef0" }, "eni-0123456789abcdef0"],
  ])("refuses an unknown %s with NOT_FOUND and its name", async (_kind, source, name) => {
    const failure = await stack.policy.failure("Explain", {
      flow: flow(source, pod("n1-app-0")),
    });
    expect(failure).toMatchObject({ status: "NOT_FOUND", reason: "NOT_FOUND" });
    expect(failure.message).toContain(name);
  });

  it("refuses a request without flow, and an address that is none", async () => {
    expect((await stack.policy.failure("Explain")).status).toBe("INVALID_ARGUMENT");
    const failure = await stack.policy.failure("Explain", {
      flow: flow({ address: "10.0.0.256" }, pod("n1-app-0")),
    });
    expect(failure.violations).toMatchObject([{ field: "flow.source.address" }]);
    expect(failure.message).toContain("10.0.0.256");
  });
});
