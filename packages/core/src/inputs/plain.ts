/** A mapping of YAML or JSON. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Says whether a value is a mapping. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Characters of a value that a message shows. */
const SHOWN_LENGTH_MAX = 60;

/** Renders a value for a message, cut to a readable length. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = rendered(typeof value === "string" ? value.slice(0, SHOWN_LENGTH_MAX) : value);
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX - 3)}...` : text;
}

function rendered(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A big integer, a value that holds itself, or one nested too deep: its kind says enough.
    return typeof value === "object" ? "something that is no JSON" : String(value);
  }
}
