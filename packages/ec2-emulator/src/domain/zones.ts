/** Words of region names in zone ids: us-west-2 is usw2. Source: AWS regions and zones page. */
const WORDS: Readonly<Record<string, string>> = {
  north: "n",
  south: "s",
  east: "e",
  west: "w",
  central: "c",
  northeast: "ne",
  northwest: "nw",
  southeast: "se",
  southwest: "sw",
  gov: "g",
};

/** The letters of the zones that a region has here. */
export const ZONE_LETTERS = ["a", "b", "c", "d"] as const;

/** Zone id of a zone name: us-west-2a → usw2-az1. Real accounts map letters differently. */
export function zoneIdOf(zone: string): string {
  const letter = zone.at(-1) ?? "a";
  const region = zone.slice(0, -1);
  const short = region
    .split("-")
    .map((word) => WORDS[word] ?? word)
    .join("");
  return `${short}-az${Math.max(1, letter.charCodeAt(0) - 96)}`;
}
