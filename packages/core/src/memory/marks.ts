// Marks stand in texts where names belong. No text of a world holds these characters, or else no
// template is made of it.
const OPEN = "\ue002";
const CLOSE = "\ue003";
const MARK = /\ue002([sd])(\d+)\ue003/;

/** Which end a mark stands for a name of. */
export type Side = "s" | "d";

/** The mark of a name, by its position among the names of an end. */
export function markOf(side: Side, position: number): string {
  return `${OPEN}${side}${position}${CLOSE}`;
}

/** Says whether a text holds a mark, or what could be taken for one. */
function holdsMark(text: string): boolean {
  return text.includes(OPEN);
}

/** Says whether any text in plain data holds a mark. */
export function anyHoldsMark(value: unknown): boolean {
  if (typeof value === "string") return holdsMark(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(anyHoldsMark);
}

/** The names of both ends by position. */
export interface Names {
  readonly source: readonly string[];
  readonly destination: readonly string[];
}

/**
 * A text with gaps for names: plain where it has none. Texts and names take turns, a text first;
 * names of the source are numbers from 0, those of the destination from -1 down.
 */
export type Gapped = string | readonly (string | number)[];

/** Reads the marks of a text. */
export function gapped(text: string): Gapped {
  if (!holdsMark(text)) return text;
  const parts = text.split(MARK);
  const found: (string | number)[] = [parts[0]];
  for (let at = 1; at < parts.length; at += 3) {
    const position = Number(parts[at + 1]);
    found.push(parts[at] === "s" ? position : -1 - position, parts[at + 2]);
  }
  return found;
}

/** The text with names in its gaps. */
export function filled(text: Gapped, { source, destination }: Names): string {
  if (typeof text === "string") return text;
  let whole = text[0] as string;
  for (let at = 1; at < text.length; at += 2) {
    const name = text[at] as number;
    whole += name < 0 ? destination[-1 - name] : source[name];
    whole += text[at + 1] as string;
  }
  return whole;
}
