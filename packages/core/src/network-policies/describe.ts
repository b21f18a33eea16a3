import type { Isolation } from "./decide-isolation.ts";
import type { Alternative } from "./decide-tier.ts";
import { isOwnNode } from "./exemption.ts";
import { nearMissesOf } from "./near-misses.ts";
import type { DecidingPolicy, PolicyAnswer } from "./policy-answer.ts";
import { titleOf } from "./policy-end.ts";
import type { PolicyContext } from "./question.ts";
import { describeTraffic } from "./question-text.ts";
import type { ReadPolicy } from "./read-policy.ts";

/** The answer of NetworkPolicies with its reasons. */
export function describeIsolation(isolation: Isolation, context: PolicyContext): PolicyAnswer {
  const { answer, isolating, allowing } = isolation;
  const common = { tier: "NetworkPolicy", nearMisses: [], undefinedPoints: [] } as const;
  if (context.direction === "egress" && isOwnNode(context)) {
    const because = `${titleOf(context.end)} may always reach its own node`;
    return { ...common, answer: "yes", deciding: [], because };
  }
  if (answer === "yes") {
    const deciding = allowing.map(({ policy, entry }): DecidingPolicy => {
      return { ...named(policy), at: entry.peer?.at ?? entry.rule.at, effect: "Allow" };
    });
    const because = deciding.map(({ title, at }) => `${title} ${at}`).join("; ");
    return { ...common, answer, deciding, because };
  }
  const deciding = isolating.map((policy): DecidingPolicy => {
    return { ...named(policy), at: "spec.podSelector", effect: "Isolate" };
  });
  const nearMisses = nearMissesOf(isolating, context);
  if (answer === "no") {
    const verb = isolating.length === 1 ? "isolates" : "isolate";
    const because = `${verb} ${titleOf(context.end)}; no rule covers ${describeTraffic(context)}`;
    return { ...common, answer, deciding, because, nearMisses };
  }
  const because = [...allowing.map(maybeText), ...brokenTexts(context)].join("; ");
  return { ...common, answer, deciding, because, nearMisses };
}

/** A rule that decided: "AdminNetworkPolicy base spec.ingress[0].from[0] (name) denies". */
export function describeRule({ action, policy, at }: Alternative, context: PolicyContext): string {
  const rules = policy?.[context.direction] ?? [];
  const name = rules.find((rule) => at.startsWith(rule.at))?.name;
  const label = name === undefined ? at : `${at} "${name}"`;
  const verb = action === "Allow" ? "allows" : "denies";
  return `${label} ${verb} ${describeTraffic(context)}`;
}

function named({ kind, namespace, name, title }: ReadPolicy) {
  return { kind, namespace, name, title };
}

function maybeText({ policy, entry }: Isolation["allowing"][number]): string {
  return `${policy.title} ${entry.peer?.at ?? entry.rule.at} may apply`;
}

function brokenTexts({ end, set }: PolicyContext): readonly string[] {
  if (end.kind !== "pod") return [];
  return (set.byNamespace.get(end.pod.namespace) ?? [])
    .filter(({ problems }) => problems.length > 0)
    .map(({ title, problems }) => {
      return `${title} is invalid (${problems[0].field}: ${problems[0].description})`;
    });
}
