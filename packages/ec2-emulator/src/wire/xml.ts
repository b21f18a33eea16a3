/**
 * An answer before it is text. Objects keep the order of their members; a list becomes
 * `<name><item>…</item></name>`, also when empty; undefined is left out. A list may be
 * made while it is read, see {@link listOf}.
 */
export type Tree = string | number | boolean | undefined | Iterable<Tree> | TreeObject;

/** Members of an XML element, by EC2's element names. */
export interface TreeObject {
  readonly [name: string]: Tree;
}

/** XML namespace of the one version spoken here. */
const NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * Length of text that is turned into bytes at once. V8 keeps text that is put together as a tree
 * of its parts: short trees die young, a tree of the whole answer outlives collections.
 */
const PIECE_LENGTH = 16_384;

/** The whole document of a successful call: text when it is short, bytes in UTF-8 otherwise. */
export function answerDocument(
  action: string,
  requestId: string,
  answer: TreeObject,
): string | Buffer {
  const done: Buffer[] = [];
  let text = "";
  for (const piece of pieces(`${action}Response`, { requestId, ...answer })) {
    text += piece;
    if (text.length < PIECE_LENGTH) continue;
    done.push(Buffer.from(text));
    text = "";
  }
  return done.length === 0 ? text : Buffer.concat([...done, Buffer.from(text)]);
}

/** The document in pieces, each item of the outermost lists for itself. */
function* pieces(name: string, answer: TreeObject): Iterable<string> {
  yield `${DECLARATION}<${name} xmlns="${NAMESPACE}">`;
  for (const member in answer) {
    const tree = answer[member];
    if (isList(tree)) yield* listPieces(member, tree);
    else yield element(member, tree);
  }
  yield `</${name}>`;
}

function* listPieces(name: string, list: Iterable<Tree>): Iterable<string> {
  const { open, close, empty } = marksOf(name);
  let isEmpty = true;
  for (const item of list) {
    if (isEmpty) yield open;
    isEmpty = false;
    yield element("item", item);
  }
  yield isEmpty ? empty : close;
}

/** The whole document of a refused call. EC2 spells `RequestID` with a capital ID here only. */
export function refusalDocument(code: string, message: string, requestId: string): string {
  const error = `<Error><Code>${code}</Code><Message>${escapeText(message)}</Message></Error>`;
  return `${DECLARATION}<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`;
}

/** A list whose items are made while it is written, so that no two of them are kept at a time. */
export function listOf<T>(values: readonly T[], render: (value: T) => Tree): Iterable<Tree> {
  return {
    *[Symbol.iterator]() {
      for (const value of values) yield render(value);
    },
  };
}

/** EC2's form of a time: `2026-01-02T03:04:05.000Z`. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** Text of the members of one element. */
export function members(tree: TreeObject): string {
  let text = "";
  for (const name in tree) text += element(name, tree[name]);
  return text;
}

function element(name: string, tree: Tree): string {
  if (tree === undefined) return "";
  const { open, close, empty } = marksOf(name);
  if (typeof tree === "string") return tree === "" ? empty : open + escapeText(tree) + close;
  if (typeof tree !== "object") return open + tree + close;
  if (!isList(tree)) return open + members(tree) + close;
  let text = "";
  for (const item of tree) text += element("item", item);
  return text === "" ? empty : open + text + close;
}

function isList(tree: Tree): tree is Iterable<Tree> {
  return Array.isArray(tree) || (typeof tree === "object" && Symbol.iterator in tree);
}

/** What stands around the content of an element. */
interface Marks {
  readonly open: string;
  readonly close: string;
  readonly empty: string;
}

// Element names are those of EC2's answers, a few hundred.
const marks = new Map<string, Marks>();

function marksOf(name: string): Marks {
  const known = marks.get(name);
  if (known !== undefined) return known;
  const fresh = { open: `<${name}>`, close: `</${name}>`, empty: `<${name}/>` };
  marks.set(name, fresh);
  return fresh;
}

// Everything that XML 1.0 forbids in text, and what must be escaped there. A carriage return is
// escaped because a parser would turn it into a line feed.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML forbids.
const SPECIAL = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const NEEDS_ESCAPE = new RegExp(SPECIAL.source);

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};

/** Text that is safe between tags; what XML cannot carry becomes U+FFFD. */
export function escapeText(text: string): string {
  // Nearly no text needs it; a test is much cheaper than a replacement that finds nothing.
  if (!NEEDS_ESCAPE.test(text)) return text;
  return text.replace(SPECIAL, (char) => ESCAPES[char] ?? "\ufffd");
}
