import { TrunklineError } from "../../errors/trunkline-error.ts";
import type { Both } from "../../reach/joint-pods.ts";
import type { EvaluateOptions, Flow } from "../../verdict/explanation.ts";
import { judge } from "../../verdict/judge.ts";
import { indexWorld, type WorldIndex } from "../../world/world-index.ts";
import type { WorldEdit } from "../edit.ts";
import { QUERY_LIMITS } from "../limits.ts";
import { overlay } from "../overlay.ts";
import { smallestCause } from "./cause.ts";
import type { ChangedPairs, DiffVerdict } from "./change.ts";

/** Worlds between the two that are kept, each as large as they are. */
const keptWorlds = 8;

/** Finds the edits that are behind changes, those that are known as causes already first. */
export class CauseFinder {
  readonly #worlds: Both<WorldIndex>;
  readonly #edits: readonly WorldEdit[];
  readonly #options: EvaluateOptions;
  readonly #known: (readonly WorldEdit[])[] = [];
  /** Worlds with some of the edits, by their positions. */
  readonly #between = new Map<string, WorldIndex>();
  readonly #positions: ReadonlyMap<WorldEdit, number>;

  /** @param edits all that turn one world into the other. */
  constructor(worlds: Both<WorldIndex>, edits: readonly WorldEdit[], options: EvaluateOptions) {
    this.#worlds = worlds;
    this.#edits = edits;
    this.#options = options;
    this.#positions = new Map(edits.map((edit, at) => [edit, at]));
  }

  /** A smallest set of edits that makes a difference; empty when too many were searched for. */
  find(change: ChangedPairs): readonly WorldEdit[] {
    const known = this.#known.find((edits) => {
      return this.#leadsTo(edits, change) && this.#isSmallest(edits, change);
    });
    if (known !== undefined) return known;
    if (this.#known.length >= QUERY_LIMITS.causes) return [];
    const edits = smallestCause(this.#edits, (subset) => this.#leadsTo(subset, change));
    this.#known.push(edits);
    return edits;
  }

  #isSmallest(edits: readonly WorldEdit[], change: ChangedPairs): boolean {
    return edits.every((edit) => {
      const others = edits.filter((other) => other !== edit);
      return !this.#leadsTo(others, change);
    });
  }

  #leadsTo(edits: readonly WorldEdit[], { example, after }: ChangedPairs): boolean {
    return this.#verdictIn(this.#worldWith(edits), example) === after;
  }

  // Both ends of the row of worlds are there; making one in between takes longer than all verdicts.
  #worldWith(edits: readonly WorldEdit[]): WorldIndex {
    if (edits.length === 0) return this.#worlds.before;
    if (edits.length === this.#edits.length) return this.#worlds.after;
    const key = edits.map((edit) => this.#positions.get(edit)).join();
    const known = this.#between.get(key);
    const made = known ?? indexWorld(overlay(this.#worlds.before.world, edits));
    // The last one asked for is the last one to go.
    this.#between.delete(key);
    this.#between.set(key, made);
    const [oldest] = this.#between.keys();
    if (this.#between.size > keptWorlds) this.#between.delete(oldest);
    return made;
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
