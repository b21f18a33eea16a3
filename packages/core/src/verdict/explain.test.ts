import { describe, expect, it } from "vitest";
import {
  addEni,
  type Edit,
  edited,
  eniParts,
  notStarted,
  podParts,
  rules,
  settings,
} from "../world/edits.test-support.ts";
import { fixtureF, flow, groupId, networkInterface } from "../world/fixture-f.test-support.ts";
import { explain } from "./evaluate.ts";
import type { EvaluateOptions, Explanation } from "./explanation.ts";

type Ends = readonly [source: string, destination: string, traffic: string];

function explained(ends: Ends, edits: readonly Edit[] = [], options: EvaluateOptions = {}) {
  return explain(edited(fixtureF(), ...edits), flow(...ends), options);
}

// The steps as a terminal shows them.
function lines({ steps }: Explanation): readonly string[] {
  return steps.map(({ number, title, text, outcome }) => `${number} ${title} ${text} ${outcome}`);
}

describe("an explanation", () => {
  it("of an ALLOW names groups, source of groups, and the rules of both ends (R1, R2)", () => {
    const explanation = explained(["shop/api", "db1", "tcp/5432"]);
    expect(explanation).toMatchObject({ verdict: "ALLOW", model: "documented" });
    expect(lines(explanation)).toEqual([
      "1 shop/api groups [sg-app] from SecurityGroupPolicy shop/api OK",
      "2 sg-app egress tcp/5432 to sg-db (sgr-app-1) OK",
      "3 sg-db ingress tcp/5432 from sg-app (sgr-db-1) OK",
    ]);
    expect(explanation.steps.flatMap(({ rules }) => rules)).toMatchObject([
      { groupId: "sg-0app", groupName: "sg-app", rule: { ruleId: "sgr-app-1" } },
      { groupId: "sg-0db", groupName: "sg-db", rule: { ruleId: "sgr-db-1" } },
    ]);
    expect(explanation.notes).toEqual(["new connection; replies: shop/api tracked, db1 tracked"]);
  });

  it("of a DENY names the rule that is missing (R5)", () => {
    const explanation = explained(["shop/web", "db1", "tcp/5432"]);
    expect(lines(explanation)).toEqual([
      "1 shop/web groups [sg-node] from node n1 primary interface OK",
      "2 sg-node egress all to 0.0.0.0/0 (sgr-node-2) OK",
      "3 sg-db ingress needs tcp/5432 from sg-node: no rule BLOCKED",
    ]);
    expect(explanation.steps[2].missingRule).toBe("sg-db ingress tcp/5432 from sg-node");
  });

  it("goes on after the first refusal, so that all missing rules are seen", () => {
    const { verdict, steps } = explained(["shop/api", "shop/peer", "tcp/8080"]);
    expect(verdict).toBe("DENY");
    expect(steps.map(({ missingRule }) => missingRule)).toEqual([
      undefined,
      undefined,
      "sg-app egress tcp/8080 to sg-peer",
      "sg-peer ingress tcp/8080 from sg-app",
    ]);
  });

  it("asks for an address where the far end has no group", () => {
    const { steps } = explained(["shop/api", "198.51.100.10", "tcp/443"]);
    expect(steps[1].missingRule).toBe("sg-app egress tcp/443 to 198.51.100.10/32");
  });

  it("writes ICMP with its type", () => {
    const { steps } = explained(["shop/api", "db1", "icmp/8"]);
    expect(steps[1].missingRule).toBe("sg-app egress icmp/8:0 to sg-db");
  });

  it("names several groups together and asks the first for a rule", () => {
    const groupIds = [groupId("sg-mon"), groupId("sg-app")];
    const { steps } = explained(["shop/api", "db1", "tcp/1"], [eniParts("eni-api", { groupIds })]);
    expect(steps[1]).toMatchObject({
      title: "sg-mon, sg-app egress",
      missingRule: "sg-mon egress tcp/1 to sg-db",
    });
  });

  it("lists every rule that allows, by group and rule id", () => {
    const twice = rules("sg-db", "in tcp/5432 from 10.0.0.0/8", "in tcp/5432 from sg-app");
    const { steps } = explained(["shop/api", "db1", "tcp/5432"], [twice]);
    expect(steps[2].text).toBe(
      "tcp/5432 from 10.0.0.0/8 (sgr-db-1); tcp/5432 from sg-app (sgr-db-2)",
    );
  });

  it("says that untracked replies need their own rule", () => {
    const open = ["in tcp/80 from 0.0.0.0/0", "out all to 0.0.0.0/0"];
    const { notes } = explained(["n2", "db1", "tcp/80"], [rules("sg-db", ...open)]);
    expect(notes).toEqual(["new connection; replies: node n2 tracked, db1 untracked"]);
  });
});

