import { tryParseAddress } from "../../net/address.ts";
import { tryParseCidr } from "../../net/cidr.ts";
import type { Tags } from "../../world/cloud.ts";
import { at, entries, type Field, report, text } from "../field.ts";
import { shown } from "../plain.ts";

/** Rows of one list; far beyond what any account may have. */
export const ROWS_MAX = 1_000_000;

/** Entries of the list below a key. */
export function rows(field: Field, key: string): readonly Field[] {
  return entries(at(field, key), ROWS_MAX);
}

/** Reads EC2's tag list. A tag without a value has the empty one. */
export function tags(field: Field): Tags {
  const pairs = entries(field).map((tag) => [
    text(at(tag, "Key")) ?? "",
    text(at(tag, "Value")) ?? "",
  ]);
  return Object.fromEntries(pairs);
}

/** Reads the CIDR below a key; undefined when it is absent or was reported. */
export function cidr(field: Field, key: string): string | undefined {
  return checked(at(field, key), tryParseCidr, "a CIDR");
}

/** Reads the address below a key; undefined when it is absent or was reported. */
export function address(field: Field, key: string): string | undefined {
  return checked(at(field, key), tryParseAddress, "an address");
}

/** Keeps the first of equal texts and drops what is absent. */
export function distinct(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value): value is string => Boolean(value)))];
}

function checked(
  field: Field,
  parse: (value: string) => unknown,
  form: string,
): string | undefined {
  const value = text(field);
  if (!value || parse(value) !== undefined) return value;
  return report(field, `must be ${form}, found ${shown(value)}`);
}
