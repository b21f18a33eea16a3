/** How sure an answer is: `unknown` when the world lacks what would decide it. */
export type Match = "yes" | "no" | "unknown";

/** AND: one "no" decides, then one "unknown" does. "yes" for no answers at all. */
export function everyMatch(matches: readonly Match[]): Match {
  if (matches.includes("no")) return "no";
  return matches.includes("unknown") ? "unknown" : "yes";
}
