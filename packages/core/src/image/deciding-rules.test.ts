import { expect, it } from "vitest";
import { seededRandom } from "../clock.ts";
import { parseAddress } from "../net/address.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import { compileImage } from "./compile-image.ts";
import { decidingRules } from "./deciding-rules.ts";
import { answerOf, indexOf } from "./fuzz-check.test-support.ts";
import { fuzzProbe, fuzzWorld } from "./fuzz-world.test-support.ts";
import { openImage } from "./image.ts";

it("the deciding rules are those the slow evaluator names", () => {
  for (let seed = 3001; seed <= 3030; seed++) {
    const random = seededRandom(seed);
    const world = fuzzWorld(random);
    const image = openImage(compileImage(world));
    const index = indexOf(world);
    for (let at = 0; at < 100; at++) {
      const probe = fuzzProbe(world, random);
      const expected = answerOf(probe, world, index).rules.map(({ groupId, rule }) => {
        return { groupId, ruleId: rule.ruleId };
      });
      expect(decidingRules(image, probe), `SEED=${seed}`).toEqual(expected);
    }
  }
}, 60_000);

it("the database of fixture F is reached by one rule", () => {
  const world = fixtureF();
  const eni = world.interfaces.findIndex(({ eniId }) => eniId === "eni-db1");
  const address = parseAddress("10.0.1.101");
  const flow = { eni, isEgress: false, address, protocol: 6, port: 5432 };
  expect(decidingRules(openImage(compileImage(world)), flow)).toEqual([
    { groupId: "sg-0db", ruleId: "sgr-db-1" },
  ]);
});
