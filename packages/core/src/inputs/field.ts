import type { Labels } from "../world/cluster.ts";
import { isMapping, shown } from "./plain.ts";

/** Keys and indexes from the root of a document. */
export type InputPath = readonly (string | number)[];

/** A value at its place in a document; what is wrong with it goes to `report`. */
export interface Field {
  readonly value: unknown;
  /** Undefined at the root. */
  readonly parent: Field | undefined;
  /** Key or index below the parent; empty at the root. */
  readonly key: string | number;
  readonly report: Report;
}

/** Takes what is wrong with a field. */
export type Report = (field: Field, description: string) => void;

/** Entries of a list of a Kubernetes object; etcd holds objects of 1.5 MiB. */
const LIST_LENGTH_MAX = 10_000;

/** The root of a document. */
export function rootField(value: unknown, report: Report): Field {
  return { value, parent: undefined, key: "", report };
}

/** Where a field is. */
export function pathOf(field: Field): InputPath {
  const steps: (string | number)[] = [];
  for (let at = field; at.parent !== undefined; at = at.parent) steps.push(at.key);
  return steps.reverse();
}

/** Renders a path of keys and indexes: ["spec", "groupIds", 0] → "spec.groupIds[0]". */
export function pathText(path: InputPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    const plain = /^[\w-]+$/.test(step);
    if (!plain) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** Reports what is wrong with a field. */
export function report(field: Field, description: string): undefined {
  field.report(field, description);
}

/** Returns the field below a key. A null counts as absent, as Kubernetes reads it. */
export function at(field: Field, ...keys: readonly string[]): Field {
  let current = field;
  for (const key of keys) {
    const { value } = current;
    const isReadable = value === undefined || isMapping(value);
    if (!isReadable) report(current, `must be a mapping, found ${shown(value)}`);
    const isThere = isMapping(value) && Object.hasOwn(value, key);
    const below = isThere ? (value[key] ?? undefined) : undefined;
    current = { value: below, parent: current, key, report: field.report };
  }
  return current;
}

/** Reads a text; undefined when it is absent or was reported. */
export function text(field: Field): string | undefined {
  if (field.value === undefined || typeof field.value === "string") return field.value;
  return report(field, `must be text, found ${shown(field.value)}${quoteHint(field.value)}`);
}

/** Reads a text that must be there and not be empty. */
export function requiredText(field: Field): string | undefined {
  const value = text(field);
  if (field.value === undefined || value === "") report(field, "missing");
  return value === "" ? undefined : value;
}

/** Reads true or false; false when absent. */
export function flag(field: Field): boolean {
  if (field.value === undefined || typeof field.value === "boolean") return field.value ?? false;
  report(field, `must be true or false, found ${shown(field.value)}`);
  return false;
}

/** Reads a whole number of a range; undefined when it is absent or was reported. */
export function wholeNumber(field: Field, min: number, max: number): number | undefined {
  const { value } = field;
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) {
    return value;
  }
  return report(field, `must be a whole number of ${min}..${max}, found ${shown(value)}`);
}

/** Reads one word of a closed set; undefined when it is absent or was reported. */
export function oneOf<Word extends string>(field: Field, words: readonly Word[]): Word | undefined {
  const value = text(field);
  const word = words.find((candidate) => candidate === value);
  if (value !== undefined && word === undefined) {
    report(field, `must be one of ${words.join(", ")}, found ${shown(value)}`);
  }
  return word;
}

/** Reads a list; its entries keep their places. Empty when absent or reported. */
export function entries(field: Field, lengthMax = LIST_LENGTH_MAX): readonly Field[] {
  const { value } = field;
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    report(field, `must be a list, found ${shown(value)}`);
    return [];
  }
  if (value.length > lengthMax) {
    report(field, `has ${value.length} entries, at most ${lengthMax} are read`);
    return [];
  }
  return value.map((one: unknown, key) => {
    return { value: one ?? undefined, parent: field, key, report: field.report };
  });
}

/** Reads a list of texts, none of them empty. */
export function texts(field: Field): readonly string[] {
  return entries(field).flatMap((entry) => requiredText(entry) ?? []);
}

/** Reads a mapping from text to text. Keys such as "constructor" are plain keys here. */
export function labels(field: Field): Labels {
  const { value } = field;
  if (value === undefined) return {};
  if (!isMapping(value)) {
    report(field, `must be a mapping, found ${shown(value)}`);
    return {};
  }
  const pairs = Object.keys(value).map((key): [string, string] => [
    key,
    text(at(field, key)) ?? "",
  ]);
  return Object.fromEntries(pairs);
}

/** Reports every key that the object must not have. */
export function onlyKeys(field: Field, keys: readonly string[]): void {
  if (!isMapping(field.value)) return;
  for (const key of Object.keys(field.value)) {
    if (keys.includes(key)) continue;
    report(at(field, key), `no such key; known are ${keys.join(", ")}`);
  }
}

function quoteHint(value: unknown): string {
  return typeof value === "object" ? "" : "; put it in quotes";
}
