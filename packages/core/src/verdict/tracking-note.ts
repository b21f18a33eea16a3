import type { Traffic } from "../groups/rule-match.ts";
import { type GroupSwitchValues, groupSwitchValues } from "../groups/switches.ts";
import { type Tracking, trackingOf } from "../groups/tracking.ts";
import { trackingOnce } from "../memory/remember-checks.ts";
import type { AskedPath, Check } from "../paths/path.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { EvaluateOptions } from "./explanation.ts";

// NAT and egress-only gateways; a NAT instance is not among them. Source: EC2 user guide,
// "Security group connection tracking", automatically tracked connections.
const trackedWays = ["nat-", "eigw-"];

/** How replies get back and how long the connection outlives an edit, for one that is allowed. */
export function trackingNote(
  path: AskedPath,
  traffic: Traffic,
  { groupSwitches }: EvaluateOptions,
  index: WorldIndex,
): string {
  const way = {
    isAlwaysTracked: trackedWays.some((prefix) => path.exit?.targetId?.startsWith(prefix)),
    switches: groupSwitchValues(groupSwitches),
  };
  const texts = path.checks.map((check) => {
    return `${check.asked.title} ${trackingAt(check, way, traffic, index)}`;
  });
  return `new connection; replies: ${texts.join(", ")}`;
}

interface Way {
  readonly isAlwaysTracked: boolean;
  readonly switches: GroupSwitchValues;
}

function trackingAt(
  check: Check,
  { isAlwaysTracked, switches }: Way,
  traffic: Traffic,
  index: WorldIndex,
): Tracking {
  const { asked, isEgress, peer } = check;
  return trackingOnce({ check, traffic, isAlwaysTracked, switches }, index, () => {
    const rules = (asked.groupIds ?? []).flatMap((id) => index.groups.get(id)?.rules ?? []);
    return trackingOf({ traffic, peer, isEgress, isAlwaysTracked }, rules, index, switches);
  });
}
