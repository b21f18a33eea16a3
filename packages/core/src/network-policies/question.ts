import type { Traffic } from "../groups/rule-match.ts";
import type { PolicyEnd, ServiceHop } from "./policy-end.ts";
import type { PolicySet } from "./policy-set.ts";
import type { PolicyDirection } from "./read-policy.ts";
import type { SwitchValues } from "./switches.ts";

/** One question to the policies of one end. */
export interface PolicyQuestion {
  /** egress: of the source; ingress: of the destination. */
  readonly direction: PolicyDirection;
  /** The end whose policies are asked. */
  readonly end: PolicyEnd;
  readonly peer: PolicyEnd;
  /** Port of tcp, udp and sctp (132): the one that the destination gets. */
  readonly traffic: Traffic;
  /** Undefined for a connection to an address as it is. */
  readonly service?: ServiceHop;
}

/** A question with all that an answer depends on. */
export interface PolicyContext extends PolicyQuestion {
  readonly set: PolicySet;
  readonly switches: SwitchValues;
  /** `NETWORK_POLICY_ENFORCING_MODE`; not the mode of security groups for pods. */
  readonly enforcing: "standard" | "strict";
}
