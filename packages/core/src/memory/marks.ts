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

/** Says whether a text holds a mark, or what could be taken for one; JSON text as well. */
export function holdsMark(text: string): boolean {
  return text.includes(OPEN);
}

/** Says whether a text holds a mark of this end; JSON text as well. */
export function holdsMarkOf(side: Side, text: string): boolean {
  return text.includes(OPEN + side);
}

/** Says whether any text in plain data holds a mark. */
export function anyHoldsMark(value: unknown): boolean {
  if (typeof value === "string") return holdsMark(value);
  if (typeof value !== "object" || value === null) return false;
  for (const one of Object.values(value)) if (anyHoldsMark(one)) return true;
  return false;
}

/**
 * A text with gaps for names: plain where it has none, a number where it is one name alone, else
 * texts and names in turn, a text first. Names of the source are numbers from 0 up, those of the
 * destination from -1 down.
 */
export type Gapped = string | number | readonly (string | number)[];

/** Reads the marks of a text. */
export function gapped(text: string): Gapped {
  const parts = text.split(MARK);
  if (parts.length === 1) return text;
  const found: (string | number)[] = [parts[0]];
  for (let at = 1; at < parts.length; at += 3) {
    const position = Number(parts[at + 1]);
    found.push(parts[at] === "s" ? position : -1 - position, parts[at + 2]);
  }
  const isOneName = found.length === 3 && found[0] === "" && found[2] === "";
  return isOneName ? found[1] : found;
}

/** The text with names in its gaps. */
export function filled(
  text: Gapped,
  source: readonly string[],
  destination: readonly string[],
): string {
  if (typeof text === "string") return text;
  if (typeof text === "number") return text < 0 ? destination[-1 - text] : source[text];
  // Texts and names take turns, as `gapped` wrote them.
  let whole = text[0] as string;
  for (let at = 1; at < text.length; at += 2) {
    const name = text[at] as number;
    whole += name < 0 ? destination[-1 - name] : source[name];
    whole += text[at + 1] as string;
  }
  return whole;
}
