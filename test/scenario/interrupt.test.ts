import { seededRandom } from "@trunkline/core";
import { expect, it, vi } from "vitest";
import { eventually } from "../support/eventually.ts";
import { makePlace, startCommand } from "./demo-process.ts";

// A machine that runs all tests at once needs longer than the usual minute.
vi.setConfig({ testTimeout: 120_000 });

/** Another seed is another set of moments: SEED=7 npm test -- test/scenario/interrupt. */
const SEED = Number(process.env["SEED"] ?? 1);
/** Latest moment, milliseconds: a demo on an idle machine is about done then. */
const LATEST_MS = 5_000;

const random = seededRandom(SEED);
const moments = Array.from({ length: 2 }, () => Math.round(random() * LATEST_MS));

it.each(moments)(`Ctrl-C after %i ms leaves nothing behind (SEED=${SEED})`, async (momentMs) => {
  using place = makePlace();
  const demo = startCommand(place, "demo");
  await new Promise((resolve) => setTimeout(resolve, momentMs));
  demo.process.kill("SIGINT");
  // npm and the terminal both send a signal; the second one must not cut the cleaning.
  demo.process.kill("SIGINT");
  const { code, stderr } = await demo.ended;
  // A demo that was done before the moment ends with 0; one that had not begun ends by the signal.
  expect([0, 130, null], stderr).toContain(code);
  expect(place.leftovers()).toEqual([]);
});

it("Ctrl-C between two pods takes back the pods that were started", async () => {
  using place = makePlace();
  const demo = startCommand(place, "demo");
  await demo.says("shop/api-2 ");
  demo.process.kill("SIGINT");
  const { code, stderr } = await demo.ended;
  expect(code, stderr).toBe(130);
  expect(stderr).toContain("Everything was taken back.");
  expect(place.leftovers()).toEqual([]);
});

it("a demo that is killed takes its processes with it", async () => {
  using place = makePlace();
  const demo = startCommand(place, "demo");
  await demo.says("node-daemon n2");
  demo.process.kill("SIGKILL");
  await demo.ended;
  // Files stay: nobody is left who could remove them.
  await eventually(() => {
    expect(place.leftovers().filter((each) => each.startsWith("process"))).toEqual([]);
  }, 20_000);
});
