import type { Labels } from "@trunkline/core";

/** Keys and indexes from the root of an object. */
export type Path = readonly (string | number)[];

/** A value at its place in an object; what is wrong with it goes to `report`. */
export interface Field {
  readonly value: unknown;
  readonly path: Path;
  readonly report: (path: Path, description: string) => void;
}

/** A mapping of YAML or JSON. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Says whether a value is a mapping. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the field below a key. A null counts as absent, as Kubernetes reads it. */
export function at(field: Field, ...keys: string[]): Field {
  let { value, path } = field;
  for (const key of keys) {
    if (value !== undefined && !isMapping(value)) {
      field.report(path, `must be a mapping, found ${shown(value)}`);
      return { ...field, value: undefined, path: [...path, key] };
    }
    value =
      value !== undefined && Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined;
    path = [...path, key];
  }
  return { ...field, value, path };
}

/** Reads a text; undefined when it is absent or was reported. */
export function text(field: Field): string | undefined {
  if (field.value === undefined || typeof field.value === "string") return field.value;
  field.report(field.path, `must be text, found ${shown(field.value)}${quoteHint(field.value)}`);
  return undefined;
}

/** Reads a text that must be there and not be empty. */
export function requiredText(field: Field): string | undefined {
  const value = text(field);
  if (field.value === undefined || value === "") field.report(field.path, "missing");
  return value === "" ? undefined : value;
}

/** Reads true or false; false when absent. */
export function flag(field: Field): boolean {
  if (field.value === undefined || typeof field.value === "boolean") return field.value ?? false;
  field.report(field.path, `must be true or false, found ${shown(field.value)}`);
  return false;
}

/** Reads one word of a closed set; undefined when it is absent or was reported. */
export function oneOf<Word extends string>(field: Field, words: readonly Word[]): Word | undefined {
  const value = text(field);
  const word = words.find((candidate) => candidate === value);
  if (value !== undefined && word === undefined) {
    field.report(field.path, `must be one of ${words.join(", ")}, found ${shown(value)}`);
  }
  return word;
}

/** Reads a list; its entries keep their places. Empty when absent or reported. */
export function entries(field: Field): Field[] {
  if (field.value === undefined) return [];
  if (!Array.isArray(field.value)) {
    field.report(field.path, `must be a list, found ${shown(field.value)}`);
    return [];
  }
  return field.value.map((value: unknown, index) => ({
    ...field,
    value: value ?? undefined,
    path: [...field.path, index],
  }));
}

/** Reads a list of texts, none of them empty. */
export function texts(field: Field): string[] {
  return entries(field).flatMap((entry) => requiredText(entry) ?? []);
}

/** Reads a mapping from text to text. Keys such as "constructor" are plain keys here. */
export function labels(field: Field): Labels {
  if (field.value === undefined) return {};
  if (!isMapping(field.value)) {
    field.report(field.path, `must be a mapping, found ${shown(field.value)}`);
    return {};
  }
  const pairs = Object.keys(field.value).map((key): [string, string] => {
    const value = text(at(field, key));
    return [key, value ?? ""];
  });
  return Object.fromEntries(pairs);
}

/** Reports every key that the object must not have. */
export function onlyKeys(field: Field, keys: readonly string[]): void {
  if (!isMapping(field.value)) return;
  for (const key of Object.keys(field.value)) {
    if (keys.includes(key)) continue;
    field.report([...field.path, key], `no such key; known are ${keys.join(", ")}`);
  }
}

/** Renders a value for a message, cut to a readable length. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const rendered = JSON.stringify(value) ?? String(value);
  return rendered.length > 80 ? `${rendered.slice(0, 77)}...` : rendered;
}

function quoteHint(value: unknown): string {
  return typeof value === "object" ? "" : "; put it in quotes";
}
