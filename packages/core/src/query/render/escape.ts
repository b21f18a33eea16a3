const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that is safe in XML and HTML, in elements and in quoted attributes. */
export function escapeXml(text: string): string {
  return withoutControls(text).replace(/[&<>"']/g, (character) => entities[character]);
}

/**
 * One line without characters that steer a terminal, break a line, or are not allowed in XML; each
 * becomes U+FFFD.
 */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\uFFFE\uFFFF]/gu, "\uFFFD");
}

/** A string of the DOT language, quotes included. */
export function dotString(text: string): string {
  return `"${withoutControls(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** Text that Markdown shows as it is, in a cell of a table too. */
export function escapeMarkdown(text: string): string {
  return withoutControls(text).replace(/[\\`*_{}[\]<>|#~!&]/g, (character) => `\\${character}`);
}
