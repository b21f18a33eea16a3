import { describe, expect, it } from "vitest";
import { parseIpv4 } from "../net/ipv4.ts";
import { fixtureF, group, networkInterface } from "../world/fixture-f.test-support.ts";
import { bindKernels } from "./kernels.ts";
import { runEdits } from "./live-edits.test-support.ts";
import { LiveImage } from "./live-image.ts";

describe("a live image", () => {
  it("equals a fresh compile after every edit, SEED=1..6", () => {
    const outcomes = { patched: 0, recompiled: 0 };
    for (let seed = 1; seed <= 6; seed++) {
      const { patched, recompiled, differing } = runEdits(seed, 12);
      expect(differing).toEqual([]);
      outcomes.patched += patched;
      outcomes.recompiled += recompiled;
    }
    expect(outcomes.patched).toBeGreaterThan(outcomes.recompiled);
  }, 60_000);

  it("answers through kernels that were bound before a rule with a new CIDR and port", () => {
    const world = fixtureF();
    const live = new LiveImage(world);
    const { verdict4 } = bindKernels(live.image);
    const database = world.interfaces.findIndex(({ eniId }) => eniId === "eni-db1");
    const outside = parseIpv4("198.51.100.7");
    expect(verdict4(database, 0, outside, 6, 9999)).toBe(0);
    const rules = ["in tcp/5432 from sg-app", "in tcp/9999 from 198.51.100.0/24"];
    expect(live.setGroup(group("sg-db", rules))).toBe("patched");
    expect(verdict4(database, 0, outside, 6, 9999)).toBe(1);
    expect(verdict4(database, 0, outside, 6, 9998)).toBe(0);
    expect(verdict4(database, 0, parseIpv4("198.51.101.7"), 6, 9999)).toBe(0);
  });

  it("takes a pod that joins a set of groups, through kernels bound before", () => {
    const world = fixtureF();
    const live = new LiveImage(world);
    const { verdict4 } = bindKernels(live.image);
    const database = world.interfaces.findIndex(({ eniId }) => eniId === "eni-db1");
    const joined = networkInterface("eni-new", "10.0.1.99", ["sg-app"]);
    expect(verdict4(database, 0, parseIpv4("10.0.1.99"), 6, 5432)).toBe(0);
    expect(live.setInterface(world.interfaces.length, joined)).toBe("patched");
    expect(verdict4(database, 0, parseIpv4("10.0.1.99"), 6, 5432)).toBe(1);
    expect(verdict4(world.interfaces.length, 1, parseIpv4("10.0.1.50"), 6, 5432)).toBe(1);
  });

  it("stays as it is when an edit is refused", () => {
    const world = fixtureF();
    const live = new LiveImage(world);
    const twin = networkInterface("eni-twin", "10.0.1.101", ["sg-db"]);
    expect(() => live.setInterface(world.interfaces.length, twin)).toThrow("held twice");
    expect(() => live.setInterface(99, twin)).toThrow("interface 99 is set");
    const { verdict4 } = bindKernels(live.image);
    const database = world.interfaces.findIndex(({ eniId }) => eniId === "eni-db1");
    expect(verdict4(database, 0, parseIpv4("10.0.1.101"), 6, 5432)).toBe(1);
  });
});
