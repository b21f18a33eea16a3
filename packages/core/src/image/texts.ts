import type { Grower } from "./grower.ts";

// A text is where its two bytes of length stand, the lower first: characters << 1 | isWide; then a
// byte a character, or two (the lower first) for a text in which some character needs them.

/** EC2's ids have 21 characters; the rest of a longer one is cut. */
const maxTextLength = 4096;

/** Adds a text; returns its place. */
export function addText(texts: Grower<Uint8Array>, text: string): number {
  const length = Math.min(text.length, maxTextLength);
  const place = texts.take(2 + length);
  const bytes = texts.words;
  let union = 0;
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at);
    union |= unit;
    bytes[place + 2 + at] = unit;
  }
  const isWide = union > 255;
  bytes[place] = (length << 1) | (isWide ? 1 : 0);
  bytes[place + 1] = length >> 7;
  if (isWide) widen(texts, place, text);
  return place;
}

function widen(texts: Grower<Uint8Array>, place: number, text: string): void {
  const length = texts.length - place - 2;
  texts.take(length);
  for (let at = 0; at < length; at++) {
    texts.words[place + 2 + 2 * at] = text.charCodeAt(at);
    texts.words[place + 3 + 2 * at] = text.charCodeAt(at) >> 8;
  }
}

/** The text at a place; of damaged bytes, some text. */
export function textAt(texts: Uint8Array, place: number): string {
  const head = (texts[place] ?? 0) | ((texts[place + 1] ?? 0) << 8);
  const length = Math.min(head >> 1, maxTextLength);
  const isWide = (head & 1) === 1;
  const units = texts.subarray(place + 2, place + 2 + (isWide ? 2 * length : length));
  if (!isWide) return String.fromCharCode(...units);
  return String.fromCharCode(
    ...Array.from(
      { length: units.length >> 1 },
      (_, at) => units[2 * at] | (units[2 * at + 1] << 8),
    ),
  );
}
