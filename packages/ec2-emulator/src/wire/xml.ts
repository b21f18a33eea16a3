/**
 * An answer before it is text. Objects keep the order of their members; a list becomes
 * `<name><item>…</item></name>`, also when empty; undefined is left out.
 */
export type Tree = string | number | boolean | undefined | readonly Tree[] | TreeObject;

/** Members of an XML element, by EC2's element names. */
export interface TreeObject {
  readonly [name: string]: Tree;
}

/** XML namespace of the one version spoken here. */
const NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The whole document of a successful call. */
export function answerDocument(action: string, requestId: string, answer: TreeObject): string {
  const name = `${action}Response`;
  const body = members({ requestId, ...answer });
  return `${DECLARATION}<${name} xmlns="${NAMESPACE}">${body}</${name}>`;
}

/** The whole document of a refused call. EC2 spells `RequestID` with a capital ID here only. */
export function refusalDocument(code: string, message: string, requestId: string): string {
  const error = `<Error><Code>${code}</Code><Message>${escapeText(message)}</Message></Error>`;
  return `${DECLARATION}<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`;
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
  if (typeof tree === "string") {
    return tree === "" ? `<${name}/>` : `<${name}>${escapeText(tree)}</${name}>`;
  }
  if (typeof tree !== "object") return `<${name}>${tree}</${name}>`;
  if (!isList(tree)) return `<${name}>${members(tree)}</${name}>`;
  if (tree.length === 0) return `<${name}/>`;
  let text = `<${name}>`;
  for (const item of tree) text += element("item", item);
  return `${text}</${name}>`;
}

function isList(tree: readonly Tree[] | TreeObject): tree is readonly Tree[] {
  return Array.isArray(tree);
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
