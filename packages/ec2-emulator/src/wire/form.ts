import { Refusal } from "./refusal.ts";

/** One node of a request: a value, members by name, or both. */
export interface FormNode {
  value: string | undefined;
  readonly members: Map<string, FormNode>;
}

/** Most parameters that one request may carry; EC2 itself allows 1000 ids in a call. */
const PARAMETERS_MAX = 20_000;
/** Deepest name: `LaunchSpecification.NetworkInterface.1.PrivateIpAddresses.1.Primary` has 6. */
const NAME_PARTS_MAX = 12;
const NAME_LENGTH_MAX = 512;

/**
 * Decodes a form body (or query string) into a tree: `Filter.1.Value.2=x` becomes
 * Filter → 1 → Value → 2.
 *
 * Order does not matter and gaps in numbering are accepted. Throws `MalformedQueryString` for
 * escapes that are none, names that are too long or deep, and a parameter given twice.
 */
export function parseForm(text: string): FormNode {
  const root: FormNode = { value: undefined, members: new Map() };
  if (text === "") return root;
  const pairs = text.split("&");
  if (pairs.length > PARAMETERS_MAX) {
    throw malformed(`${pairs.length} parameters are more than ${PARAMETERS_MAX}`);
  }
  for (const pair of pairs) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    place(root, name, equals < 0 ? "" : decode(pair.slice(equals + 1)));
  }
  return root;
}

/** All values with their full names, in the order of the tree. */
export function flatten(node: FormNode, path = ""): [name: string, value: string][] {
  const found: [string, string][] = [];
  if (node.value !== undefined) found.push([path, node.value]);
  collect(node, path === "" ? "" : `${path}.`, found);
  return found;
}

function collect(node: FormNode, prefix: string, found: [string, string][]): void {
  for (const [part, member] of node.members) {
    const name = prefix + part;
    if (member.value !== undefined) found.push([name, member.value]);
    if (member.members.size > 0) collect(member, `${name}.`, found);
  }
}

function place(root: FormNode, name: string, value: string): void {
  const parts = name.split(".");
  if (name.length > NAME_LENGTH_MAX || parts.length > NAME_PARTS_MAX) {
    throw malformed(`the parameter name ${name.slice(0, 60)}... is too long`);
  }
  let node = root;
  for (const part of parts) {
    if (part === "") throw malformed(`the parameter name ${name} has an empty part`);
    let next = node.members.get(part);
    if (next === undefined) {
      next = { value: undefined, members: new Map() };
      node.members.set(part, next);
    }
    node = next;
  }
  if (node.value !== undefined) throw malformed(`the parameter ${name} appears twice`);
  node.value = value;
}

function decode(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw malformed(`${text.slice(0, 60)} is not percent-encoded UTF-8`);
  }
}

function malformed(why: string): Refusal {
  return new Refusal("MalformedQueryString", `The query string is malformed: ${why}.`);
}
