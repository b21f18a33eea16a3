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
  | { readonly kind: "name"; readonly name: string };

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
}

/** A verdict with its reasons. */
export interface Explanation {
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
  readonly model: Model;
  /** How packets travel. */
  readonly way: Way;
  /** Verdict of the other model, when a standard-mode pod is involved and it differs. */
  readonly otherModelVerdict?: Verdict;
  /** Model of network policies; absent when none was asked. */
  readonly networkPolicyModel?: NetworkPolicyModel;
  /** Verdict of the other model of network policies, when it differs. */
  readonly otherNetworkPolicyVerdict?: Verdict;
  /** What the verdict assumes or leaves out, one sentence each. */
  readonly notes: readonly string[];
}
