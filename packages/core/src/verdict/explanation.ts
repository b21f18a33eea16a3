import type { GroupSwitchValues } from "../groups/switches.ts";
import type { PortRange } from "../net/protocol.ts";
import type { DecidingPolicy, NearMiss } from "../network-policies/policy-answer.ts";
import type { NetworkPolicyModel } from "../network-policies/switches.ts";
import type { SecurityGroupRule } from "../world/cloud.ts";
import type { NetworkAclEntry } from "../world/network-acl.ts";
import type { Mode, Model } from "../world/settings.ts";

/**
 * May a new connection be opened? UNKNOWN when the world lacks what is needed to say; UNSUPPORTED
 * when the mode cannot carry the path at all.
 */
export type Verdict = "ALLOW" | "DENY" | "UNKNOWN" | "UNSUPPORTED";

/** One end of a flow. */
export type Endpoint =
  | {
      readonly kind: "pod";
      readonly namespace: string;
      readonly name: string;
      /** The branch it holds, if known: verdicts then rest on that interface as EC2 has it. */
      readonly eniId?: string;
    }
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "interface"; readonly eniId: string }
  /** A node name, or the Name tag of an interface. */
  | { readonly kind: "name"; readonly name: string }
  /**
   * A Service: as a destination all that is behind it, as a source the load balancer in front of it.
   * With a port name the flow's number is not looked at.
   */
  | {
      readonly kind: "service";
      readonly namespace: string;
      readonly name: string;
      readonly portName?: string;
    }
  /** An Ingress: as a destination all that is behind it, as a source its load balancer. */
  | { readonly kind: "ingress"; readonly namespace: string; readonly name: string };

