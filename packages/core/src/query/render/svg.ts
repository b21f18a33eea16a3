import { requireWithin } from "../limits.ts";
import { escapeXml } from "./escape.ts";
import type { Report, ReportEdge, ReportGrid, Tone } from "./report.ts";

const colors: Readonly<Record<Tone, string>> = {
  good: "#1a7f37",
  partial: "#9a6700",
  unknown: "#6e7781",
  bad: "#d0d7de",
};

// Readable without colour.
const marks: Readonly<Record<Tone, string>> = { good: "+", partial: "~", unknown: "?", bad: "" };
const dashes: Readonly<Record<Tone, string>> = {
  good: "none",
  partial: "6 3",
  unknown: "2 3",
  bad: "1 5",
};

const cellSize = 18;
const lineHeight = 24;
// Wide enough for most letters of a proportional font at 12 px.
const letterWidth = 7.2;

/** A drawing: a grid where the report has one, else lines from sources to destinations. */
export function drawSvg({ title, edges, grid }: Report): string {
  return grid === undefined ? drawLines(title, edges) : drawGrid(title, grid);
}

function drawGrid(title: string, { rowNames, columnNames, tones }: ReportGrid): string {
  requireWithin("shapes", rowNames.length * columnNames.length);
  const left = widthOf(rowNames);
  const top = widthOf(columnNames);
  const rowTexts = rowNames.map((name, row) => {
    return text(left - 6, top + row * cellSize + 13, name, 'text-anchor="end"');
  });
  const columnTexts = columnNames.map((name, column) => {
    const [x, y] = [left + column * cellSize + 13, top - 6];
    return text(x, y, name, `transform="rotate(-90 ${x} ${y})"`);
  });
  const cells = tones.flatMap((row, y) =>
    row.map((tone, x) => cell(left + x * cellSize, top + y * cellSize, tone)),
  );
  const width = left + columnNames.length * cellSize + 6;
  const height = top + rowNames.length * cellSize + 6;
  return drawing(title, { width, height }, [...rowTexts, ...columnTexts, ...cells]);
}

function cell(x: number, y: number, tone: Tone): string {
  const side = cellSize - 1;
  const square = `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="${colors[tone]}"/>`;
  if (marks[tone] === "") return square;
  return square + text(x + 5, y + 13, marks[tone], 'fill="#fff"');
}

function drawLines(title: string, edges: readonly ReportEdge[]): string {
  requireWithin("shapes", edges.length);
  const sources = [...new Set(edges.map(({ from }) => from))];
  const destinations = [...new Set(edges.map(({ to }) => to))];
  const left = widthOf(sources);
  const right = left + Math.max(120, widthOf(edges.map(({ label }) => label)));
  const yOf = (at: number) => 20 + at * lineHeight;
  const positions = (names: readonly string[]) => new Map(names.map((name, at) => [name, yOf(at)]));
  const [from, to] = [positions(sources), positions(destinations)];
  const lines = edges.map((edge) => {
    const [y1, y2] = [from.get(edge.from), to.get(edge.to)];
    const stroke = `stroke="${colors[edge.tone]}" stroke-dasharray="${dashes[edge.tone]}"`;
    const hint = `<title>${escapeXml(`${edge.from} to ${edge.to}: ${edge.label}`)}</title>`;
    return `<line x1="${left}" y1="${y1}" x2="${right}" y2="${y2}" ${stroke}>${hint}</line>`;
  });
  const names = [
    ...sources.map((name, at) => text(left - 6, yOf(at) + 4, name, 'text-anchor="end"')),
    ...destinations.map((name, at) => text(right + 6, yOf(at) + 4, name, "")),
  ];
  const width = right + widthOf(destinations);
  const height = yOf(Math.max(sources.length, destinations.length));
  return drawing(title, { width, height }, [...lines, ...names]);
}

function drawing(
  title: string,
  { width, height }: { readonly width: number; readonly height: number },
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function text(x: number, y: number, content: string, attributes: string): string {
  const more = attributes === "" ? "" : ` ${attributes}`;
  return `<text x="${x}" y="${y}"${more}>${escapeXml(content)}</text>`;
}

function widthOf(names: readonly string[]): number {
  return (
    Math.ceil(names.reduce((widest, name) => Math.max(widest, name.length), 4) * letterWidth) + 12
  );
}
