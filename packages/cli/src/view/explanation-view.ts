import type { NetworkPolicyModel, Verdict } from "@trunkline/core";
import * as policy from "@trunkline/proto/policy";
import type { NamedFlow } from "../flow/endpoint.ts";

/** An explanation as the command line prints it; the JSON form of `explain`. */
export interface ExplanationView {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly verdict: Verdict;
  readonly model: "documented" | "datapath";
  /** Verdict of the other model when it differs. */
  readonly otherModelVerdict?: Verdict;
  /** Model of network policies; absent when none was asked. */
  readonly networkPolicyModel?: NetworkPolicyModel;
  /** Verdict of the other model of network policies when it differs. */
  readonly otherNetworkPolicyVerdict?: Verdict;
  readonly steps: readonly StepView[];
  readonly way: WayView;
  /** Where a connection to a Service or an Ingress ends up; absent for other flows. */
  readonly service?: ServiceView;
  readonly notes: readonly string[];
  /** Ways to allow the flow, the smallest first, each proven; empty for ALLOW and UNKNOWN. */
  readonly remedies: readonly RemedyView[];
  /** Revision of the world; grows with every change. */
  readonly revision: number;
}

/** Edits that together make a flow pass. */
export interface RemedyView {
  readonly actions: readonly {
    /** "add tcp/5432 from sg-node as ingress rule of sg-db". */
    readonly text: string;
    /** Ready to paste into a shell, where there is one. */
    readonly command?: string;
  }[];
}

/** One step of an explanation. */
export interface StepView {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly outcome: "OK" | "BLOCKED" | "UNKNOWN" | "SKIPPED";
  readonly text: string;
  readonly rules: readonly RuleView[];
  /** The rule that would have to exist: "sg-db ingress tcp/5432 from sg-node". */
  readonly missingRule?: string;
  /** The interface that was asked, in a step that asks one. */
  readonly asked?: AskedView;
  /** Entries of a network ACL that decided, in a step that asks one. */
  readonly entries?: readonly { readonly networkAclId: string; readonly text: string }[];
  /** Network policies that decided, in a step that asks them. */
  readonly policies?: readonly PolicyView[];
  /** Rules of network policies that nearly allowed it. */
  readonly nearMisses?: readonly NearMissView[];
}

/** A rule that decided. */
export interface RuleView {
  readonly ruleId: string;
  readonly groupId: string;
  readonly groupName: string;
  readonly direction: "ingress" | "egress";
  /** "tcp/5432 to sg-db". */
  readonly text: string;
}

/** The interface that a step asks. */
export interface AskedView {
  /** "shop/api", "node n1". */
  readonly holder: string;
  readonly eniId?: string;
  readonly direction: "ingress" | "egress";
  /** The far end and the traffic as this interface sees them. */
  readonly peer: string;
  readonly traffic: string;
}

/** A network policy that decided. */
export interface PolicyView {
  readonly kind: string;
  /** Absent for cluster-wide kinds. */
  readonly namespace?: string;
  readonly name: string;
  /** "spec.ingress[0].from[1]". */
  readonly at: string;
  /** "Allow", "Deny", "Pass" or "Isolate". */
  readonly effect: string;
}

/** A rule of a network policy that nearly covered the connection. */
export interface NearMissView {
  readonly title: string;
  readonly at: string;
  readonly because: string;
}

