import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cluster, np } from "../../network-policies/cluster.test-support.ts";
import { evaluate } from "../../verdict/evaluate.ts";
import { arbitraryFlow, arbitraryWorld } from "../../world/arbitrary-world.test-support.ts";
import { acl, edited, eniParts, notStarted, route, rules } from "../../world/edits.test-support.ts";
import { fixtureF, flow } from "../../world/fixture-f.test-support.ts";
import type { World } from "../../world/world.ts";
import { overlay } from "../overlay.ts";
import { shellWord } from "./commands.ts";
import { whyNot } from "./why-not.ts";

const toDb = flow("shop/api", "db1", "tcp/5432");

function texts(world: World, asked = toDb): readonly string[] {
  return whyNot(world, asked).remedies.map(({ actions }) =>
    actions.map(({ text }) => text).join(" + "),
  );
}

describe("why not", () => {
  it("asks for the missing egress rule with the command that adds it", () => {
    const { remedies } = whyNot(edited(fixtureF(), rules("sg-app")), toDb);
    expect(remedies[0].actions[0]).toMatchObject({
      kind: "rule",
      text: "add tcp/5432 to sg-db as egress rule of sg-app",
      command:
        "aws ec2 authorize-security-group-egress --group-id sg-0app --ip-permissions " +
        "'IpProtocol=tcp,FromPort=5432,ToPort=5432,UserIdGroupPairs=[{GroupId=sg-0db}]'",
    });
  });

  it("asks for both rules when both ends refuse, never for one alone", () => {
    const world = edited(fixtureF(), rules("sg-app"), rules("sg-db"));
    expect(texts(world)[0]).toBe(
      "add tcp/5432 to sg-db as egress rule of sg-app + " +
        "add tcp/5432 from sg-app as ingress rule of sg-db",
    );
  });

  it("offers a group that allows it already", () => {
    const world = edited(fixtureF(), rules("sg-app"), rules("sg-mon", "out tcp/5432 to sg-db"));
    expect(texts(world)).toContain("attach sg-mon to interface eni-api of shop/api");
  });

  it("offers a policy's groups to a pod that has not started", () => {
    const world = edited(
      fixtureF(),
      notStarted("shop/api"),
      rules("sg-app"),
      rules("sg-mon", "out tcp/5432 to sg-db"),
      rules("sg-db", "in tcp/5432 from 0.0.0.0/0"),
    );
    expect(texts(world)).toContain("add sg-mon to the groups of SecurityGroupPolicy shop/api");
  });

  it("offers the label that makes a policy select the pod, and the group that is let in", () => {
    const { remedies } = whyNot(fixtureF(), flow("shop/web", "db1", "tcp/5432"));
    const all = remedies.flatMap(({ actions }) => actions);
    expect(all.map(({ text }) => text)).toEqual([
      "add tcp/5432 from sg-node as ingress rule of sg-db",
      "add tcp/5432 from 10.0.1.111/32 as ingress rule of sg-db",
      "attach sg-node to interface eni-db1 of db1",
      "attach sg-app to interface eni-n1 of shop/web, which serves every ordinary pod on it",
      "set label role=api in the pod template of shop/web, so that SecurityGroupPolicy shop/api " +
        "selects it",
    ]);
  });

  it("points a route at a gateway of the VPC when there is no way out", () => {
    const world = edited(
      fixtureF(),
      rules("sg-app", "out tcp/443 to 0.0.0.0/0"),
      eniParts("eni-api", { subnetId: "subnet-iso-a" }),
    );
    const { remedies } = whyNot(world, flow("shop/api", "8.8.8.8", "tcp/443"));
    expect(remedies[0].actions.map(({ command }) => command)).toEqual([
      "aws ec2 create-route --route-table-id rtb-iso-a --destination-cidr-block 0.0.0.0/0 " +
        "--nat-gateway-id nat-1",
    ]);
    const closed = edited(
      fixtureF(),
      rules("sg-app", "out all to 0.0.0.0/0"),
      route("0.0.0.0/0", "nat-1", true),
    );
    expect(texts(closed, flow("shop/api", "8.8.8.8", "tcp/443"))[0]).toBe(
      "point route 0.0.0.0/0 of rtb-priv-a to nat-1",
    );
  });

  it("offers standard mode for what strict mode cannot carry", () => {
    expect(texts(fixtureF(), flow("shop/api", "169.254.20.10", "udp/53"))).toEqual([
      "run shop/api in standard mode: POD_SECURITY_GROUP_ENFORCING_MODE=standard, then restart it",
    ]);
  });

  it("offers one more network policy to a pod that policies isolate", () => {
    const world = cluster([np("deny", { podSelector: {} })]);
    const nodes = fixtureF().nodes.map((node) => ({ ...node, labels: {} }));
    const asked = flow("bank/db", "shop/api", "tcp/9090");
    const closed = edited(
      { ...world, nodes },
      rules("sg-node", "in all from 0.0.0.0/0", "out all to 0.0.0.0/0"),
    );
    const { verdict, remedies } = whyNot(closed, asked);
    expect(verdict).toBe("DENY");
    expect(remedies.map(({ actions }) => actions.map(({ text }) => text))).toEqual([
      ["add NetworkPolicy shop/allow-api-1 that lets shop/api have tcp/9090 from bank/db"],
    ]);
    const other = flow("ops/tool", "shop/api", "tcp/9090");
    expect(evaluate(overlay(closed, remedies[0].edits), other)).toBe("DENY");
  });

  it("offers an entry of a network ACL before the one that refuses, with its command", () => {
    const apart = eniParts("eni-db1", { subnetId: "subnet-iso-a", addresses: ["10.0.2.50"] });
    const iso = ["in 100 deny tcp/all from 10.0.0.0/16", "in 200 allow all from 0.0.0.0/0"];
    const world = edited(
      fixtureF(),
      apart,
      acl("iso", ["iso-a"], ...iso, "out 100 allow udp/all to 0.0.0.0/0"),
      acl("default", [], "in 100 allow all from 0.0.0.0/0", "out 100 allow all to 0.0.0.0/0"),
    );
    const { remedies } = whyNot(world, toDb);
    expect(remedies[0].actions.map(({ text }) => text)).toEqual([
      "add 99 allow tcp/5432 from 10.0.1.101/32 as ingress entry of acl-iso",
      "add 200 allow tcp/32768-60999 to 10.0.1.101/32 as egress entry of acl-iso",
    ]);
    expect(remedies[0].actions[1].command).toBe(
      "aws ec2 create-network-acl-entry --network-acl-id acl-iso --egress --rule-number 200 " +
        "--protocol 6 --port-range From=32768,To=60999 --cidr-block 10.0.1.101/32 " +
        "--rule-action allow",
    );
  });

  it("names rules that miss by one thing", () => {
    const world = edited(
      fixtureF(),
      rules("sg-app", "out tcp/5433 to sg-db", "out tcp/5432 to sg-mon", "in tcp/5432 from sg-db"),
      rules("sg-mon", "out tcp/5432 to sg-db"),
      rules("sg-node"),
      rules("sg-cluster"),
    );
    const misses = whyNot(world, toDb).nearMisses;
    expect(misses.map(({ rule, differsIn }) => [rule.rule.ruleId, differsIn])).toEqual([
      ["sgr-app-1", "port"],
      ["sgr-app-2", "peer"],
      ["sgr-app-3", "direction"],
      ["sgr-mon-1", "group"],
    ]);
  });

  it("has nothing to offer for what passes or cannot be judged", () => {
    expect(whyNot(fixtureF(), toDb)).toMatchObject({ verdict: "ALLOW", remedies: [] });
    const unknown = whyNot(fixtureF(), flow("shop/api", "10.0.1.77", "tcp/53"));
    expect(unknown.remedies).toEqual([]);
  });

  it("proves every remedy, and that none of its actions is too much", () => {
    let proven = 0;
    fc.assert(
      fc.property(arbitraryWorld, arbitraryFlow, (world, asked) => {
        fc.pre(evaluate(world, asked) === "DENY");
        for (const { actions, edits } of whyNot(world, asked).remedies) {
          expect(evaluate(overlay(world, edits), asked)).toBe("ALLOW");
          for (const action of actions) {
            const others = actions.filter((other) => other !== action);
            const without = overlay(
              world,
              others.flatMap((other) => other.edits),
            );
            expect(evaluate(without, asked)).not.toBe("ALLOW");
          }
          proven++;
        }
      }),
      { numRuns: 40 },
    );
    expect(proven).toBeGreaterThan(20);
  }, 20_000);

  it("quotes words that a shell would take apart", () => {
    expect(shellWord("sg-1")).toBe("sg-1");
    expect(shellWord("a b'; rm")).toBe(`'a b'\\''; rm'`);
  });
});
