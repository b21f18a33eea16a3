import { requireWithin } from "../limits.ts";
import type { Report, Tone } from "./report.ts";

const looks: Readonly<Record<Tone, string>> = {
  good: "style=solid",
  partial: "style=dashed",
  unknown: "style=dotted",
  bad: 'style=solid color="#b42318"',
};

/** A directed graph for Graphviz, nodes and lines in a fixed order. */
export function drawDot({ title, edges }: Report, quote: (text: string) => string): string {
  requireWithin("shapes", edges.length);
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort();
  return [
    `digraph ${quote(title)} {`,
    "  rankdir=LR;",
    "  node [shape=box];",
    ...names.map((name) => `  ${quote(name)};`),
    ...edges.map(({ from, to, label, tone }) => {
      return `  ${quote(from)} -> ${quote(to)} [label=${quote(label)} ${looks[tone]}];`;
    }),
    "}",
    "",
  ].join("\n");
}
