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
export * from "./groups/index.ts";
export { type CompileOptions, compileImage } from "./image/compile-image.ts";
export { decidingRules, type ImageFlow, type RuleReference } from "./image/deciding-rules.ts";
export { type Image, type ImageBuffer, type ImageColumns, openImage } from "./image/image.ts";
export { bindKernels, generateKernels, type HeaderColumns, type Kernels } from "./image/kernels.ts";
export type { ImageCounts } from "./image/layout.ts";
export { type EditOutcome, LiveImage } from "./image/live-image.ts";
export type { ImageInterface } from "./image/live-interfaces.ts";
export type { ImageSource } from "./image/rule-tables.ts";
export type { Cloud, NamedInstance } from "./inputs/ec2/cloud.ts";
export { type Ec2Reading, readEc2Describe } from "./inputs/ec2/read-ec2-describe.ts";
export { type InputPath, pathText } from "./inputs/field.ts";
export { type InputProblem, type ObjectProblem, problemText } from "./inputs/input-problem.ts";
export type { CniSettings } from "./inputs/kubernetes/cni-settings.ts";
export { type Cluster, gatherCluster } from "./inputs/kubernetes/gather-cluster.ts";
export type { KnownObject } from "./inputs/kubernetes/known-kinds.ts";
export { type ListedObject, listObjects, OBJECTS_MAX } from "./inputs/kubernetes/list-objects.ts";
export { manifestPodUid } from "./inputs/kubernetes/pod-uid.ts";
export { type ManifestsReading, readManifests } from "./inputs/kubernetes/read-manifests.ts";
export { type NamedObject, type ReadOutcome, readObject } from "./inputs/kubernetes/read-object.ts";
export type { Owner, PodTemplate } from "./inputs/kubernetes/read-pod.ts";
export type { Workload, WorkloadKind } from "./inputs/kubernetes/read-workload.ts";
export { isMapping, type Mapping, shown } from "./inputs/plain.ts";
export { type WorldParts, worldOf } from "./inputs/world-of.ts";
export {
  LabelIndex,
  type LabelIndexCounts,
  type LabelledPod,
  type LabelMatches,
  MAX_INDEXED_PODS,
  MAX_INDEXED_SELECTORS,
  type NamespacedSelector,
  openMatches,
} from "./labels/label-index.ts";
export { labelKeyProblem, labelValueProblem } from "./labels/label-syntax.ts";
export { checkSelector, matchesSelector } from "./labels/selector.ts";
export { rememberingIndex } from "./memory/memory.ts";
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
export {
  type AddressCounts,
  AddressPool,
  type AddressPoolOptions,
  type AddressPoolState,
  type AddressState,
} from "./pools/address-pool.ts";
export type { SlotCounts, SlotState } from "./pools/slot-pool.ts";
export { VlanPool, type VlanPoolOptions, type VlanPoolState } from "./pools/vlan-pool.ts";
export {
  type Assertion,
  type AssertionResult,
  type Assertions,
  checkAssertions,
} from "./query/assertions.ts";
export { hasBit } from "./query/bits.ts";
export { compareWorlds } from "./query/compare-worlds.ts";
export {
  type Confirmation,
  type ConfirmationCheck,
  confirmExplanation,
} from "./query/confirm.ts";
export type { DiffVerdict, PairSet, VerdictChange } from "./query/diff/change.ts";
export { diffWorlds, type WorldDiff } from "./query/diff/diff-worlds.ts";
export { editText } from "./query/diff/edit-text.ts";
export { type DriftRow, type DriftState, drift } from "./query/drift.ts";
export {
  type AclEntry,
  editKey,
  type GroupRule,
  type ListedKind,
  type ListedObjects,
  type TableRoute,
  type WorldEdit,
} from "./query/edit.ts";
export { type Exposure, exposure } from "./query/exposure.ts";
export { QUERY_LIMITS, type QueryLimit } from "./query/limits.ts";
export { type Matrix, type MatrixOptions, type MatrixRow, matrix } from "./query/matrix.ts";
export { overlay } from "./query/overlay.ts";
export { type PortReach, portsBetween } from "./query/port-reach.ts";
export { junitXml } from "./query/render/junit.ts";
export { reportMatrix } from "./query/render/matrix-report.ts";
export { type ReportFormat, renderReport } from "./query/render/render.ts";
export type { Report, ReportEdge, ReportGrid, Tone } from "./query/render/report.ts";
export { reportDiff, reportExplanation, reportWhoCan } from "./query/render/reports.ts";
export type { MatrixLevel } from "./query/units.ts";
export { type DestinationSet, type WhatCan, whatCan } from "./query/what-can.ts";
export { type SourceSet, type WhoCan, whoCan } from "./query/who-can.ts";
export type { Remedy, RemedyAction, RuleNearMiss, WhyNot } from "./query/why-not/remedy.ts";
export { whyNot } from "./query/why-not/why-not.ts";
export { type CompiledReach, compileReach, type ReachOptions } from "./reach/compile-reach.ts";
export { diffReach, forEachPair, type ReachChange, type ReachDiff } from "./reach/diff-reach.ts";
export type { GroupRuleName } from "./reach/group-rows.ts";
export { LiveReach, type ReachEdit } from "./reach/live-reach.ts";
export type { PolicyRuleName } from "./reach/policy-subject.ts";
export { MAX_QUESTIONS, type PortQuestion } from "./reach/questions.ts";
export { openReach, type ReachBuffer, type ReachImage } from "./reach/reach-image.ts";
export { bindReach, type ReachKernels } from "./reach/reach-kernels.ts";
export type { ReachColumn, ReachColumns, ReachCounts } from "./reach/reach-layout.ts";
export { bindReachRows, type ReachRows } from "./reach/reach-rows.ts";
export { type RuleNames, readRuleNames } from "./reach/rule-texts.ts";
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
