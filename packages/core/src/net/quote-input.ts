/** Longest piece of foreign input that an error message repeats, in UTF-16 units. */
const maxQuoted = 64;

/** Foreign input as it may stand in an error message: quoted, escaped, cut to 64 characters. */
export function quoteInput(text: string): string {
  return JSON.stringify(text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text);
}
