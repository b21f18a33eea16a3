import { describe, expect, it } from "vitest";
import { edited, rules, settings } from "../world/edits.test-support.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import { indexWorld } from "../world/world-index.ts";
import { fargateMinimum } from "./fargate-minimum.ts";

const needed = ["tcp/443", "tcp/10250", "tcp/53", "udp/53"];
const egress = (texts: readonly string[]) => texts.map((text) => `out ${text} to sg-cluster`);

function asked(groupIds: readonly string[], ...texts: readonly string[]) {
  const cluster = settings({ clusterGroupId: "sg-0cluster" });
  return fargateMinimum(groupIds, indexWorld(edited(fixtureF(), cluster, rules("sg-f", ...texts))));
}

describe("what a pod on Fargate needs", () => {
  it("comes with the cluster security group (R64)", () => {
    expect(asked(["sg-0f", "sg-0cluster"])).toEqual({ answer: "yes", missing: [] });
  });

  it("is every missing rule where there is none (R64)", () => {
    const { answer, missing } = asked(["sg-0f"]);
    expect(answer).toBe("no");
    expect(missing.map(({ protocol, port }) => [protocol, port])).toEqual([
      [6, 443],
      [6, 10_250],
      [6, 53],
      [17, 53],
    ]);
  });

  it("is there with all rules, or with one that covers them (R64)", () => {
    expect(asked(["sg-0f"], ...egress(needed)).answer).toBe("yes");
    expect(asked(["sg-0f"], "out all to 0.0.0.0/0").answer).toBe("yes");
  });

  it.each(needed.map((_, at) => at))("lacks exactly the rule that is removed: %i (R67)", (at) => {
    const rest = needed.filter((_, other) => other !== at);
    const { missing } = asked(["sg-0f"], ...egress(rest));
    expect(missing).toHaveLength(1);
    const [{ protocol, port }] = missing;
    expect(`${protocol === 6 ? "tcp" : "udp"}/${port}`).toBe(needed[at]);
  });

  it("is not known without the cluster security group, or a group that is not there", () => {
    expect(fargateMinimum(["sg-0f"], indexWorld(fixtureF())).answer).toBe("unknown");
    expect(asked(["sg-none"]).answer).toBe("unknown");
  });
});
