export {
  type InstanceLimits,
  instanceTypes,
  limitsOf,
  type NetworkCard,
  requireLimits,
  trunkObstacle,
} from "./capacity/instance-limits.ts";
export { INSTANCE_TABLE_DATE } from "./capacity/instance-table.ts";
export {
  type CapacityOptions,
  capacityOf,
  type PodCapacity,
  type PodCounts,
} from "./capacity/pod-capacity.ts";
export { type AbortSignalLike, type Clock, type Random, seededRandom } from "./clock.ts";
export { assert } from "./errors/assert.ts";
export {
  ERROR_CODES,
  type ErrorCode,
  type ErrorFacts,
  type ErrorOptions,
  type ErrorSurface,
  type FieldProblem,
  invalid,
  TrunklineError,
} from "./errors/trunkline-error.ts";
export {
  byAddressText,
  type ExemptDestination,
  exemptDestinations,
} from "./groups/exempt-destinations.ts";
export type { Match } from "./groups/match.ts";
export type { Membership, References, SeenPeer } from "./groups/peer-match.ts";
export {
  countRules,
  DEFAULT_GROUP_QUOTAS,
  type FamilyCounts,
  type GroupQuotas,
  MAX_GROUPS_PER_INTERFACE,
  MAX_GROUPS_TIMES_RULES,
  type RuleCounts,
} from "./groups/quotas.ts";
export { ruleMatches, type Traffic, trafficMatches } from "./groups/rule-match.ts";
export { groupLabel, ruleText } from "./groups/rule-text.ts";
export {
  survivesEdit,
  type TrackedConnection,
  type Tracking,
  trackingOf,
} from "./groups/tracking.ts";
export { type CompileOptions, compileImage } from "./image/compile-image.ts";
export { type Image, type ImageBuffer, type ImageColumns, openImage } from "./image/image.ts";
export { bindKernels, generateKernels, type HeaderColumns, type Kernels } from "./image/kernels.ts";
export type { ImageCounts } from "./image/layout.ts";
export type { ImageSource } from "./image/rule-tables.ts";
export { labelKeyProblem, labelValueProblem } from "./labels/label-syntax.ts";
export { checkSelector, matchesSelector } from "./labels/selector.ts";
export {
  type Address,
  formatAddress,
  parseAddress,
  sameAddress,
  tryParseAddress,
} from "./net/address.ts";
export {
  addressCount,
  baseAddress,
  type Cidr,
  cidrContains,
  cidrContainsCidr,
  cidrOf,
  cidrsOverlap,
  firstHost,
  formatCidr,
  type ParsedCidr,
  parseCidr,
  tryParseCidr,
} from "./net/cidr.ts";
export { formatIpv4, parseIpv4, tryParseIpv4 } from "./net/ipv4.ts";
export { formatIpv6, type Ipv6, isIpv4Mapped, parseIpv6, tryParseIpv6 } from "./net/ipv6.ts";
export {
  ALL_PROTOCOLS,
  formatPortRange,
  formatProtocol,
  formatTraffic,
  ICMP,
  ICMPV6,
  type PortRange,
  parsePortRange,
  parseProtocol,
  TCP,
  UDP,
} from "./net/protocol.ts";
export {
  type CheckedPolicy,
  checkPolicy,
  indexPolicies,
  type PolicyIndex,
} from "./policies/policy-index.ts";
export { type IgnoredPolicy, type Resolution, resolvePod } from "./policies/resolve-pod.ts";
export {
  type AddressCounts,
  AddressPool,
  type AddressPoolOptions,
  type AddressPoolState,
  type AddressState,
} from "./pools/address-pool.ts";
export type { SlotCounts, SlotState } from "./pools/slot-pool.ts";
export { VlanPool, type VlanPoolOptions, type VlanPoolState } from "./pools/vlan-pool.ts";
export { evaluate, explain } from "./verdict/evaluate.ts";
export type {
  DecidingRule,
  Endpoint,
  EvaluateOptions,
  Explanation,
  Flow,
  Step,
  StepOutcome,
  Verdict,
  Way,
} from "./verdict/explanation.ts";
export type {
  NetworkInterface,
  PrefixList,
  Route,
  RouteTable,
  RulePeer,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Tags,
  Vpc,
} from "./world/cloud.ts";
export type {
  LabelExpression,
  LabelSelector,
  Labels,
  Namespace,
  NodeObject,
  Pod,
  SecurityGroupPolicy,
  ServiceAccount,
} from "./world/cluster.ts";
export type { MultiMap } from "./world/multi-map.ts";
export type { Mode, Model, Settings } from "./world/settings.ts";
export type { World } from "./world/world.ts";
export { indexWorld, type WorldIndex } from "./world/world-index.ts";
