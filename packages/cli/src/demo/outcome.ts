import { decidingRules, missingRules } from "../view/explanation.ts";
import type { ExplanationView } from "../view/explanation-view.ts";
import type { PodView } from "../view/pods.ts";
import type { Expected } from "./example.ts";

/** What a run ended with. */
export interface Outcome {
  readonly pods: readonly PodView[];
  /** One per expected flow, in the same order. */
  readonly explanations: readonly ExplanationView[];
}

/**
 * What is not as it must be, one sentence each; empty says that all is. Besides the expectations of
 * the example it checks what always holds: an address is held once, a VLAN id once on a node, and
 * every ALLOW and DENY says what decided it.
 */
export function differences(expected: Expected, outcome: Outcome): string[] {
  return [
    ...podDifferences(expected, outcome.pods),
    ...heldTwice("address", outcome.pods, (pod) => pod.address),
    ...heldTwice("VLAN id", outcome.pods, (pod) =>
      pod.vlanId === undefined ? undefined : `${pod.vlanId} on ${pod.node}`,
    ),
    ...expected.flows.flatMap((flow, index) => flowDifferences(flow, outcome.explanations[index])),
  ];
}

function podDifferences(expected: Expected, pods: readonly PodView[]): string[] {
  const found = new Map(pods.map((pod) => [pod.pod, pod]));
  const wanted = new Set(expected.pods.map(({ pod }) => pod));
  return [
    ...expected.pods.flatMap((want) => {
      const pod = found.get(want.pod);
      if (pod === undefined) return [`${want.pod} is not there`];
      return [
        ...differs(`${want.pod} node`, want.node, pod.node),
        ...differs(`${want.pod} kind`, want.kind, pod.kind),
        ...differs(`${want.pod} groups`, want.groups.join(","), pod.groups.join(",")),
        ...differs(`${want.pod} mode`, want.mode ?? "none", pod.mode ?? "none"),
        ...differs(`${want.pod} state`, "ready", pod.state),
        ...differs(`${want.pod} on a VLAN`, want.kind === "branch", pod.vlanId !== undefined),
      ];
    }),
    ...pods.filter(({ pod }) => !wanted.has(pod)).map(({ pod }) => `${pod} is there`),
  ];
}

function flowDifferences(
  want: Expected["flows"][number],
  view: ExplanationView | undefined,
): string[] {
  const name = `${want.source} → ${want.destination}`;
  if (view === undefined) return [`${name} was not explained`];
  const rules = decidingRules(view);
  const lacking = (want.rules ?? []).filter((rule) => !rules.includes(rule));
  return [
    ...differs(`${name} verdict`, want.verdict, view.verdict),
    ...lacking.map((rule) => `${name} does not rest on the rule "${rule}"`),
    ...(want.missingRule === undefined
      ? []
      : differs(`${name} missing rule`, want.missingRule, missingRules(view).join(", ") || "none")),
  ];
}

function heldTwice(
  thing: string,
  pods: readonly PodView[],
  keyOf: (pod: PodView) => string | undefined,
): string[] {
  const holders = new Map<string, string>();
  const found: string[] = [];
  for (const pod of pods) {
    const key = keyOf(pod);
    if (key === undefined || key === "") continue;
    const other = holders.get(key);
    if (other !== undefined) found.push(`${thing} ${key} is held by ${other} and ${pod.pod}`);
    holders.set(key, pod.pod);
  }
  return found;
}

function differs<Value extends string | boolean>(what: string, want: Value, is: Value): string[] {
  return want === is ? [] : [`${what}: expected ${want}, found ${is}`];
}
