import { formatTraffic } from "../../net/protocol.ts";
import { hasBit } from "../bits.ts";
import { requireWithin } from "../limits.ts";
import type { Matrix, MatrixRow } from "../matrix.ts";
import type { Report, Tone } from "./report.ts";

const words: Readonly<Record<Tone, string>> = {
  good: "ALLOW",
  partial: "SOME",
  unknown: "UNKNOWN",
  bad: "DENY",
};

/** A matrix, a row a pair and port that is not refused; the grid sums the ports up. */
export function reportMatrix(matrix: Matrix): Report {
  const { level, protocol, ports, names } = matrix;
  const traffic = ports.map((port) => formatTraffic(protocol, { fromPort: port, toPort: port }));
  const rows: string[][] = [];
  const tones: Tone[][] = [];
  for (const row of matrix.rows()) {
    tones.push(
      names.map((_, to) => summedUp(ports.map((_port, at) => toneAt(row, matrix, at, to)))),
    );
    for (const [at, text] of traffic.entries()) {
      for (const [to, name] of names.entries()) {
        const tone = toneAt(row, matrix, at, to);
        if (tone !== "bad") rows.push([row.source, name, text, words[tone]]);
      }
    }
    requireWithin("rows", rows.length);
  }
  const count = (tone: Tone) => rows.filter((row) => row[3] === words[tone]).length;
  return {
    title: `who reaches whom, by ${level}: ${traffic.join(", ")}`,
    summary: [
      `${names.length} by ${names.length}: ${count("good")} allowed, ${count("partial")} in part, ` +
        `${count("unknown")} unknown, the rest refused`,
    ],
    columns: ["source", "destination", "traffic", "verdict"],
    rows,
    edges: rows.map(([from, to, label, word]) => {
      return { from, to, label, tone: word === "ALLOW" ? "good" : toneOfWord(word) };
    }),
    grid: { rowNames: names, columnNames: names, tones },
    data: {
      level,
      protocol,
      ports,
      names,
      podCounts: matrix.podCounts,
      pairs: rows.map(([source, destination, text, verdict]) => {
        return { source, destination, traffic: text, verdict };
      }),
    },
  };
}

function toneAt(row: MatrixRow, { names }: Matrix, port: number, to: number): Tone {
  const at = port * names.length + to;
  if (hasBit(row.allAllowed, at)) return "good";
  if (hasBit(row.anyAllowed, at)) return "partial";
  return hasBit(row.anyUnknown, at) ? "unknown" : "bad";
}

function toneOfWord(word: string): Tone {
  return word === words.partial ? "partial" : "unknown";
}

// One for several ports: what they agree on, else "partial".
function summedUp(tones: readonly Tone[]): Tone {
  return tones.every((tone) => tone === tones[0]) ? tones[0] : "partial";
}
