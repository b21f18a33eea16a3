import type { Both } from "../../reach/joint-pods.ts";
import type { EvaluateOptions } from "../../verdict/explanation.ts";
import type { World } from "../../world/world.ts";
import { indexWorld, type WorldIndex } from "../../world/world-index.ts";
import { classVerdicts } from "../class-verdicts.ts";
import { compareWorlds } from "../compare-worlds.ts";
import type { WorldEdit } from "../edit.ts";
import { policySight } from "../policy-sight.ts";
import { type Survey, surveyBlocks, surveyOf } from "../survey.ts";
import { CauseFinder } from "./cause-finder.ts";
import type { ChangedPairs, VerdictChange } from "./change.ts";
import { changedPairs } from "./changed-pairs.ts";

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
  const worlds = { before: indexWorld(before), after: indexWorld(after) };
  const found = changedPairs(surveysOf(worlds, options, edits), edits, options);
  const causes = new CauseFinder(worlds, edits, options);
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

/**
 * Surveys of two worlds that tell the same blocks apart and number classes alike.
 *
 * @param edits between them, or none when they are not known.
 */
export function surveysOf(
  { before, after }: Both<WorldIndex>,
  options: EvaluateOptions,
  edits?: readonly WorldEdit[],
): Both<Survey> {
  const shared = {
    blocks: [before, after].flatMap(surveyBlocks),
    numbers: new Map<string, number>(),
    sight: policySight([before, after]),
  };
  const old = surveyOf(before, options, shared);
  if (edits === undefined || edits.some(({ kind }) => !leavesEnds.has(kind))) {
    return { before: old, after: surveyOf(after, options, shared) };
  }
  // Every end is where it was.
  return { before: old, after: { ...old, index: after, verdicts: classVerdicts(after, options) } };
}

// What can be edited without placing anybody elsewhere: it is asked and places nothing.
const leavesEnds: ReadonlySet<WorldEdit["kind"]> = new Set([
  "rule",
  "prefixList",
  "networkPolicy",
  "clusterNetworkPolicy",
  "adminNetworkPolicy",
  "baselineAdminNetworkPolicy",
] as const);

function byImportance(a: ChangedPairs, b: ChangedPairs): number {
  return rank(a) - rank(b);
}

function rank({ before, after }: ChangedPairs): number {
  if (after === "ALLOW") return 0;
  return before === "ALLOW" ? 1 : 2;
}
