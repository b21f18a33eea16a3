import { TrunklineError } from "../../errors/trunkline-error.ts";
import type { EvaluateOptions, Flow } from "../../verdict/explanation.ts";
import { judge } from "../../verdict/judge.ts";
import type { World } from "../../world/world.ts";
import { indexWorld, type WorldIndex } from "../../world/world-index.ts";
import { compareWorlds } from "../compare-worlds.ts";
import type { WorldEdit } from "../edit.ts";
import { QUERY_LIMITS } from "../limits.ts";
import { overlay } from "../overlay.ts";
import { surveyOf } from "../survey.ts";
import { smallestCause } from "./cause.ts";
import type { DiffVerdict, VerdictChange } from "./change.ts";
import { type ChangedPairs, changedPairs } from "./changed-pairs.ts";

/** How two worlds differ. */
export interface WorldDiff {
  /** Objects that differ. */
  readonly edits: readonly WorldEdit[];
  /** Newly allowed first. */
  readonly changes: readonly VerdictChange[];
  /** Pairs and ports that are newly allowed, and no longer. */
  readonly newlyAllowedCount: number;
  readonly noLongerAllowedCount: number;
}

/**
 * Says who can talk to whom in one world and not in the other, on all ports that a rule of either
 * names, and which edit is behind each difference.
 *
 * Ends that exist in one world only count where they are let through. Throws INVALID_ARGUMENT when
 * there is too much to compare.
 */
export function diffWorlds(before: World, after: World, options: EvaluateOptions = {}): WorldDiff {
  const edits = compareWorlds(before, after);
  if (edits.length === 0) {
    return { edits, changes: [], newlyAllowedCount: 0, noLongerAllowedCount: 0 };
  }
  const [old, now] = [indexWorld(before), indexWorld(after)];
  const blocks = [old, now].flatMap((index) => surveyOf(index, options).placer.blocks.cidrs);
  const found = changedPairs(surveyOf(old, options, blocks), surveyOf(now, options, blocks));
  const causes = new CauseFinder(before, edits, options);
  const changes = [...found]
    .sort(byImportance)
    .map((change) => ({ ...change, cause: causes.find(change) }));
  const count = (isCounted: (change: VerdictChange) => boolean) =>
    changes.filter(isCounted).reduce((sum, { pairCount }) => sum + pairCount, 0);
  return {
    edits,
    changes,
    newlyAllowedCount: count((change) => change.after === "ALLOW"),
    noLongerAllowedCount: count((change) => change.before === "ALLOW"),
  };
}

function byImportance(a: ChangedPairs, b: ChangedPairs): number {
  return rank(a) - rank(b);
}

function rank({ before, after }: ChangedPairs): number {
  if (after === "ALLOW") return 0;
  return before === "ALLOW" ? 1 : 2;
}

interface Cause {
  readonly edits: readonly WorldEdit[];
  readonly index: WorldIndex;
}

/** Finds causes, those that are known already first. */
class CauseFinder {
  readonly #before: World;
  readonly #edits: readonly WorldEdit[];
  readonly #options: EvaluateOptions;
  readonly #known: Cause[] = [];

  constructor(before: World, edits: readonly WorldEdit[], options: EvaluateOptions) {
    this.#before = before;
    this.#edits = edits;
    this.#options = options;
  }

  find(change: ChangedPairs): readonly WorldEdit[] {
    const known = this.#known.find(({ edits, index }) => {
      return (
        this.#verdictIn(index, change.example) === change.after && this.#isSmallest(edits, change)
      );
    });
    if (known !== undefined) return known.edits;
    if (this.#known.length >= QUERY_LIMITS.causes) return [];
    const edits = smallestCause(this.#edits, (subset) => this.#leadsTo(subset, change));
    this.#known.push({ edits, index: indexWorld(overlay(this.#before, edits)) });
    return edits;
  }

  #isSmallest(edits: readonly WorldEdit[], change: ChangedPairs): boolean {
    return edits.every((edit) => {
      return !this.#leadsTo(
        edits.filter((other) => other !== edit),
        change,
      );
    });
  }

  #leadsTo(edits: readonly WorldEdit[], { example, after }: ChangedPairs): boolean {
    return this.#verdictIn(indexWorld(overlay(this.#before, edits)), example) === after;
  }

  #verdictIn(index: WorldIndex, flow: Flow): DiffVerdict {
    const model = this.#options.model ?? "documented";
    try {
      return judge(index, flow, { ...this.#options, model }).verdict;
    } catch (error) {
      if (error instanceof TrunklineError && error.code === "NOT_FOUND") return "ABSENT";
      throw error;
    }
  }
}
