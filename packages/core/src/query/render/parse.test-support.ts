/** Reads RFC 4180 text. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let rest = text;
  while (rest.length > 0) {
    const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
    if (match === null) throw new Error(`no CSV: ${JSON.stringify(rest.slice(0, 40))}`);
    row.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (match[3] !== ",") {
      rows.push(row);
      row = [];
    }
    rest = rest.slice(match[0].length);
  }
  return rows;
}

/** An element of a document. */
export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const token =
  /<!DOCTYPE html>|<\?[^>]*\?>|<(\/?)([a-zA-Z0-9]+)((?:\s+[a-zA-Z0-9:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;

/** Reads well-formed XML without comments and CDATA; throws for anything else. */
export function parseXml(source: string): Element {
  const stack: {
    tag: string;
    attributes: Record<string, string>;
    children: Element[];
    text: string;
  }[] = [{ tag: "", attributes: {}, children: [], text: "" }];
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const at = token.lastIndex;
    const match = token.exec(source);
    if (match === null) throw new Error(`no XML at ${at}: ${source.slice(at, at + 60)}`);
    const [, closing, tag, attributes = "", selfClosing, text] = match;
    const top = stack[stack.length - 1];
    if (text !== undefined) top.text += decode(text);
    else if (tag === undefined) continue;
    else if (closing === "/") {
      if (top.tag !== tag) throw new Error(`</${tag}> closes <${top.tag}>`);
      stack.pop();
    } else {
      const element = { tag, attributes: attributesOf(attributes), children: [], text: "" };
      top.children.push(element);
      if (selfClosing !== "/") stack.push(element);
    }
  }
  if (stack.length !== 1 || stack[0].children.length !== 1) throw new Error("not one root");
  return stack[0].children[0];
}

/** All elements of a tag, in the order of the document. */
export function elements(root: Element, tag: string): readonly Element[] {
  return [
    ...(root.tag === tag ? [root] : []),
    ...root.children.flatMap((one) => elements(one, tag)),
  ];
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([a-zA-Z0-9:-]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, decode(value)]));
}

function decode(text: string): string {
  if (/&(?!(amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`a bare & in ${text}`);
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
