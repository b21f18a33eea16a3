import { requireWithin } from "../limits.ts";
import { drawDot } from "./dot.ts";
import { dotString, escapeMarkdown, escapeXml, withoutControls } from "./escape.ts";
import type { Report } from "./report.ts";
import { drawSvg } from "./svg.ts";

/** Forms that an answer can be written in. */
export type ReportFormat = "text" | "json" | "csv" | "markdown" | "dot" | "svg" | "html";

/**
 * Writes a report; the same report always gives the same bytes. Every format ends with a line feed,
 * quotes names as its syntax asks, and refers to nothing outside itself.
 *
 * CSV is RFC 4180, the header first; names are not altered for spreadsheets that run formulas.
 * Throws INVALID_ARGUMENT for more rows than a table, or more shapes than a drawing, may have.
 */
export function renderReport(report: Report, format: ReportFormat): string {
  requireWithin("rows", report.rows.length);
  switch (format) {
    case "text":
      return textOf(report);
    case "json":
      return `${JSON.stringify(report.data, null, 2)}\n`;
    case "csv":
      return [report.columns, ...report.rows].map(csvLine).join("");
    case "markdown":
      return markdownOf(report);
    case "dot":
      return drawDot(report, dotString);
    case "svg":
      return drawSvg(report);
    case "html":
      return htmlOf(report);
  }
}

function textOf({ title, summary, columns, rows }: Report): string {
  const cells = [columns, ...rows].map((row) => row.map(withoutControls));
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  const lines = cells.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]))
      .join("  ")
      .trimEnd(),
  );
  const head = [title, ...summary].map(withoutControls);
  return `${[...head, "", ...(rows.length > 0 ? lines : ["nothing"])].join("\n")}\n`;
}

function csvLine(row: readonly string[]): string {
  const cells = row.map((cell) => {
    return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  });
  return `${cells.join(",")}\r\n`;
}

function markdownOf({ title, summary, columns, rows }: Report): string {
  const line = (row: readonly string[]) => `| ${row.map(escapeMarkdown).join(" | ")} |`;
  const table = [line(columns), `|${columns.map(() => "---").join("|")}|`, ...rows.map(line)];
  const head = [`# ${escapeMarkdown(title)}`, ...summary.map(escapeMarkdown)];
  return `${[...head.flatMap((text) => [text, ""]), ...table].join("\n")}\n`;
}

const style = `body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#1b1f24;background:#fff}
table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #c8ccd1;padding:.25rem .5rem;text-align:left;vertical-align:top}
th{background:#f1f3f5}`;

// No script and no address, so that nothing in it can run or be fetched.
function htmlOf(report: Report): string {
  const { title, summary, columns, rows } = report;
  const row = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join("")}</tr>`;
  return [
    "<!DOCTYPE html>",
    '<html lang="en"><head><meta charset="utf-8"/>',
    `<title>${escapeXml(title)}</title><style>${style}</style></head><body>`,
    `<h1>${escapeXml(title)}</h1>`,
    ...summary.map((text) => `<p>${escapeXml(text)}</p>`),
    drawSvg(report).trimEnd(),
    `<table><thead>${row(columns, "th")}</thead><tbody>`,
    ...rows.map((cells) => row(cells, "td")),
    "</tbody></table></body></html>",
    "",
  ].join("\n");
}