/** A new connection, judged by its first packet. */
export interface Flow {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Protocol number, 0..255. */
  readonly protocol: number;
  /** Destination port of tcp, udp and sctp, 0..65535; 0 otherwise. Groups ignore that of sctp. */
  readonly port: number;
  /** ICMP type and code, 0..255; ignored for other protocols. */
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

/** What to assume where the world leaves a choice. */
export interface EvaluateOptions {
  /** Default "documented". */
  readonly model?: Model;
  /** Judges all pods as if in this mode; default: each pod's own, else the world's setting. */
  readonly mode?: Mode;
  /** How network policies are read, where the world has some. Default "spec". */
  readonly networkPolicyModel?: NetworkPolicyModel;
  /** `NETWORK_POLICY_ENFORCING_MODE`, which only the aws model asks. Default "standard". */
  readonly networkPolicyEnforcing?: "standard" | "strict";
  /**
   * `known`: network ACLs are asked if the world has them. `required`: without them verdicts on
   * paths between subnets are UNKNOWN. `ignored`: they are not asked. Default "known".
   */
  readonly networkAcls?: "known" | "required" | "ignored";
  /**
   * Ports of connecting sides, where replies go, which network ACLs must let through. Default:
   * 32768 to 60999 for pods and nodes, 1024 to 65535 for others and behind a translator.
   */
  readonly ephemeralPorts?: PortRange;
  /** Open points of connection tracking, which only notes depend on. Default: `GROUP_SWITCHES`. */
  readonly groupSwitches?: Partial<GroupSwitchValues>;
}

/** How one step ended. */
export type StepOutcome = "OK" | "BLOCKED" | "UNKNOWN" | "SKIPPED";

/** A rule that decided, with the group that holds it. */
export interface DecidingRule {
  readonly rule: SecurityGroupRule;
  readonly groupId: string;
  readonly groupName: string;
  /** "tcp/5432 to sg-db". */
  readonly text: string;
}

/** An entry of a network ACL that decided, or that may have. */
export interface DecidingEntry {
  readonly networkAclId: string;
  readonly entry: NetworkAclEntry;
  /** "100 allow tcp/443 to 0.0.0.0/0". */
  readonly text: string;
}

/** One question to one interface. */
export interface AskedInterface {
  /** Who is behind it: "shop/api", "node n1", "db1". */
  readonly holder: string;
  /** Absent while it is not made, or not known. */
  readonly eniId?: string;
  readonly direction: "egress" | "ingress";
  /** The far end as this interface sees it, after all translations: "shop/web", "10.0.1.11". */
  readonly peer: string;
  /** Protocol and port as this interface sees them: "tcp/8080". */
  readonly traffic: string;
}

/** One step of an explanation, in the order of the packet's way. */
export interface Step {
  /** From 1. */
  readonly number: number;
  /** What was asked: "shop/api groups", "sg-app egress". */
  readonly title: string;
  readonly outcome: StepOutcome;
  /** One sentence. */
  readonly text: string;
  /** Rules that decided; empty when the lack of one did. */
  readonly rules: readonly DecidingRule[];
  /** The rule that would have to exist, when its lack blocks: "sg-db ingress tcp/5432 from sg-node". */
  readonly missingRule?: string;
  /** Entries that decided, in a step that asks a network ACL; none where no entry matched. */
  readonly entries?: readonly DecidingEntry[];
  /** The interface that was asked, in a step that asks one. */
  readonly asked?: AskedInterface;
  /** Network policies that decided, in a step that asks them. */
  readonly policies?: readonly DecidingPolicy[];
  /** Rules of network policies that nearly allowed it, in a step that they block. */
  readonly nearMisses?: readonly NearMiss[];
}

/** How the packets of a flow travel, as far as it is known. */
export interface Way {
  /** False when packets stay on one node, or are answered by it or by AWS unfiltered. */
  readonly viaVpc: boolean;
  /** True when the source's node puts its own address in place of the pod's. */
  readonly natAtNode: boolean;
  /** Addresses that are replaced, in the order of the way. */
  readonly translations: readonly Translation[];
  /** Nodes that pass a connection to a Service on, in the order of the way: 1 or 2, else none. */
  readonly nodes: readonly string[];
}

/** One address that is replaced by another. */
export interface Translation {
  readonly replaces: "source" | "destination";
  /** Who does it: "kube-proxy on node n1", "NAT gateway nat-1". */
  readonly by: string;
  readonly from: string;
  readonly to: string;
}

/** Where a connection to a Service ends up, and whether it may. */
export interface ServiceAnswer {
  /** "Service shop/db tcp/5432". */
  readonly title: string;
  /**
   * Which ways to backends are open. `some`: whether a connection opens is chance, so that the
   * verdict is UNKNOWN. `none` as well when there is no backend.
   */
  readonly reach: "all" | "some" | "none" | "unknown";
  /** One for each way: behind an instance-target load balancer one for each node and backend. */
  readonly backends: readonly BackendAnswer[];
}

/** One way to one backend. */
export interface BackendAnswer {
  /** "shop/db-0", "shop/db-0 by node n1". */
  readonly title: string;
  /** Who is reached; absent where the way ends before any backend. */
  readonly endpoint?: Endpoint;
  /** The port that it gets; absent when that is not known. */
  readonly port?: number;
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
  readonly way: Way;
  /** What it assumes or leaves out, one sentence each. */
  readonly notes: readonly string[];
}

/** A verdict with its reasons. */
export interface Explanation {
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
  readonly model: Model;
  /** How packets travel; of a flow to a Service what all its ways have in common. */
  readonly way: Way;
  /** Absent for a flow between two single ends. */
  readonly service?: ServiceAnswer;
  /** Verdict of the other model, when a standard-mode pod is involved and it differs. */
  readonly otherModelVerdict?: Verdict;
  /** Model of network policies; absent when none was asked. */
  readonly networkPolicyModel?: NetworkPolicyModel;
  /** Verdict of the other model of network policies, when it differs. */
  readonly otherNetworkPolicyVerdict?: Verdict;
  /** What the verdict assumes or leaves out, one sentence each. */
  readonly notes: readonly string[];
}
