import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BranchWorld, HELD_MS, QUARANTINE_MS } from "../../test-support/branch-world.ts";
import type { CallOutcome } from "../../test-support/fake-cloud.ts";
import type { PodRef } from "../records.ts";

const RUN_COUNT = 300;

/** Pods 0..5; a second generation has the names of the first and other UIDs. */
function pod(index: number): PodRef {
  return { namespace: "shop", name: `api-${index % 3}`, uid: `uid-${index}` };
}

type Step = (world: BranchWorld) => void;

// A command as fast-check runs and shrinks it; there is no model beside the checker in the world.
class Command implements fc.Command<object, BranchWorld> {
  readonly #text: string;
  readonly #step: Step;

  constructor(text: string, step: Step) {
    this.#text = text;
    this.#step = step;
  }

  check(): boolean {
    return true;
  }

  run(_model: object, world: BranchWorld): void {
    this.#step(world);
  }

  toString(): string {
    return this.#text;
  }
}

const podIndexes = fc.nat({ max: 5 });
const groupSets = fc.constantFrom(["sg-a"], ["sg-a", "sg-b"], ["sg-b", "sg-a"], ["sg-c"]);
const outcomes = fc.oneof(
  { weight: 6, arbitrary: fc.constant<CallOutcome>("done") },
  { weight: 2, arbitrary: fc.constantFrom<CallOutcome>("lost", "dropped") },
  { weight: 1, arbitrary: fc.constantFrom<CallOutcome>("throttled", "refused") },
);
const durations = fc.constantFrom(600, 5_000, 16_000, QUARANTINE_MS, HELD_MS, 120_000);

const commands = [
  fc
    .record({ index: podIndexes, groups: groupSets })
    .map(
      (c) =>
        new Command(`allocate ${c.index} ${c.groups}`, (w) => w.allocate(pod(c.index), c.groups)),
    ),
  podIndexes.map((index) => new Command(`release ${index}`, (w) => w.release(pod(index).uid))),
  fc.constant(new Command("write", (w) => w.write())),
  fc
    .record({ index: fc.nat({ max: 9 }), outcome: outcomes })
    .map(
      (c) => new Command(`end call ${c.index} ${c.outcome}`, (w) => w.endCall(c.index, c.outcome)),
    ),
  fc.record({ index: fc.nat({ max: 9 }), outcome: outcomes }).map(
    (c) =>
      new Command(`write, end call ${c.index} ${c.outcome}`, (w) => {
        w.write();
        w.endCall(c.index, c.outcome);
      }),
  ),
  durations.map((ms) => new Command(`pass ${ms}`, (w) => w.pass(ms))),
  fc.boolean().map((isDone) => new Command(`crash ${isDone}`, (w) => w.crash(isDone))),
];

/** All pods go, EC2 works, time passes. */
function drain(world: BranchWorld): void {
  for (let index = 0; index <= 5; index++) world.release(pod(index).uid);
  for (let round = 0; round < 30 && world.state.branches.size > 0; round++) {
    world.settle();
    world.pass(HELD_MS);
  }
  world.settle();
}

describe("allocation", () => {
  it("keeps its promises in every order of requests, answers, crashes and time", () => {
    fc.assert(
      fc.property(fc.commands(commands, { maxCommands: 100, size: "max" }), (run) => {
        const world = new BranchWorld();
        fc.modelRun(() => ({ model: {}, real: world }), run);
        drain(world);
        expect([...world.cloud.interfaces.keys()]).toEqual([]);
        expect(world.state.branches.size).toBe(0);
        expect(world.replayed()?.branches.size).toBe(0);
      }),
      { numRuns: RUN_COUNT },
    );
  });

  it("answers every request once EC2 answers again", () => {
    fc.assert(
      fc.property(
        fc.commands(commands, { maxCommands: 60, size: "max" }),
        podIndexes,
        (run, index) => {
          const world = new BranchWorld();
          fc.modelRun(() => ({ model: {}, real: world }), run);
          world.settle();
          world.answers.length = 0;
          world.allocate(pod(index), ["sg-a"]);
          for (let round = 0; round < 10; round++) {
            world.settle();
            world.pass(16_000);
          }
          world.settle();
          expect(world.answers.map(({ podUid }) => podUid)).toContain(pod(index).uid);
        },
      ),
      { numRuns: RUN_COUNT },
    );
  });

  it("leaves on disk what it has in memory", () => {
    fc.assert(
      fc.property(fc.commands(commands, { maxCommands: 60, size: "max" }), (run) => {
        const world = new BranchWorld();
        fc.modelRun(() => ({ model: {}, real: world }), run);
        world.write();
        expect(world.replayed()?.branches).toEqual(world.state.branches);
      }),
      { numRuns: 100 },
    );
  });
});
