import fc from "fast-check";
import { TrunklineError } from "../errors/trunkline-error.ts";
import { explain } from "../verdict/evaluate.ts";
import type { EvaluateOptions, Flow } from "../verdict/explanation.ts";
import type { World } from "../world/world.ts";
import { indexWorld, type WorldIndex } from "../world/world-index.ts";
import { arbitraryCrowd, withServices } from "./crowd.test-support.ts";
import { arbitraryOptions, flowsIn, flowsToServices } from "./crowd-flows.test-support.ts";
import { rememberingIndex } from "./memory.ts";

/** A world, flows in it, and the ways to ask for each. */
export type Questions = readonly [
  world: World,
  flows: readonly Flow[],
  options: readonly EvaluateOptions[],
];

/** Questions of all kinds about ends many of which are alike. */
export function arbitraryQuestions(flowCount: number): fc.Arbitrary<Questions> {
  return arbitraryCrowd.chain((world) => {
    return fc.tuple(fc.constant(world), flowsIn(world, flowCount), arbitraryOptions);
  });
}

/** Questions of all pods about all Services. */
export const arbitraryServiceQuestions: fc.Arbitrary<Questions> = fc
  .tuple(arbitraryCrowd, arbitraryOptions)
  .map(([crowd, options]) => {
    const world = withServices({ ...crowd, services: [], endpointSlices: [], ingresses: [] });
    return [world, flowsToServices(world), options];
  });

/** What a plain index and one that remembers say to a question, where that is not the same. */
export interface Difference {
  readonly flow: Flow;
  readonly options: EvaluateOptions;
  readonly plain: string;
  readonly remembering: string;
}

/** Asks everything of both; the first question at which they part. */
export function firstDifference([world, flows, asked]: Questions): Difference | undefined {
  const plain = indexWorld(world);
  const remembering = rememberingIndex(world);
  for (const flow of flows) {
    for (const options of asked) {
      const words = wordsOf(plain, flow, options);
      const again = wordsOf(remembering, flow, options);
      if (words !== again) return { flow, options, plain: words, remembering: again };
    }
  }
  return undefined;
}

/** {@link firstDifference} of the questions of one seed, and how many they are. */
export function runOfSeed(seed: number, flowCount: number) {
  const once = { seed, numRuns: 1 };
  const [some] = fc.sample(arbitraryQuestions(flowCount), once);
  const [toServices] = fc.sample(arbitraryServiceQuestions, once);
  const counts = [some, toServices].map(([, flows, options]) => flows.length * options.length);
  return {
    difference: firstDifference(some) ?? firstDifference(toServices),
    count: counts[0] + counts[1],
  };
}

// Order of keys included, since that is the order of an output.
function wordsOf(index: WorldIndex, flow: Flow, options: EvaluateOptions): string {
  try {
    return JSON.stringify(explain(index, flow, options));
  } catch (error) {
    if (error instanceof TrunklineError) return `${error.code} ${error.message}`;
    throw error;
  }
}
