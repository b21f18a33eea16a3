/**
 * How network policies are read. `spec`: the API's own words, and what its conformance tests expect
 * where it leaves a choice. `aws`: the VPC CNI's network policy agent and its controller.
 */
export type NetworkPolicyModel = "spec" | "aws";

/** One point on which implementations part ways. */
export interface PolicySwitch<Value> {
  /** The question, for people. */
  readonly question: string;
  readonly spec: Value;
  readonly aws: Value;
  /** Where the values come from. */
  readonly source: string;
}

const agent = "aws-network-policy-agent and amazon-network-policy-controller-k8s, source code";

/** Every switch with its value in each model. */
export const NETWORK_POLICY_SWITCHES = {
  ipBlockMatchesPods: {
    question: "Does an ipBlock of a NetworkPolicy cover addresses of pods?",
    spec: true,
    aws: true,
    source: "NetworkPolicy v1 leaves it open; Kubernetes e2e expects yes. Cilium: no by default",
  } as PolicySwitch<boolean>,
  egressComparedWith: {
    question: "Which destination do egress rules see of a connection to a Service?",
    spec: "pod",
    aws: "service",
    source: `${agent}: filters before DNAT and adds ClusterIPs of Services whose selector matches`,
  } as PolicySwitch<"pod" | "service">,
  namedIngressPort: {
    question: "What does a named port of an ingress rule stand for?",
    spec: "destination pod",
    aws: "selected pods",
    source: `${agent}: the numbers of all selected pods together`,
  } as PolicySwitch<"destination pod" | "selected pods">,
  namedPortNeedsPodPeer: {
    question: "Does a named port of an ingress rule count for ipBlock and for everybody?",
    spec: false,
    aws: true,
    source: `${agent}: named ports are dropped where peers are no pods`,
  } as PolicySwitch<boolean>,
  exceptMasksOthers: {
    question: "Does an except take addresses away from other entries and policies?",
    spec: false,
    aws: true,
    source: `${agent}: one longest-prefix table a pod, holes are entries of it`,
  } as PolicySwitch<boolean>,
  portsPerAddressMax: {
    question: "How many port entries can one block of addresses have?",
    spec: undefined,
    aws: 24,
    source: "aws-network-policy-agent, MAX_PORT_PROTOCOL; containers-roadmap 2481",
  } as PolicySwitch<number | undefined>,
  isNodeToOwnPodOpen: {
    question: "May a node always reach its own pods?",
    spec: true,
    aws: true,
    source: "Kubernetes, Network Policies: traffic to and from the node of a pod is always allowed",
  } as PolicySwitch<boolean>,
  isolationUnit: {
    question: "What does a policy isolate under strict enforcing of network policies?",
    spec: "direction",
    aws: "pod",
    source: `${agent}: an unselected pod is closed both ways, a selected one open where not listed`,
  } as PolicySwitch<"direction" | "pod">,
  orderInsidePolicy: {
    question: "In which order do rules of one cluster-wide policy count?",
    spec: "written",
    aws: "deny, allow, pass",
    source: `network-policy-api; ${agent}`,
  } as PolicySwitch<"written" | "deny, allow, pass">,
  secondFamily: {
    question: "Are addresses of the cluster's second IP family filtered?",
    spec: "filtered",
    aws: "open",
    source: `${agent}: one filter a pod, of the cluster's family`,
  } as PolicySwitch<"filtered" | "open">,
  selfThroughService: {
    question: "Is a pod that reaches itself through a Service exempt?",
    spec: "judged as any pair",
    aws: "judged as any pair",
    source: "network-policy-api 343 and PR 390: left open; by its own address it is always exempt",
  } as PolicySwitch<"judged as any pair">,
  notInMatchesAbsentKey: {
    question: "Does NotIn hold for a label that is absent?",
    spec: true,
    aws: true,
    source: "Kubernetes apimachinery, Requirement.Matches; cyclonus differs",
  } as PolicySwitch<true>,
} as const;

/** The name of a switch. */
export type NetworkPolicySwitch = keyof typeof NETWORK_POLICY_SWITCHES;

/** A value for every switch. */
export type SwitchValues = {
  readonly [Name in NetworkPolicySwitch]: (typeof NETWORK_POLICY_SWITCHES)[Name]["spec"];
};

/** The values of a model. */
export function switchValues(model: NetworkPolicyModel): SwitchValues {
  return valuesOf[model];
}

const valuesOf: Readonly<Record<NetworkPolicyModel, SwitchValues>> = {
  spec: readSwitches("spec"),
  aws: readSwitches("aws"),
};

function readSwitches(model: NetworkPolicyModel): SwitchValues {
  const entries = Object.entries(NETWORK_POLICY_SWITCHES).map(([name, one]) => [name, one[model]]);
  // Each value comes from the switch of its own name.
  return Object.fromEntries(entries) as SwitchValues;
}
