import type { DecidingRule, Verdict } from "../../verdict/explanation.ts";
import type { WorldEdit } from "../edit.ts";

/** One thing to do, in the words of who has to do it. */
export interface RemedyAction {
  /**
   * `rule`: add a rule to a group. `attach`: give an interface, or a policy's pods, one more group.
   * `label`: make a policy select the pod. `route`: add or replace a route. `mode`: run the pod in
   * standard mode. `networkPolicy`: add a NetworkPolicy that lets the flow through. `aclEntry`: add
   * entries to a network ACL before the one that refuses.
   */
  readonly kind: "rule" | "attach" | "label" | "route" | "mode" | "networkPolicy" | "aclEntry";
  /** One sentence: "add tcp/5432 to sg-db as egress rule of sg-app". */
  readonly text: string;
  /** Ready to paste into a shell; none where a template has to be edited. */
  readonly command?: string;
  readonly edits: readonly WorldEdit[];
}

/** Actions that together make the flow pass; none of them can be left out. */
export interface Remedy {
  readonly actions: readonly RemedyAction[];
  /** All edits of all actions: with them as an overlay the verdict is ALLOW. */
  readonly edits: readonly WorldEdit[];
}

/** A rule that would allow the flow but for one thing. */
export interface RuleNearMiss {
  readonly rule: DecidingRule;
  /** What is wrong with it. */
  readonly differsIn: "port" | "protocol" | "peer" | "direction" | "group";
  /** One sentence. */
  readonly text: string;
}

/** Why a flow does not pass, and what would let it. */
export interface WhyNot {
  readonly verdict: Verdict;
  /** Fewest actions first, then the narrowest; empty when it passes, or nothing known helps. */
  readonly remedies: readonly Remedy[];
  readonly nearMisses: readonly RuleNearMiss[];
  /** True when the search was cut short: there may be more remedies. */
  readonly isCutShort: boolean;
}
