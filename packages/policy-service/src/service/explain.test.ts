import type { NetworkInterface } from "@trunkline/core";
import { Mode, Model, ServiceAnswer_Reach, Step_Outcome, Verdict } from "@trunkline/proto/policy";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import {
  addressEnd,
  namedEnd,
  podEnd,
  readAccount,
  refusal,
  serveShop,
  toDb,
} from "./shop.test-support.ts";

const shop = await serveShop();
afterAll(() => shop.close());
beforeEach(() => shop.reset());

describe("Explain", () => {
  const explain = (flow: object, options: object = {}) => shop.client.explain({ flow, ...options });

  it("says what the example says, with the rules of both ends", async () => {
    const answer = await explain(toDb(podEnd("api")));
    expect(answer).toMatchObject({
      verdict: Verdict.VERDICT_ALLOW,
      model: Model.MODEL_DOCUMENTED,
      otherModelVerdict: Verdict.VERDICT_UNSPECIFIED,
      revision: 2n,
    });
    expect(answer.steps.map(({ number }) => number)).toEqual(answer.steps.map((_, i) => i + 1));
    expect(answer.way).toMatchObject({ viaVpc: true, natAtNode: false });
    expect(answer.steps.flatMap(({ asked }) => asked ?? [])).toMatchObject([
      { holder: "shop/api", egress: true, peer: "db1", traffic: "tcp/5432" },
      { holder: "db1", egress: false, peer: "shop/api", traffic: "tcp/5432" },
    ]);
    const rules = answer.steps.flatMap((step) => step.rules);
    expect(rules.map(({ groupId, egress }) => [groupId, egress])).toEqual([
      ["sg-app", true],
      ["sg-db", false],
    ]);
  });

  it("names the rule that is missing", async () => {
    const { verdict, steps } = await explain(toDb(podEnd("web")));
    expect(verdict).toBe(Verdict.VERDICT_DENY);
    const blocked = steps.find((step) => step.outcome === Step_Outcome.OUTCOME_BLOCKED);
    expect(blocked?.missingRule).toBe("sg-db ingress tcp/5432 from sg-node");
  });

  it("offers the smallest edits when it is asked for them", async () => {
    expect((await explain(toDb(podEnd("web")))).remedies).toEqual([]);
    const { remedies } = await explain(toDb(podEnd("web")), { withRemedies: true });
    expect(remedies[0]?.actions).toEqual([
      {
        text: "add tcp/5432 from sg-node as ingress rule of sg-db",
        command:
          "aws ec2 authorize-security-group-ingress --group-id sg-db --ip-permissions " +
          "'IpProtocol=tcp,FromPort=5432,ToPort=5432,UserIdGroupPairs=[{GroupId=sg-node}]'",
      },
    ]);
  });

  it("follows a Service to its pods, on the port that they get", async () => {
    const to = (value: object) => ({
      source: podEnd("api"),
      destination: { key: { $case: "service" as const, value } },
      protocol: "tcp",
      port: 80,
    });
    const { verdict, steps, service } = await explain(to({ namespace: "shop", name: "web" }));
    expect(verdict).toBe(Verdict.VERDICT_DENY);
    expect(service).toMatchObject({
      title: "Service shop/web tcp/80 (http)",
      reach: ServiceAnswer_Reach.REACH_NONE,
      omittedCount: 0,
    });
    expect(service?.backends.map(({ title }) => title)).toEqual(["shop/web", "shop/web-2"]);
    expect(service?.backends[0]).toMatchObject({
      endpoint: { key: { $case: "pod", value: { namespace: "shop", name: "web" } } },
      port: 8080,
      verdict: Verdict.VERDICT_DENY,
      way: { viaVpc: true },
    });
    expect(service?.backends[0]?.steps.length).toBeGreaterThan(0);
    const blocked = steps.find((step) => step.outcome === Step_Outcome.OUTCOME_BLOCKED);
    expect(blocked?.missingRule).toBe("sg-app egress tcp/8080 to sg-node");
    const gone = await refusal(shop.client.explain({ flow: to({ namespace: "shop", name: "x" }) }));
    expect(gone.code).toBe("NOT_FOUND");
    const nameless = await refusal(shop.client.explain({ flow: to({ namespace: "shop" }) }));
    expect(nameless.code).toBe("INVALID_ARGUMENT");
  });

  it("does not call a group that EC2 lacks anything but UNKNOWN", async () => {
    const outside = { ...toDb(podEnd("early")), destination: addressEnd("192.0.2.1") };
    const { verdict, steps } = await explain(outside);
    expect(verdict).toBe(Verdict.VERDICT_UNKNOWN);
    expect(JSON.stringify(steps)).toContain("sg-none");
    expect(shop.stage.refreshCount).toBe(1);
  });

  it("does not guess for a branch that EC2 does not have", async () => {
    const { verdict, steps } = await explain(toDb(podEnd("api", "eni-0")));
    expect(verdict).toBe(Verdict.VERDICT_UNKNOWN);
    expect(JSON.stringify(steps)).toContain("eni-0");
  });

  it("knows an interface that was made since EC2 was read", async () => {
    const account = readAccount();
    const branch: NetworkInterface = {
      eniId: "eni-new",
      vpcId: "vpc-shop",
      subnetId: "subnet-priv-a",
      interfaceType: "branch",
      groupIds: ["sg-app"],
      addresses: ["10.0.1.77"],
      prefixes: [],
      trunkEniId: "eni-n1",
      description: "",
      tags: {},
    };
    shop.stage.next = { ...account, interfaces: [...account.interfaces, branch] };
    const answer = await explain(toDb(podEnd("api", "eni-new")));
    expect(answer).toMatchObject({ verdict: Verdict.VERDICT_ALLOW, revision: 3n });
    await explain(toDb(podEnd("api", "eni-new")));
    await explain({
      ...toDb(podEnd("web")),
      source: addressEnd("10.0.1.77"),
    });
    await explain({
      ...toDb(podEnd("web")),
      source: addressEnd("8.8.8.8"),
    });
    expect(shop.stage.refreshCount).toBe(1);
  });

  it("knows an instance by its Name tag", async () => {
    const worker = await explain(toDb(namedEnd("worker-1")));
    const node = await explain(toDb(namedEnd("n1")));
    expect(worker.verdict).toBe(node.verdict);
    expect(worker.steps.at(-1)?.missingRule).toBe("sg-db ingress tcp/5432 from sg-node");
    const error = await refusal(explain(toDb(namedEnd("twin"))));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toContain("2 instances have it: i-");
  });

  it("says that the world is old when EC2 cannot be read", async () => {
    shop.stage.failure = "connect ECONNREFUSED";
    const { notes } = await explain(toDb(podEnd("api")));
    expect(notes.at(-1)).toBe("EC2 was read 90 s ago and cannot be read now: connect ECONNREFUSED");
  });

  it("takes mode and model, and refuses those that nobody knows", async () => {
    const options = { mode: Mode.MODE_STANDARD, model: Model.MODEL_DATAPATH };
    expect((await explain(toDb(podEnd("api")), options)).model).toBe(Model.MODEL_DATAPATH);
    const unknown = { mode: 9, model: 8, networkPolicyModel: 7 };
    const error = await refusal(explain(toDb(podEnd("api")), unknown));
    const fields = error.problems.map(({ field }) => field);
    expect(fields).toEqual(["model", "mode", "network_policy_model"]);
  });

  it.each<[string, object, string]>([
    ["pod", podEnd("nobody"), "NOT_FOUND"],
    ["name", namedEnd("nothing"), "NOT_FOUND"],
    ["interface", { key: { $case: "eniId", value: "eni-0" } }, "NOT_FOUND"],
    [
      "uid",
      { key: { $case: "pod", value: { namespace: "shop", name: "api", uid: "u-0" } } },
      "NOT_FOUND",
    ],
    ["address", addressEnd("10.0.0.256"), "INVALID_ARGUMENT"],
    ["endpoint", {}, "INVALID_ARGUMENT"],
    ["branch of no pod", { ...namedEnd("db1"), podEniId: "eni-1" }, "INVALID_ARGUMENT"],
  ])("refuses a %s that names nothing", async (_what, source, code) => {
    expect((await refusal(explain(toDb(source)))).code).toBe(code);
  });

  it("waits for the first reading of EC2 with NOT_READY and the reason", async () => {
    shop.reset(false);
    shop.stage.failure = "UnauthorizedOperation: no";
    const error = await refusal(explain(toDb(podEnd("api"))));
    expect(error.code).toBe("NOT_READY");
    expect(error.message).toBe("EC2 was not read yet: UnauthorizedOperation: no");
  });
});
