import type { Model } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** What decides on a path besides its two ends. */
export interface PathContext {
  readonly index: WorldIndex;
  readonly model: Model;
  readonly family: 4 | 6;
  readonly protocol: number;
}
