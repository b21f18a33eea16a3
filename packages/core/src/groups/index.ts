export { fragmentMatches, type LaterFragment } from "./fragments.ts";
export {
  ICMP_TIMEOUT_S,
  idleTimeoutS,
  NITRO_V6_TCP_ESTABLISHED_S,
  OTHER_PROTOCOL_TIMEOUT_S,
  type TimeoutContext,
  type TimeoutRange,
  TRACKING_TIMEOUTS,
} from "./idle-timeouts.ts";
export {
  type LaterPacket,
  type OpenConnection,
  type PacketContext,
  packetPasses,
} from "./later-packet.ts";
export {
  countRules,
  DEFAULT_GROUP_QUOTAS,
  type FamilyCounts,
  type GroupQuotas,
  MAX_GROUPS_PER_INTERFACE,
  MAX_GROUPS_TIMES_RULES,
  type RuleCounts,
} from "./quotas.ts";
export {
  type ConnectionOutcome,
  connectionAfter,
  type EditContext,
  type RuleEdit,
} from "./rule-edit.ts";
export { type TrackedConnection, type Tracking, trackingOf } from "./tracking.ts";
