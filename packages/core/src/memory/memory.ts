import type { Traffic } from "../groups/rule-match.ts";
import type { Tracking } from "../groups/tracking.ts";
import type { PolicyAnswer } from "../network-policies/policy-answer.ts";
import type { End } from "../paths/end.ts";
import { NODE_LOCAL_BLOCKS } from "../paths/special-destination.ts";
import { type Blocks, blocksOf } from "../query/blocks.ts";
import type { CheckAnswer } from "../verdict/judge-check.ts";
import { type Placing, placingAnew } from "../verdict/placing.ts";
import type { Finding } from "../verdict/steps.ts";
import type { World } from "../world/world.ts";
import { indexWorld, type WorldIndex } from "../world/world-index.ts";
import { type BoundedMap, boundedMap } from "./bounded-map.ts";
import { classMember, lookedAt } from "./end-class.ts";
import { Interner } from "./interner.ts";
import type { KnownEnd } from "./known-end.ts";
import { placingOnce } from "./known-ends.ts";
import { type ExplainOnce, explanationsOnce } from "./remember-explanations.ts";

/** What was found out about a world and holds for more than one flow. */
export interface Memory {
  readonly blocks: Blocks;
  readonly placing: Placing<KnownEnd>;
  readonly groupSteps: WeakMap<End, readonly Finding[]>;
  /** Numbers of sets of groups, blocks of addresses, kinds of traffic and so on, by content. */
  readonly numbers: Interner;
  readonly setNumbers: WeakMap<readonly string[], number>;
  readonly blockNumbers: BoundedMap<number | string, number>;
  readonly podNumbers: WeakMap<object, number>;
  readonly answers: BoundedMap<number, CheckAnswer>;
  readonly steps: BoundedMap<number, Finding>;
  /** By way of tracking. */
  readonly tracking: BoundedMap<string, BoundedMap<number, Tracking>>;
  readonly policyAnswers: BoundedMap<number, PolicyAnswer>;
  readonly explainOnce: ExplainOnce;
  readonly last: { traffic: Traffic | undefined; number: number | undefined };
}

/** Ways of tracking: few switches have few values. */
const WAYS_MAX = 8;

// Beside the index and not in it: who reads an index need not know.
const memories = new WeakMap<WorldIndex, Memory>();

/**
 * An index that remembers what questions have in common, for those who ask very many of one world.
 *
 * `explain` and everything that rests on it say word for word the same and are many times faster
 * once classes of ends have been seen. Holds up to some 200 MB, and three kilobytes for each end
 * that was asked for; index anew to forget.
 */
export function rememberingIndex(world: World | WorldIndex): WorldIndex {
  const index = { ...("world" in world ? world : indexWorld(world)) };
  const subnetCidrs = index.world.subnets.flatMap(({ cidrs }) => cidrs);
  const blocks = blocksOf(index.world, [...subnetCidrs, ...NODE_LOCAL_BLOCKS]);
  const classes = { looked: lookedAt(index), closest: blocks.closest, numbers: new Interner() };
  const placing = placingOnce(placingAnew(index), (end) => classMember(end, classes));
  memories.set(index, {
    blocks,
    placing,
    explainOnce: explanationsOnce(index, placing, classes),
    groupSteps: new WeakMap(),
    numbers: new Interner(),
    setNumbers: new WeakMap(),
    blockNumbers: boundedMap(),
    podNumbers: new WeakMap(),
    answers: boundedMap(),
    steps: boundedMap(),
    tracking: boundedMap(WAYS_MAX),
    policyAnswers: boundedMap(),
    last: { traffic: undefined, number: undefined },
  });
  return index;
}

/** The memory of an index; undefined for a plain one. */
export function memoryOf(index: WorldIndex): Memory | undefined {
  return memories.get(index);
}