/** How packets travel. */
export interface WayView {
  readonly viaVpc: boolean;
  readonly natAtNode: boolean;
  readonly translations: readonly {
    readonly replaces: "source" | "destination";
    readonly by: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** Nodes that pass a connection to a Service on. */
  readonly nodes: readonly string[];
}

/** What is behind a Service. */
export interface ServiceView {
  readonly title: string;
  readonly reach: "all" | "some" | "none" | "unknown";
  readonly backends: readonly BackendView[];
  /** Ways that are not among the backends. */
  readonly omittedCount: number;
}

/** One way to one backend. */
export interface BackendView {
  readonly title: string;
  /** Absent when it is not known. */
  readonly port?: number;
  readonly verdict: Verdict;
  readonly steps: readonly StepView[];
  readonly way: WayView;
  readonly notes: readonly string[];
}

/** Turns the answer of policy-service into what is printed. */
export function explanationView(
  named: NamedFlow,
  response: policy.ExplainResponse,
): ExplanationView {
  const other = verdictName(response.otherModelVerdict);
  const policyModel = policyModelName(response.networkPolicyModel);
  const otherPolicy = verdictName(response.otherNetworkPolicyVerdict);
  const { service } = response;
  return {
    source: named.source,
    destination: named.destination,
    protocol: named.protocol,
    verdict: verdictName(response.verdict) ?? "UNKNOWN",
    model: response.model === policy.Model.MODEL_DATAPATH ? "datapath" : "documented",
    ...(other === undefined ? {} : { otherModelVerdict: other }),
    ...(policyModel === undefined ? {} : { networkPolicyModel: policyModel }),
    ...(otherPolicy === undefined ? {} : { otherNetworkPolicyVerdict: otherPolicy }),
    steps: response.steps.map(stepView),
    way: wayView(response.way),
    ...(service === undefined ? {} : { service: serviceView(service) }),
    notes: response.notes,
    remedies: response.remedies.map(({ actions }) => ({
      actions: actions.map(({ text, command }) => (command === "" ? { text } : { text, command })),
    })),
    revision: Number(response.revision),
  };
}

function stepView(step: policy.Step): StepView {
  const { asked, entries, policies, nearMisses } = step;
  return {
    number: step.number,
    title: step.title,
    outcome: outcomeName(step.outcome),
    text: step.text,
    rules: step.rules.map((rule) => ({
      ruleId: rule.ruleId,
      groupId: rule.groupId,
      groupName: rule.groupName,
      direction: rule.egress ? "egress" : "ingress",
      text: rule.text,
    })),
    ...(step.missingRule === "" ? {} : { missingRule: step.missingRule }),
    ...(asked === undefined ? {} : { asked: askedView(asked) }),
    ...(entries.length === 0 ? {} : { entries: entries.map(entryView) }),
    ...(policies.length === 0 ? {} : { policies: policies.map(policyView) }),
    ...(nearMisses.length === 0 ? {} : { nearMisses }),
  };
}

function askedView({ holder, eniId, egress, peer, traffic }: policy.AskedInterface): AskedView {
  const direction = egress ? "egress" : "ingress";
  return { holder, ...(eniId === "" ? {} : { eniId }), direction, peer, traffic };
}

function entryView({ networkAclId, text }: policy.NetworkAclEntry) {
  return { networkAclId, text };
}

function policyView({ kind, namespace, name, at, effect }: policy.DecidingPolicy): PolicyView {
  return { kind, ...(namespace === "" ? {} : { namespace }), name, at, effect };
}

// An older server says nothing of the way.
function wayView(way: policy.Way | undefined): WayView {
  const { viaVpc = false, natAtNode = false, translations = [], nodes = [] } = way ?? {};
  return {
    viaVpc,
    natAtNode,
    translations: translations.map(({ destination, by, from, to }) => {
      return { replaces: destination ? "destination" : "source", by, from, to };
    }),
    nodes,
  };
}

function serviceView({ title, reach, backends, omittedCount }: policy.ServiceAnswer): ServiceView {
  return {
    title,
    reach: reachName(reach),
    backends: backends.map((backend) => ({
      title: backend.title,
      ...(backend.port === 0 ? {} : { port: backend.port }),
      verdict: verdictName(backend.verdict) ?? "UNKNOWN",
      steps: backend.steps.map(stepView),
      way: wayView(backend.way),
      notes: backend.notes,
    })),
    omittedCount,
  };
}

function reachName(reach: policy.ServiceAnswer_Reach): ServiceView["reach"] {
  switch (reach) {
    case policy.ServiceAnswer_Reach.REACH_ALL:
      return "all";
    case policy.ServiceAnswer_Reach.REACH_SOME:
      return "some";
    case policy.ServiceAnswer_Reach.REACH_NONE:
      return "none";
    default:
      return "unknown";
  }
}

// A word of a newer server that we do not know is reported as not known, never as an allow.
function outcomeName(outcome: policy.Step_Outcome): StepView["outcome"] {
  switch (outcome) {
    case policy.Step_Outcome.OUTCOME_OK:
      return "OK";
    case policy.Step_Outcome.OUTCOME_BLOCKED:
      return "BLOCKED";
    case policy.Step_Outcome.OUTCOME_SKIPPED:
      return "SKIPPED";
    default:
      return "UNKNOWN";
  }
}

function policyModelName(model: policy.NetworkPolicyModel): NetworkPolicyModel | undefined {
  switch (model) {
    case policy.NetworkPolicyModel.NETWORK_POLICY_MODEL_SPEC:
      return "spec";
    case policy.NetworkPolicyModel.NETWORK_POLICY_MODEL_AWS:
      return "aws";
    default:
      return undefined;
  }
}

function verdictName(verdict: policy.Verdict): Verdict | undefined {
  switch (verdict) {
    case policy.Verdict.VERDICT_UNSPECIFIED:
      return undefined;
    case policy.Verdict.VERDICT_ALLOW:
      return "ALLOW";
    case policy.Verdict.VERDICT_DENY:
      return "DENY";
    case policy.Verdict.VERDICT_UNSUPPORTED:
      return "UNSUPPORTED";
    default:
      return "UNKNOWN";
  }
}
