import { expect, it } from "vitest";
import { fixtureF, flow } from "../world/fixture-f.test-support.ts";
import { checkAssertions } from "./assertions.ts";

it("passes what holds and says why the rest does not", () => {
  const results = checkAssertions(fixtureF(), {
    mustReach: [
      { flow: flow("shop/api", "db1", "tcp/5432") },
      { flow: flow("shop/web", "db1", "tcp/5432") },
      { name: "nobody", flow: flow("shop/none", "db1", "tcp/5432") },
    ],
    mustNotReach: [
      { flow: flow("shop/web", "db1", "tcp/5432") },
      { flow: flow("shop/api", "db1", "tcp/5432") },
      { flow: flow("shop/web", "10.0.1.77", "tcp/5432") },
    ],
  });
  expect(results.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
    "shop/api to db1 tcp/5432: passed",
    "shop/web to db1 tcp/5432: failed",
    "nobody: error",
    "shop/web to db1 tcp/5432: passed",
    "shop/api to db1 tcp/5432: failed",
    "shop/web to 10.0.1.77 tcp/5432: unknown",
  ]);
  expect(results[1].message).toBe("DENY: sg-db ingress needs tcp/5432 from sg-node: no rule");
  expect(results[2].message).toContain('"shop/none" does not exist');
  expect(results[4].message).toBe(
    "ALLOW by tcp/5432 to sg-db (sgr-app-1), tcp/5432 from sg-app (sgr-db-1)",
  );
});
