import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../../verdict/evaluate.ts";
import { edited, eniParts, rules } from "../../world/edits.test-support.ts";
import { fixtureF, flow } from "../../world/fixture-f.test-support.ts";
import { indexWorld } from "../../world/world-index.ts";
import { checkAssertions } from "../assertions.ts";
import { diffWorlds } from "../diff/diff-worlds.ts";
import { matrix } from "../matrix.ts";
import { whoCan } from "../who-can.ts";
import { junitXml } from "./junit.ts";
import { reportMatrix } from "./matrix-report.ts";
import { elements, parseCsv, parseXml } from "./parse.test-support.ts";
import { type ReportFormat, renderReport } from "./render.ts";
import type { Report } from "./report.ts";
import { reportDiff, reportExplanation, reportWhoCan } from "./reports.ts";

const hostile = `db1"<script>alert('x')</script>&|\`,\\\n`;
const open = ["in tcp/5432 from sg-app", "in tcp/5432 from sg-node"];
const world = edited(
  fixtureF(),
  eniParts("eni-db1", { tags: { Name: hostile } }),
  rules("sg-db", ...open),
);
const asked = flow("shop/api", "eni-db1", "tcp/5432");
const database = { kind: "interface", eniId: "eni-db1" } as const;

const reports: Readonly<Record<string, () => Report>> = {
  whoCan: () => reportWhoCan(whoCan(world, { destination: database, protocol: 6, port: 5432 })),
  diff: () => reportDiff(diffWorlds(edited(world, rules("sg-db")), world), indexWorld(world)),
  explanation: () => reportExplanation(asked, explain(world, asked)),
  matrix: () => reportMatrix(matrix(world, { level: "pod", ports: [8080, 53] })),
};
const formats: readonly ReportFormat[] = ["text", "json", "csv", "markdown", "dot", "svg", "html"];

describe.each(Object.entries(reports))("a report of %s", (_name, make) => {
  const report = make();

  it("has rows as wide as its header, and some", () => {
    expect(report.rows.length).toBeGreaterThan(0);
    expect(report.rows.every((row) => row.length === report.columns.length)).toBe(true);
  });

  it.each(formats)("is the same twice, and ends with one line feed, as %s", (format) => {
    const text = renderReport(report, format);
    expect(renderReport(make(), format)).toBe(text);
    expect(text).toMatch(/[^\n]\n$/);
  });

  it("can be read back from csv and json", () => {
    expect(parseCsv(renderReport(report, "csv"))).toEqual([report.columns, ...report.rows]);
    const plain: unknown = JSON.parse(JSON.stringify(report.data));
    expect(JSON.parse(renderReport(report, "json"))).toEqual(plain);
  });

  it("is well-formed svg and html that run and fetch nothing", () => {
    expect(parseXml(renderReport(report, "svg")).tag).toBe("svg");
    const html = parseXml(renderReport(report, "html"));
    expect(elements(html, "tr")).toHaveLength(report.rows.length + 1);
    for (const tag of ["script", "img", "link", "iframe", "a"]) {
      expect(elements(html, tag)).toEqual([]);
    }
    expect(renderReport(report, "html").replace("http://www.w3.org/2000/svg", "")).not.toMatch(
      /https?:|url\(|@import/,
    );
  });

  it("has one table row a row in markdown, and one line a row in text", () => {
    const lines = renderReport(report, "markdown").split("\n");
    expect(lines.filter((line) => line.startsWith("|"))).toHaveLength(report.rows.length + 2);
    const text = renderReport(report, "text").trimEnd().split("\n");
    expect(text).toHaveLength(report.summary.length + 3 + report.rows.length);
  });
});

it("hostile names stay text in every format", () => {
  const text = fc.string({ unit: "binary", maxLength: 30 });
  const cells = fc.tuple(text, text);
  fc.assert(
    fc.property(text, fc.array(cells, { minLength: 1, maxLength: 5 }), (title, rows) => {
      const edges = rows.map(([from, to]) => ({ from, to, label: title, tone: "good" }) as const);
      const report: Report = { title, summary: [], columns: ["a", "b"], rows, edges, data: rows };
      expect(parseCsv(renderReport(report, "csv"))).toEqual([["a", "b"], ...rows]);
      const html = parseXml(renderReport(report, "html"));
      expect(elements(html, "td")).toHaveLength(rows.length * 2);
      expect(elements(html, "script")).toEqual([]);
      expect(elements(parseXml(renderReport(report, "svg")), "line")).toHaveLength(rows.length);
      const dot = renderReport(report, "dot").trimEnd().split("\n");
      expect(dot.filter((line) => / -> /.test(line)).length).toBeGreaterThanOrEqual(rows.length);
      for (const line of dot.slice(3, -1)) {
        expect(line.replace(/"(?:[^"\\]|\\.)*"/g, "Q")).toMatch(
          /^ {2}Q( -> Q \[label=Q style=\w+\])?;$/,
        );
      }
      const lines = renderReport(report, "text").split("\n");
      expect(lines).toHaveLength(rows.length + 4);
    }),
    { numRuns: 60 },
  );
}, 20_000);

it("the grid of a matrix has a square for each pair, marked without colour too", () => {
  const svg = parseXml(renderReport(reports.matrix(), "svg"));
  expect(elements(svg, "rect")).toHaveLength(49);
  const marks = elements(svg, "text").map((one) => one.text);
  expect(marks.filter((mark) => mark === "+").length).toBeGreaterThan(7);
});

it("a drawing of too many shapes is refused, the table is not", () => {
  const edges = Array.from({ length: 40_001 }, (_, at) => {
    return { from: `a${at}`, to: "b", label: "", tone: "good" } as const;
  });
  const report: Report = { title: "", summary: [], columns: [], rows: [], edges, data: [] };
  expect(() => renderReport(report, "dot")).toThrow("40001 shapes");
  expect(renderReport(report, "text")).toContain("nothing");
});

it("assertions become JUnit XML with counts that add up", () => {
  const results = checkAssertions(world, {
    mustReach: [
      { flow: asked },
      { name: hostile, flow: flow("shop/peer", "eni-db1", "tcp/5432") },
      { flow: flow("shop/none", "eni-db1", "tcp/1") },
    ],
    mustNotReach: [{ flow: flow("shop/peer", "eni-db1", "tcp/5432") }],
  });
  const root = parseXml(junitXml(results));
  expect(root.attributes).toEqual({ tests: "4", failures: "1", errors: "1" });
  expect(elements(root, "testcase").map(({ attributes }) => attributes.classname)).toEqual([
    "mustReach",
    "mustReach",
    "mustReach",
    "mustNotReach",
  ]);
  expect(elements(root, "failure")).toHaveLength(1);
  expect(elements(root, "error")[0].attributes.message).toContain("does not exist");
});
