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
export { ruleMatches, type Traffic, trafficMatches } from "./groups/rule-match.ts";
export { groupLabel, ruleText } from "./groups/rule-text.ts";
export {
  GROUP_SWITCHES,
  type GroupSwitch,
  type GroupSwitchName,
  type GroupSwitchValues,
  groupSwitchValues,
} from "./groups/switches.ts";
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
export { entryText } from "./network-acls/entry-text.ts";
export { type AclAnswer, type AclQuestion, judgeAcl } from "./network-acls/judge-acl.ts";
export { type ReadAcl, type ReadEntry, readAcls } from "./network-acls/read-acls.ts";
export {
  judgeNetworkPolicies,
  type PolicyOptions,
} from "./network-policies/judge-network-policies.ts";
export type {
  DecidingPolicy,
  NearMiss,
  PolicyAnswer,
  UndefinedCode,
  UndefinedPoint,
} from "./network-policies/policy-answer.ts";
export type { PolicyEnd, ServiceHop, Within } from "./network-policies/policy-end.ts";
export type { PolicySet } from "./network-policies/policy-set.ts";
export type { PolicyQuestion } from "./network-policies/question.ts";
export {
  readAdminNetworkPolicy,
  readBaselineAdminNetworkPolicy,
  readClusterNetworkPolicy,
} from "./network-policies/read-cluster-policy.ts";
export { readNetworkPolicy } from "./network-policies/read-network-policy.ts";
export type {
  AddressBlock,
  NamespaceChoice,
  PodChoice,
  PolicyAction,
  PolicyDirection,
  PolicyKind,
  PolicyPeer,
  PolicyPort,
  PolicyRule,
  PolicyTier,
  ReadPolicy,
} from "./network-policies/read-policy.ts";
export {
  NETWORK_POLICY_SWITCHES,
  type NetworkPolicyModel,
  type NetworkPolicySwitch,
  type PolicySwitch,
  type SwitchValues,
  switchValues,
} from "./network-policies/switches.ts";
export {
  type FargateMinimum,
  type FargateNeed,
  fargateMinimum,
} from "./policies/fargate-minimum.ts";
export {
  type CheckedPolicy,
  checkPolicy,
  indexPolicies,
  type PolicyIndex,
} from "./policies/policy-index.ts";
export { type IgnoredPolicy, type Resolution, resolvePod } from "./policies/resolve-pod.ts";
export { type EditedGroup, type EditedGroupProblem, editedGroup } from "./services/edited-group.ts";
export type { PortOfService, ServiceIndex } from "./services/service-index.ts";
export { evaluate, explain } from "./verdict/evaluate.ts";
export type {
  AskedInterface,
  BackendAnswer,
  DecidingEntry,
  DecidingRule,
  Endpoint,
  EvaluateOptions,
  Explanation,
  Flow,
  ServiceAnswer,
  Step,
  StepOutcome,
  Translation,
  Verdict,
  Way,
} from "./verdict/explanation.ts";
export type * from "./world/index.ts";
export { indexWorld, type WorldIndex } from "./world/world-index.ts";
