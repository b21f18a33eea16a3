import {
  type InputPath,
  isMapping,
  listObjects,
  type Mapping,
  shown,
} from "@trunkline/core/inputs";
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
import { explainFlattened } from "./flattened-policy.ts";
import type { Problem, Source } from "./problem.ts";

/** One object of a file, as written. */
export interface RawObject {
  readonly value: Mapping;
  readonly file: string;
  /** Line of the deepest part of a path that exists, from 1. */
  lineOf(path: InputPath): number;
  /** Where the object begins; to be kept for as long as the object is. */
  readonly place: () => Source;
}

/**
 * A JSON file larger than this was made by a program, so it is read by the JSON parser: sixty times
 * faster, blind to keys that are written twice. Lines are looked up when somebody needs one.
 */
const LARGE_JSON_LENGTH = 256 * 1024;

/** What a file holds, and what is wrong with it. */
export interface ParsedDocuments {
  readonly objects: readonly RawObject[];
  readonly problems: readonly Problem[];
}

/** Aliases are bounded so that a small file cannot grow into a large world ("billion laughs"). */
const ALIASES_MAX = 1000;

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
  if (text.length > LARGE_JSON_LENGTH && file.endsWith(".json")) {
    const value = tryParseJson(text);
    if (isMapping(value)) return { objects: takeApart(lazyPiece(file, text), value), problems: [] };
  }
  const lines = new LineCounter();
  const objects: RawObject[] = [];
  const problems: Problem[] = [];
  for (const document of parseYaml(text, lines)) {
    const found = readDocument({ file, text, document, lines });
    problems.push(...found.problems);
    for (const object of found.objects) objects.push(object);
  }
  return { objects, problems };
}

function parseYaml(text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  return parseAllDocuments(text, {
    lineCounter,
    prettyErrors: false,
    logLevel: "error",
    merge: true,
    customTags: (tags) => [...tags, oldBooleans],
  }) as Document.Parsed[];
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The YAML parser, which comes next, says what is wrong and where.
    return undefined;
  }
}

interface Piece {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** A file of which objects are taken, and where its lines are found. */
interface Origin {
  readonly file: string;
  /** To find a line costs a second parsing. */
  readonly isLazy: boolean;
  lineOf(path: InputPath): number;
}

function lazyPiece(file: string, text: string): Origin {
  let piece: Piece | undefined;
  return {
    file,
    isLazy: true,
    lineOf: (path) => {
      if (piece === undefined) {
        const lines = new LineCounter();
        const [document] = parseYaml(text, lines);
        if (document === undefined) return 1;
        piece = { file, document, lines };
      }
      return lineAt(piece.lines, offsetOf(piece, path));
    },
  };
}

function readDocument(piece: Piece & { readonly text: string }): ParsedDocuments {
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
  const lineOf = (path: InputPath) => lineAt(lines, offsetOf(piece, path));
  return { objects: takeApart({ file, isLazy: false, lineOf }, value), problems: [] };
}

function takeApart(origin: Origin, document: Mapping): readonly RawObject[] {
  return listObjects(document).map(({ value, path }) => rawObject(origin, value, path));
}

function rawObject(origin: Origin, value: Mapping, path: InputPath): RawObject {
  const { file, isLazy } = origin;
  const lineOf = (rest: InputPath) => origin.lineOf([...path, ...rest]);
  const place = isLazy ? () => ({ file, line: lineOf([]) }) : known({ file, line: lineOf([]) });
  return { value, file, lineOf, place };
}

// Made here, so that it holds on to the place alone and not to the syntax tree of the file.
function known(source: Source): () => Source {
  return () => source;
}

function offsetOf(piece: Piece, path: InputPath): number {
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
