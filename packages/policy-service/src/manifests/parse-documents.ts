import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type ScalarTag,
} from "yaml";
import { isMapping, type Mapping, type Path, shown } from "./fields.ts";
import { explainFlattened } from "./flattened-policy.ts";
import type { Problem } from "./problem.ts";

/** One object of a file, as written. */
export interface RawObject {
  readonly value: Mapping;
  readonly file: string;
  /** Line of the deepest part of a path that exists, from 1. */
  lineOf(path: Path): number;
}

/** What a file holds, and what is wrong with it. */
export interface ParsedDocuments {
  readonly objects: readonly RawObject[];
  readonly problems: readonly Problem[];
}

/** Aliases are bounded so that a small file cannot grow into a large world ("billion laughs"). */
const ALIASES_MAX = 1000;

/** Depth to which lists are followed; kubectl makes one level. */
const LIST_DEPTH_MAX = 4;

/** Errors that are reported of one document; the parser repeats itself after the first. */
const ERRORS_PER_DOCUMENT_MAX = 5;

/**
 * The words that Kubernetes reads as true and false, as YAML 1.1 does, besides those of YAML 1.2.
 * A label `canary: yes` is refused by the API server, so it must be refused here too.
 */
const oldBooleans: ScalarTag = {
  tag: "tag:yaml.org,2002:bool",
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/,
  resolve: (word) => /^(?:y|on)/i.test(word),
};

/** Parses one file of YAML documents or JSON into objects; lists are taken apart. */
export function parseDocuments(file: string, text: string): ParsedDocuments {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
    merge: true,
    customTags: (tags) => [...tags, oldBooleans],
  });
  const objects: RawObject[] = [];
  const problems: Problem[] = [];
  for (const document of documents as Document.Parsed[]) {
    const found = readDocument({ file, text, document, lines });
    problems.push(...found.problems);
    objects.push(...found.objects);
  }
  return { objects, problems };
}

interface Piece {
  readonly file: string;
  readonly text: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

function readDocument(piece: Piece): ParsedDocuments {
  const { file, text, document, lines } = piece;
  const start = lineAt(lines, firstOffset(piece));
  const problem = (line: number, description: string): Problem => {
    return { file, line, subject: "", path: "", description };
  };
  const flattened = explainFlattened(text.slice(document.range[0], document.range[1]));
  if (flattened !== undefined) {
    const subject = flattened.subject;
    return {
      objects: [],
      problems: flattened.problems.map((p) => ({ file, line: start, subject, ...p })),
    };
  }
  if (document.errors.length > 0) {
    const problems = document.errors
      .slice(0, ERRORS_PER_DOCUMENT_MAX)
      .map((error) => problem(lineAt(lines, error.pos[0]), `not YAML: ${error.message}`));
    return { objects: [], problems };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { objects: [], problems: [problem(start, `not YAML: ${reason}`)] };
  }
  // Comments alone, or nothing between two separators.
  if (value === null || value === undefined) return { objects: [], problems: [] };
  if (!isMapping(value)) {
    const description = `must be a Kubernetes object, found ${shown(value)}`;
    return { objects: [], problems: [problem(start, description)] };
  }
  return { objects: takeApart(piece, value, []), problems: [] };
}

/** Follows `kind: List` and `kind: PodList`; entries of the latter need not repeat their kind. */
function takeApart(piece: Piece, value: Mapping, path: Path): RawObject[] {
  const kind = value["kind"];
  const items = value["items"];
  const isList = typeof kind === "string" && kind.endsWith("List") && Array.isArray(items);
  if (!isList || path.length > LIST_DEPTH_MAX * 2) return [rawObject(piece, value, path)];
  const implied =
    kind === "List" ? {} : { kind: kind.slice(0, -"List".length), apiVersion: value["apiVersion"] };
  return items.flatMap((item: unknown, index) => {
    const place = [...path, "items", index];
    const entry = isMapping(item) ? { ...implied, ...item } : { kind: shown(item) };
    return takeApart(piece, entry, place);
  });
}

function rawObject(piece: Piece, value: Mapping, prefix: Path): RawObject {
  const { file, lines } = piece;
  return { value, file, lineOf: (path) => lineAt(lines, offsetOf(piece, [...prefix, ...path])) };
}

function offsetOf(piece: Piece, path: Path): number {
  let node: unknown = piece.document.contents;
  let offset = firstOffset(piece);
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(piece.document);
    if (isMap(node)) {
      const pair = node.items.find((item) => keyText(item.key) === step);
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number" && step < node.items.length) {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else {
      break;
    }
  }
  return offset;
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function startOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0];
}

// A document's range begins at its separator; the first line that says something is meant.
function firstOffset({ document }: Piece): number {
  return startOf(document.contents) ?? document.range[0];
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}
