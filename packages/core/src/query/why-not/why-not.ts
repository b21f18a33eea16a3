import { TrunklineError } from "../../errors/trunkline-error.ts";
import { findEnd } from "../../paths/find-end.ts";
import type { Check } from "../../paths/path.ts";
import { asIndex } from "../../verdict/evaluate.ts";
import type { Endpoint, EvaluateOptions, Flow } from "../../verdict/explanation.ts";
import { type Judgement, judge, type LegJudgement } from "../../verdict/judge.ts";
import { judgeCheck } from "../../verdict/judge-check.ts";
import type { World } from "../../world/world.ts";
import { indexWorld, type WorldIndex } from "../../world/world-index.ts";
import type { WorldEdit } from "../edit.ts";
import { QUERY_LIMITS } from "../limits.ts";
import { overlay } from "../overlay.ts";
import { aclActions } from "./acl-actions.ts";
import { attachActions, memberActions } from "./attach-actions.ts";
import { nearMisses } from "./near-misses.ts";
import { labelActions, modeActions } from "./pod-actions.ts";
import { policyActions } from "./policy-actions.ts";
import type { Remedy, RemedyAction, WhyNot } from "./remedy.ts";
import { routeActions } from "./route-actions.ts";
import { ruleActions } from "./rule-actions.ts";

// A remedy of more than four actions is a change of design.
const maxActions = 4;
const maxRemedies = 10;

/**
 * Says which edits would let a flow pass, the smallest first.
 *
 * Every remedy is proven: the world with its edits was judged and said ALLOW, and without any one
 * of its actions it does not. Nothing is offered for UNKNOWN, where reading more of the world is
 * what helps. Throws as `evaluate` does.
 */
export function whyNot(
  world: World | WorldIndex,
  flow: Flow,
  options: EvaluateOptions = {},
): WhyNot {
  const index = asIndex(world);
  const judged = { ...options, model: options.model ?? "documented" } as const;
  const first = judge(index, flow, judged);
  const { verdict } = first;
  if (verdict === "ALLOW" || (verdict === "UNKNOWN" && first.service?.reach !== "some")) {
    return { verdict, remedies: [], nearMisses: [], isCutShort: false };
  }
  const search = new Search(index.world, judged, (edited) => judge(edited, flow, judged));
  const remedies = search.run({ judgement: first, index, actions: [] });
  const misses = first.legs.flatMap((leg) => {
    return refusals(leg, index).flatMap((one) => nearMisses(one, leg.traffic, index));
  });
  return { verdict, remedies, nearMisses: misses, isCutShort: search.isCutShort };
}

interface Attempt {
  readonly judgement: Judgement;
  readonly index: WorldIndex;
  readonly actions: readonly RemedyAction[];
}

/** Breadth first: all attempts of one action before those of two. */
class Search {
  readonly #world: World;
  readonly #options: EvaluateOptions;
  readonly #judge: (index: WorldIndex) => Judgement;
  #proofCount = 0;
  isCutShort = false;

  constructor(world: World, options: EvaluateOptions, judgeIn: (index: WorldIndex) => Judgement) {
    this.#world = world;
    this.#options = options;
    this.#judge = judgeIn;
  }

  run(start: Attempt): readonly Remedy[] {
    const found: RemedyAction[][] = [];
    let wave: readonly Attempt[] = [start];
    for (let depth = 0; depth < maxActions && wave.length > 0; depth++) {
      const next: Attempt[] = [];
      for (const attempt of wave) {
        for (const action of actionsFor(attempt, this.#options)) {
          const tried = this.#try([...attempt.actions, action]);
          if (tried === undefined) continue;
          if (tried.judgement.verdict !== "ALLOW") next.push(tried);
          else if (this.#isMinimal(tried.actions)) found.push([...tried.actions]);
        }
      }
      // What takes more actions than a known remedy is not among the smallest.
      wave = found.length > 0 ? [] : next;
    }
    if (found.length > maxRemedies) this.isCutShort = true;
    return found.slice(0, maxRemedies).map((actions) => ({ actions, edits: editsOf(actions) }));
  }

  #isMinimal(actions: readonly RemedyAction[]): boolean {
    if (actions.length === 1) return true;
    return actions.every((action) => {
      const others = actions.filter((other) => other !== action);
      return this.#try(others)?.judgement.verdict !== "ALLOW";
    });
  }

  // Undefined when the edits cannot be made together, or too much was tried already.
  #try(actions: readonly RemedyAction[]): Attempt | undefined {
    if (this.#proofCount >= QUERY_LIMITS.proofs) {
      this.isCutShort = true;
      return undefined;
    }
    this.#proofCount++;
    try {
      const index = indexWorld(overlay(this.#world, editsOf(actions)));
      return { judgement: this.#judge(index), index, actions };
    } catch (error) {
      if (error instanceof TrunklineError) return undefined;
      throw error;
    }
  }
}

// Edits of one object in several actions are made one after the other, each on what it was at its
// time, so that the last one has them all.
function editsOf(actions: readonly RemedyAction[]): readonly WorldEdit[] {
  return actions.flatMap(({ edits }) => edits);
}

// The first part of a way that refuses is mended first.
function actionsFor(
  { judgement, index }: Attempt,
  options: EvaluateOptions,
): readonly RemedyAction[] {
  const refusing = judgement.legs.find(
    ({ verdict }) => verdict !== "ALLOW" && verdict !== "UNKNOWN",
  );
  if (refusing !== undefined) return legActions(refusing, options, index);
  // Ways that end before a backend: what a mode cannot carry.
  const stopped =
    judgement.service?.backends.filter(({ verdict }) => verdict === "UNSUPPORTED") ?? [];
  return stopped.flatMap(({ endpoint }) => (endpoint === undefined ? [] : modeOf(endpoint, index)));
}

function modeOf(endpoint: Endpoint, index: WorldIndex): readonly RemedyAction[] {
  const end = findEnd(endpoint, { mode: undefined, vpcId: undefined }, index);
  return end.kind === "front" ? [] : modeActions(end, index);
}

function legActions(
  judgement: LegJudgement,
  options: EvaluateOptions,
  index: WorldIndex,
): readonly RemedyAction[] {
  const { path, source, destination, traffic, verdict } = judgement;
  if (verdict === "UNSUPPORTED") return [...modeActions(source, index)];
  const [check] = refusals(judgement, index);
  if (check === undefined) {
    const routes = path.kind === "asked" ? routeActions(path, destination, index) : [];
    const acls = aclActions(judgement, options, index);
    return [...policyActions(judgement, index), ...routes, ...acls];
  }
  const far = check.isEgress ? destination : source;
  return [
    ...ruleActions(check, traffic, index),
    ...attachActions(check, traffic, index),
    ...memberActions(check, traffic, far, index),
    ...[source, destination].flatMap((end) => labelActions(end, index)),
  ];
}

function refusals({ path, traffic }: LegJudgement, index: WorldIndex): readonly Check[] {
  if (path.kind !== "asked") return [];
  return path.checks.filter((check) => judgeCheck(check, traffic, index).answer === "no");
}
