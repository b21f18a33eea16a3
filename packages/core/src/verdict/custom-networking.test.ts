import { describe, expect, it } from "vitest";
import {
  addEni,
  type Edit,
  edited,
  nodeParts,
  notStarted,
  podParts,
  rules,
} from "../world/edits.test-support.ts";
import { fixtureF, flow, groupId, networkInterface } from "../world/fixture-f.test-support.ts";
import { all } from "../world/service-edits.test-support.ts";
import { explain } from "./evaluate.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

const config =
  (groupIds: readonly string[], subnetId = "subnet-pod-a"): Edit =>
  (world) => ({ ...world, eniConfigs: [{ name: "pod-a", subnetId, groupIds }] });
const custom = all(config([groupId("sg-eni")]), nodeParts("n1", { eniConfig: "pod-a" }));
const apiAnew = notStarted("shop/api", { nodeName: "n1" });
const webAnew = notStarted("shop/web", { nodeName: "n1" });
const fromEni = rules("sg-db", "in tcp/5432 from sg-eni");
const eniOut = rules("sg-eni", "out all to 0.0.0.0/0");

verdictTable(
  "custom networking: SecurityGroupPolicy before ENIConfig before node",
  {},
  [
    ["R20: the policy's groups win", "shop/api", "db1", "tcp/5432", "ALLOW", apiAnew],
    ["R20: not the ENIConfig's", "shop/api", "db1", "tcp/5432", "DENY", apiAnew, fromEni, eniOut],
    [
      "R20: the ENIConfig's for the rest",
      "shop/web",
      "db1",
      "tcp/5432",
      "ALLOW",
      webAnew,
      fromEni,
      eniOut,
    ],
    [
      "R20: not the node's",
      "shop/web",
      "db1",
      "tcp/5432",
      "DENY",
      webAnew,
      rules("sg-db", "in tcp/5432 from sg-node"),
      eniOut,
    ],
    [
      "R20: an ENIConfig without groups leaves the node's",
      "shop/web",
      "db1",
      "tcp/5432",
      "ALLOW",
      webAnew,
      config([]),
      rules("sg-db", "in tcp/5432 from sg-node"),
    ],
    [
      "an ENIConfig that was not read",
      "shop/web",
      "db1",
      "tcp/5432",
      "UNKNOWN",
      webAnew,
      (world) => ({ ...world, eniConfigs: [] }),
      rules("sg-db", "in tcp/5432 from 0.0.0.0/0"),
    ],
    [
      "another node is not touched",
      "shop/web-2",
      "db1",
      "tcp/5432",
      "ALLOW",
      rules("sg-db", "in tcp/5432 from sg-node"),
    ],
    [
      "the way out is that of the ENIConfig's subnet",
      "shop/api",
      "198.51.100.1",
      "tcp/443",
      "DENY",
      apiAnew,
      rules("sg-app", "out all to 0.0.0.0/0"),
      config([], "subnet-iso-a"),
    ],
    [
      "and open where it has a NAT gateway",
      "shop/api",
      "198.51.100.1",
      "tcp/443",
      "ALLOW",
      apiAnew,
      rules("sg-app", "out all to 0.0.0.0/0"),
    ],
  ],
  custom,
);

describe("the explanation under custom networking", () => {
  const source = (name: string, ...edits: readonly Edit[]) =>
    explain(edited(fixtureF(), custom, ...edits), flow(name, "db1", "tcp/5432")).steps[0].text;
  const levels = "(SecurityGroupPolicy > ENIConfig > node primary ENI)";

  it("shows the order of levels and which one supplied the groups (R21)", () => {
    expect(source("shop/api")).toBe(`[sg-app] from SecurityGroupPolicy shop/api ${levels}`);
    expect(source("shop/web", webAnew)).toBe(`[sg-eni] from ENIConfig pod-a ${levels}`);
    expect(source("shop/web", webAnew, config([]))).toBe(
      `[sg-node] from node n1 primary interface, as ENIConfig pod-a names no groups ${levels}`,
    );
  });

  it("shows the ENIConfig for a pod that runs on one of its interfaces (R21)", () => {
    const secondary = addEni(
      networkInterface("eni-2", "100.64.1.9", ["sg-eni"], { instanceId: "i-n1", deviceIndex: 2 }),
    );
    const moved = podParts("shop/web", { addresses: ["100.64.1.9"] });
    expect(source("shop/web", secondary, moved)).toBe(`[sg-eni] from ENIConfig pod-a ${levels}`);
  });

  it("says nothing of levels on a node without", () => {
    expect(source("shop/web-2")).toBe("[sg-node] from node n2 primary interface");
  });
});
