import type { Traffic } from "../groups/rule-match.ts";
import { type Tracking, trackingOf } from "../groups/tracking.ts";
import type { AskedPath, Check } from "../paths/path.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** How replies get back and how long the connection outlives an edit, for one that is allowed. */
export function trackingNote(path: AskedPath, traffic: Traffic, index: WorldIndex): string {
  const isAlwaysTracked = path.exit?.target === "nat";
  const texts = path.checks.map((check) => {
    return `${check.asked.title} ${trackingAt(check, isAlwaysTracked, traffic, index)}`;
  });
  return `new connection; replies: ${texts.join(", ")}`;
}

function trackingAt(
  { asked, isEgress, peer }: Check,
  isAlwaysTracked: boolean,
  traffic: Traffic,
  index: WorldIndex,
): Tracking {
  const rules = (asked.groupIds ?? []).flatMap((id) => index.groups.get(id)?.rules ?? []);
  return trackingOf({ traffic, peer, isEgress, isAlwaysTracked }, rules, index);
}
