import { expect, it } from "vitest";
import { readOptions } from "./options.ts";
import { failuresOf } from "./report.ts";
import { runLoad } from "./run.ts";

it("a second of load keeps every invariant and leaves nothing behind", async () => {
  const options = { seconds: 1, nodes: 2, inFlight: [1, 16], seed: 7, json: false };
  const report = await runLoad(options, new AbortController().signal);
  expect(report.failures).toEqual([]);
  expect(report.observer.heldCount).toBeGreaterThan(20);
  for (const { verbs } of report.levels) {
    expect(Object.keys(verbs).sort()).toEqual([
      "allocate cold",
      "allocate warm",
      "echo",
      "release cold",
      "release warm",
    ]);
  }
});

it("a run fails for anything that must not be", () => {
  const observer = {
    faults: ["address 10.0.0.1 is held by a and b"],
    leftovers: ["branch eni-1"],
    openPods: ["a"],
    heldCount: 2,
    lookCount: 1,
  };
  const levels = [
    { inFlight: 1, verbs: {}, refusals: { "allocate NOT_READY": 3, "allocate THROTTLED": 9 } },
  ];
  const messages = new Map([["allocate NOT_READY", "policy-service cannot be reached"]]);
  expect(failuresOf(levels, observer, messages)).toEqual([
    "address 10.0.0.1 is held by a and b",
    "left behind: branch eni-1",
    "pod a was never freed",
    "3 times with 1 in flight: allocate NOT_READY: policy-service cannot be reached",
    "no branch was made with 1 in flight",
  ]);
});

it("wrong options are refused in one sentence", () => {
  expect(() => readOptions(["--nodes", "0"])).toThrow('--nodes is "0"');
  expect(() => readOptions(["--in-flight", "1,x"])).toThrow('--in-flight is "x"');
  expect(() => readOptions(["--speed", "9"])).toThrow("--speed");
  expect(readOptions(["--help"])).toBe("help");
});
