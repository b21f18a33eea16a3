import { table } from "./table.ts";

/** A set of sources with one reason. */
export interface SourceView {
  readonly verdict: "ALLOW" | "UNKNOWN";
  /** "shop/api". */
  readonly pods: readonly string[];
  /** Nodes and interfaces outside the cluster. */
  readonly others: readonly string[];
  /** CIDRs of addresses that are not in the world. */
  readonly outside: readonly string[];
  /** "sg-db tcp/5432 from sg-app (sgr-1)", both ends. */
  readonly via: readonly string[];
  readonly because: string;
}

/** Names shown of one set; `--json` has them all. */
const NAMES_SHOWN = 3;

/** One line a set, and what to make of none. */
export function whoCanLines(sources: readonly SourceView[]): string[] {
  if (sources.length === 0) return ["nobody that is known"];
  const rows = sources.map((source) => [
    source.verdict,
    String(source.pods.length),
    namesOf([...source.pods, ...source.others, ...source.outside]),
    source.via.join(" -> ") || source.because,
  ]);
  return table(["VERDICT", "PODS", "WHO", "VIA"], rows);
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  const hidden = names.length - NAMES_SHOWN;
  return hidden > 0 ? `${shown} and ${hidden} more` : shown;
}
