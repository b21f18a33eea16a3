import { describe, expect, it } from "vitest";
import { TrunklineError } from "../errors/trunkline-error.ts";
import { evaluate } from "../verdict/evaluate.ts";
import { acl, eniParts } from "../world/edits.test-support.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import { compileReach } from "./compile-reach.ts";
import { reachRun } from "./reach-check.test-support.ts";
import { openReach } from "./reach-image.ts";
import { bindReach } from "./reach-kernels.ts";
import { fuzzQuestions, fuzzReachCase, plainReachCase } from "./reach-world.test-support.ts";
import { oneFamilyCase } from "./rule-edits.test-support.ts";
import { readRuleNames } from "./rule-texts.ts";

const https = { protocol: 6, port: 443 };

describe("compiled reachability", () => {
  it("says of all pairs what the slow evaluator says, with the deciding rules", () => {
    for (let seed = 1; seed <= 40; seed++)
      expect(reachRun(seed).mismatches, `SEED=${seed}`).toEqual([]);
  }, 120_000);

  it("says so of pods of one family, whose pairs keep what decides", () => {
    for (let seed = 1; seed <= 20; seed++)
      expect(reachRun(seed, oneFamilyCase).mismatches, `SEED=${seed}`).toEqual([]);
  }, 120_000);

  it.each([45, 127, 319])(
    "agrees on seed %i, which it failed once",
    (seed) => {
      expect(reachRun(seed, plainReachCase).mismatches).toEqual([]);
    },
    60_000,
  );

  it("names the rules of both ends that decided", () => {
    const { buffer, podNames } = compileReach(fixtureF(), {
      questions: [{ protocol: 6, port: 8080 }],
    });
    const image = openReach(buffer);
    const { decide } = bindReach(image);
    const [from, to] = ["shop/web", "shop/api"].map((name) => podNames.indexOf(name));
    const out = new Int32Array(4);
    const { groupRules } = readRuleNames(image);
    expect([decide(from, to, 0, out), podNames.length > 2]).toEqual([1, true]);
    expect([out[1], out[3]]).toEqual([-1, -1]);
    expect([groupRules[out[0]], groupRules[out[2]]]).toMatchInlineSnapshot(`
      [
        {
          "groupId": "sg-0node",
          "ruleId": "sgr-node-2",
        },
        {
          "groupId": "sg-0app",
          "ruleId": "sgr-app-4",
        },
      ]
    `);
  });

  const open = ["in 100 allow all from 0.0.0.0/0", "out 100 allow all to 0.0.0.0/0"];
  it.each([
    ["the ACL that a VPC begins with", [acl("default", [], ...open)], ["ALLOW", 1, 1]],
    [
      "an ACL with a rule of its own",
      [
        acl("default", [], ...open),
        acl("iso", ["iso-a"], "in 90 deny tcp/22 x 0.0.0.0/0", ...open),
      ],
      ["ALLOW", 0, 1],
    ],
    ["an ACL that is not there", [acl("iso", ["iso-a"], ...open)], ["UNKNOWN", 0, 1]],
  ])("leaves pods of two subnets to the evaluator but for open ACLs: %s", (_, acls, expected) => {
    const apart = eniParts("eni-api", { subnetId: "subnet-iso-a" });
    const world = [apart, ...acls].reduce((before, edit) => edit(before), fixtureF());
    const question = { protocol: 6, port: 8080 };
    const { buffer, podNames } = compileReach(world, { questions: [question] });
    const { allowed, possible } = bindReach(openReach(buffer));
    const [from, to] = ["shop/web", "shop/api"].map((name) => podNames.indexOf(name));
    const [source, destination] = ["web", "api"].map((name) => {
      return { kind: "pod", namespace: "shop", name } as const;
    });
    const law = evaluate(world, { source, destination, ...question });
    expect([law, allowed(from, to), possible(from, to)]).toEqual(expected);
  });

  it("opens in place at an offset of shared memory", () => {
    const { world, options } = fuzzReachCase(3);
    const compiled = compileReach(world, { ...options, questions: fuzzQuestions, shared: true });
    const moved = new SharedArrayBuffer(compiled.buffer.byteLength + 128);
    new Uint8Array(moved, 128).set(new Uint8Array(compiled.buffer));
    const [here, there] = [openReach(compiled.buffer), openReach(moved, 128)];
    const [one, two] = [bindReach(here), bindReach(there)];
    expect(there.podClasses.buffer).toBe(moved);
    for (let from = 0; from < here.podCount; from++) {
      for (let to = 0; to < here.podCount; to++) {
        expect(two.allowed(from, to)).toBe(one.allowed(from, to));
        expect(two.possible(from, to)).toBe(one.possible(from, to));
      }
    }
  });

  it("refuses bytes that are something else", () => {
    const { buffer } = compileReach(fixtureF(), { questions: [https] });
    const version = buffer.slice(0);
    new Int32Array(version)[1]++;
    for (const bytes of [
      new ArrayBuffer(4),
      new ArrayBuffer(4096),
      version,
      buffer.slice(0, 512),
    ]) {
      expect(() => openReach(bytes)).toThrow(TrunklineError);
    }
    expect(() => openReach(buffer, 2)).toThrow("not a multiple of 4");
  });

  it("denies what is no pod", () => {
    const { buffer, podNames } = compileReach(fixtureF(), { questions: [https] });
    const { allowed, possible, decide } = bindReach(openReach(buffer));
    for (const number of [-1, podNames.length, 0.5]) {
      expect([allowed(number, 0), allowed(0, number), allowed(number, number)]).toEqual([0, 0, 0]);
      expect(possible(number, 0)).toBe(0);
      expect(decide(0, number, 0, new Int32Array(4))).toBe(0);
    }
  });

  it("refuses questions out of range, all at once", () => {
    const questions = [{ protocol: 256, port: -1 }, ...Array(32).fill(https)];
    expect(() => compileReach(fixtureF(), { questions })).toThrow(
      /protocol: 256.*\n.*port: -1.*\n.*33 questions/,
    );
    expect(() => compileReach(fixtureF(), { questions: [] })).toThrow("0 questions");
  });
});
