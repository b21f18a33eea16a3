import type { References } from "../../groups/peer-match.ts";
import { formatTraffic } from "../../net/protocol.ts";
import type { DecidingRule, Explanation, Flow, Verdict } from "../../verdict/explanation.ts";
import { flowText } from "../assertions.ts";
import type { DiffVerdict, VerdictChange } from "../diff/change.ts";
import type { WorldDiff } from "../diff/diff-worlds.ts";
import { editText } from "../diff/edit-text.ts";
import type { SourceSet, WhoCan } from "../who-can.ts";
import type { Report, ReportEdge, Tone } from "./report.ts";

/** Who can, a row a set of sources. */
export function reportWhoCan(answer: WhoCan): Report {
  const { destination, protocol, port, sources, podCounts } = answer;
  const traffic = formatTraffic(protocol, { fromPort: port, toPort: port });
  const { allowed, unknown, refused } = podCounts;
  return {
    title: `who can reach ${destination} ${traffic}`,
    summary: [`pods: ${allowed} allowed, ${unknown} unknown, ${refused} refused`],
    columns: ["verdict", "pods", "others", "outside", "rules", "because"],
    rows: sources.map((set) => [
      set.verdict,
      `${set.pods.length}: ${set.pods.join(", ")}`,
      set.others.join(", "),
      set.outside.join(", "),
      rulesText(set.rules),
      set.because,
    ]),
    edges: sources.flatMap((set) => sourceEdges(set, destination)),
    data: answer,
  };
}

function sourceEdges(set: SourceSet, to: string): readonly ReportEdge[] {
  const label = rulesText(set.rules);
  const names = [...set.pods, ...set.others, ...set.outside];
  return names.map((from) => ({ from, to, label, tone: toneOf(set.verdict) }));
}

/** The difference of two worlds, a row a change; names are those of `references`. */
export function reportDiff(diff: WorldDiff, references: References): Report {
  const { changes, edits, newlyAllowedCount, noLongerAllowedCount } = diff;
  return {
    title: "what changes",
    summary: [
      `${edits.length} objects differ`,
      `${newlyAllowedCount} pairs newly allowed, ${noLongerAllowedCount} no longer`,
    ],
    columns: ["before", "after", "traffic", "sources", "destinations", "pairs", "cause"],
    rows: changes.flatMap((change) =>
      change.pairs.map(({ sources, destinations }) => [
        change.before,
        change.after,
        change.traffic.join(", "),
        sources.join(", "),
        destinations.join(", "),
        String(change.pairCount),
        change.cause.map((edit) => editText(edit, references)).join("; "),
      ]),
    ),
    edges: changes.flatMap(changeEdges),
    data: diff,
  };
}

function changeEdges({ before, after, traffic, pairs }: VerdictChange): readonly ReportEdge[] {
  const label = `${before} to ${after}: ${traffic.join(", ")}`;
  return pairs.flatMap(({ sources, destinations }) =>
    sources.flatMap((from) =>
      destinations.flatMap((to) => (from === to ? [] : [{ from, to, label, tone: toneOf(after) }])),
    ),
  );
}

/** An explanation, a row a step. */
export function reportExplanation(flow: Flow, explanation: Explanation): Report {
  const { verdict, steps, model, otherModelVerdict, notes } = explanation;
  const other =
    otherModelVerdict === undefined ? [] : [`the other model says ${otherModelVerdict}`];
  return {
    title: `${flowText(flow)}: ${verdict}`,
    summary: [`model ${model}`, ...other, ...notes],
    columns: ["step", "asked", "outcome", "answer", "rules"],
    rows: steps.map((step) => [
      String(step.number),
      step.title,
      step.outcome,
      step.text,
      step.rules.map(({ rule }) => rule.ruleId).join(" "),
    ]),
    edges: steps.slice(1).map((step, at) => ({
      from: `${steps[at].number} ${steps[at].title}`,
      to: `${step.number} ${step.title}`,
      label: step.outcome,
      tone: step.outcome === "OK" || step.outcome === "SKIPPED" ? "good" : "bad",
    })),
    data: { flow, ...explanation },
  };
}

function rulesText(rules: readonly DecidingRule[]): string {
  return rules
    .map(({ text, groupName, rule }) => `${groupName} ${text} (${rule.ruleId})`)
    .join("; ");
}

function toneOf(verdict: Verdict | DiffVerdict): Tone {
  switch (verdict) {
    case "ALLOW":
      return "good";
    case "UNKNOWN":
      return "unknown";
    case "DENY":
    case "UNSUPPORTED":
    case "ABSENT":
      return "bad";
  }
}
