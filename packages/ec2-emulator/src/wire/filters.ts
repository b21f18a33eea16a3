import type { Row } from "../account/table.ts";
import type { Fields } from "./fields.ts";
import { missing, Refusal } from "./refusal.ts";

/** Most filters in a call and values in a filter. From memory of EC2's documentation. */
const FILTERS_MAX = 50;
const VALUES_MAX = 200;

/** One filter: values OR, wildcards `*` and `?`, backslash takes their meaning away. */
export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
  matches(value: string): boolean;
  /** True when no value has a wildcard: an index can answer. */
  readonly isExact: boolean;
  /** Values with their escapes resolved; empty unless exact. */
  readonly literals: readonly string[];
}

/** Filter name → the values of a row that it looks at. `tag:` names are always known. */
export type FilterSpec<R, Context> = Readonly<
  Record<string, (row: R, context: Context) => readonly (string | undefined)[]>
>;

/** Reads `Filter.N`. Throws FilterLimitExceeded and InvalidParameterValue. */
export function readFilters(fields: Fields): Filter[] {
  const filters = fields.list("Filter").map((one) => {
    const values = one.texts("Value");
    if (values.length === 0) throw missing("filter value");
    return compileFilter(one.requiredText("Name"), values);
  });
  const widest = Math.max(0, ...filters.map((filter) => filter.values.length));
  if (filters.length > FILTERS_MAX || widest > VALUES_MAX) {
    throw new Refusal(
      "FilterLimitExceeded",
      `At most ${FILTERS_MAX} filters with ${VALUES_MAX} values each may be given.`,
    );
  }
  return filters;
}

/** A filter from its name and values. */
export function compileFilter(name: string, values: readonly string[]): Filter {
  const patterns = values.map(toPattern);
  const isExact = patterns.every((pattern) => pattern.every((part) => typeof part === "object"));
  const literals = isExact ? patterns.map(literalOf) : [];
  const exact = new Set(literals);
  const matches = isExact
    ? (value: string) => exact.has(value)
    : (value: string) => patterns.some((pattern) => matchesPattern(pattern, value));
  return { name, values, matches, isExact, literals };
}

/** A pattern in parts: literal texts and the two wildcards. */
type Part = { readonly text: string } | "?" | "*";

function literalOf(pattern: readonly Part[]): string {
  return pattern.map((part) => (typeof part === "object" ? part.text : part)).join("");
}

function toPattern(value: string): Part[] {
  const parts: Part[] = [];
  for (let i = 0; i < value.length; i++) {
    const char = value[i];
    if (char === "*" && parts.at(-1) === "*") continue;
    if (char === "*" || char === "?") parts.push(char);
    else if (char === "\\" && i + 1 < value.length) parts.push({ text: value[++i] ?? "" });
    else parts.push({ text: char ?? "" });
  }
  return parts;
}

// Greedy matching with one point of return: linear for sane patterns, never exponential, which a
// regular expression with many `.*` would be.
function matchesPattern(pattern: readonly Part[], value: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let v = 0; v < value.length; ) {
    const part = pattern[p];
    if (part === "*") {
      star = p++;
      resume = v;
    } else if (part === "?" || (part !== undefined && part.text === value[v])) {
      p++;
      v++;
    } else if (star >= 0) {
      p = star + 1;
      v = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Refuses a filter name that the spec does not have. */
export function checkFilterNames(
  filters: readonly Filter[],
  spec: Readonly<Record<string, unknown>>,
): void {
  for (const { name } of filters) {
    if (Object.hasOwn(spec, name)) continue;
    if (name.startsWith("tag:") && Object.hasOwn(spec, "tag-key")) continue;
    throw new Refusal("InvalidParameterValue", `The filter '${name}' is invalid`);
  }
}

/** True when the row passes every filter. */
export function passes<R extends Row, Context>(
  row: R,
  filters: readonly Filter[],
  spec: FilterSpec<R, Context>,
  context: Context,
): boolean {
  return filters.every((filter) => {
    const values = valuesOf(row, filter.name, spec, context);
    return values.some((value) => value !== undefined && filter.matches(value));
  });
}

function valuesOf<R extends Row, Context>(
  row: R,
  name: string,
  spec: FilterSpec<R, Context>,
  context: Context,
): readonly (string | undefined)[] {
  if (name.startsWith("tag:")) {
    const { tags } = row as unknown as { readonly tags: Readonly<Record<string, string>> };
    const key = name.slice("tag:".length);
    return Object.hasOwn(tags, key) ? [tags[key]] : [];
  }
  return spec[name]?.(row, context) ?? [];
}