describe("the way", () => {
  it("of strict pods on one node leads through the VPC (R33, R34)", () => {
    const { way, notes } = explained(["shop/api", "shop/peer", "tcp/8080"]);
    expect(way).toMatchObject({ viaVpc: true, natAtNode: false });
    expect(notes[0]).toMatch(/^both run on one node; strict mode sends the packets through/);
  });

  it("of a probe names early demux (R22)", () => {
    const { notes } = explained(["n1", "shop/api", "tcp/8080"]);
    expect(notes.join()).toContain("net.ipv4.tcp_early_demux=0");
  });

  it("of a strict pod to the internet has no source NAT (R28, R54)", () => {
    const web = rules("sg-app", "out tcp/443 to 0.0.0.0/0");
    const explanation = explained(["shop/api", "198.51.100.10", "tcp/443"], [web]);
    expect(explanation.way.natAtNode).toBe(false);
    expect(lines(explanation)[2]).toBe("3 shop/api route 0.0.0.0/0 to nat-1 OK");
    expect(explanation.notes[0]).toBe(
      "no source NAT at the node: the VPC sees shop/api (10.0.1.101)",
    );
  });

  it("of a standard pod to the internet shows the node's address (R27)", () => {
    const edits = [settings({ mode: "standard" })];
    const explanation = explained(["shop/api", "198.51.100.10", "tcp/443"], edits);
    expect(explanation.way.natAtNode).toBe(true);
    expect(explanation.notes[0]).toBe("source NAT at the node: the VPC sees node n1 (10.0.1.11)");
  });

  it("is missing for a branch in a public subnet (R58)", () => {
    const web = rules("sg-app", "out tcp/443 to 0.0.0.0/0");
    const edits = [web, eniParts("eni-api", { subnetId: "subnet-pub-a" })];
    const { steps } = explained(["shop/api", "198.51.100.10", "tcp/443"], edits);
    expect(steps[2]).toMatchObject({
      outcome: "BLOCKED",
      text: "branch ENI has no public IP; route is internet gateway",
    });
  });

  it("is missing without a default route (R55)", () => {
    const edits = [eniParts("eni-api", { subnetId: "subnet-iso-a" })];
    const { steps } = explained(["shop/api", "198.51.100.10", "tcp/443"], edits);
    expect(steps[2].text).toBe("no default route, and none to 198.51.100.10, in rtb-iso-a");
  });

  it.each<[Ends, string]>([
    [
      ["shop/api", "10.0.0.2", "udp/53"],
      "10.0.0.2 is Amazon DNS, which security groups never filter",
    ],
    [
      ["shop/web", "169.254.20.10", "udp/53"],
      "node-local path: 169.254.20.10 is answered on the node",
    ],
    [["shop/web", "n1", "tcp/1"], "node-local path: node n1 answers on the node of shop/web"],
  ])("of %j asks no group and says why", (ends, text) => {
    const { steps, way } = explained(ends);
    expect(steps).toEqual([{ number: 1, title: "path", outcome: "SKIPPED", text, rules: [] }]);
    expect(way.viaVpc).toBe(false);
  });
});

describe("notes", () => {
  const standard = settings({ mode: "standard" });

  it("name the other model's verdict when it differs (R29)", () => {
    const ends: Ends = ["shop/api", "db1", "tcp/5432"];
    const documented = explained(ends, [standard, rules("sg-node")]);
    expect(documented).toMatchObject({ verdict: "DENY", otherModelVerdict: "ALLOW" });
    expect(documented.notes.join()).toContain("standard-divergence");
    const datapath = explained(ends, [standard, rules("sg-node")], { model: "datapath" });
    expect(datapath).toMatchObject({ verdict: "ALLOW", otherModelVerdict: "DENY" });
  });

  it("are silent on models when they agree, and in strict mode", () => {
    expect(explained(["shop/api", "db1", "tcp/5432"], [standard]).otherModelVerdict).toBe(
      undefined,
    );
    expect(explained(["shop/api", "db1", "tcp/5432"], [rules("sg-node")])).not.toHaveProperty(
      "otherModelVerdict",
    );
  });

  it("name drift between policy and interface", () => {
    const edits = [eniParts("eni-api", { groupIds: [groupId("sg-mon")] })];
    const explanation = explained(["shop/api", "db1", "tcp/5432"], edits);
    expect(explanation.notes[0]).toBe(
      "drift: policies give shop/api [sg-app]; its interface eni-api has [sg-mon], which decides",
    );
    expect(explanation.steps[0].text).toBe("[sg-mon] from interface eni-api");
  });

  it("name a pod that a policy selects but that sits on its node", () => {
    const edits = [podParts("shop/web", { labels: { role: "api" } })];
    const { notes } = explained(["shop/web", "db1", "tcp/5432"], edits);
    expect(notes[0]).toMatch(
      /^drift: policies give shop\/web \[sg-app\]; its interface eni-n1 has/,
    );
  });

  it("say that a pod is judged by its policies before it starts", () => {
    const { notes } = explained(["shop/api", "db1", "tcp/5432"], [notStarted("shop/api")]);
    expect(notes[0]).toMatch(/^shop\/api has no interface yet/);
  });
});

describe("a question that cannot be asked", () => {
  it.each<[Ends, string, string]>([
    [["shop/nobody", "db1", "tcp/1"], "NOT_FOUND", 'pod "shop/nobody" does not exist'],
    [["shop/api", "db9", "tcp/1"], "NOT_FOUND", '"db9" does not exist'],
    [["eni-none", "db1", "tcp/1"], "NOT_FOUND", 'interface "eni-none" does not exist'],
    [["shop/api", "db1", "tcp/70000"], "INVALID_ARGUMENT", "port: 70000 is not in 0..65535"],
  ])("%j is refused with %s", (ends, code, message) => {
    expect(() => explained(ends)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it("names both interfaces that carry one name", () => {
    const twin = networkInterface("eni-twin", "10.0.1.51", [], { tags: { Name: "db1" } });
    expect(() => explained(["shop/api", "db1", "tcp/1"], [addEni(twin)])).toThrow(
      /2 interfaces have it: eni-db1, eni-twin/,
    );
  });
});
