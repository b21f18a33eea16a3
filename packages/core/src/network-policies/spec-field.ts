import type { FieldProblem } from "../errors/trunkline-error.ts";
import { isMapping, shown } from "../inputs/plain.ts";

/**
 * A value at its place in a manifest, with somewhere to report to. Manifests come from YAML: types
 * promise a shape, nobody has checked it.
 */
export interface SpecField {
  readonly value: unknown;
  /** "spec.ingress[0].from"; empty for the object itself. */
  readonly path: string;
  readonly findings: Findings;
}

/** What reading finds; problems make the policy invalid, warnings do not. */
export interface Findings {
  readonly problems: FieldProblem[];
  readonly warnings: FieldProblem[];
}

/** Entries of a list that are read where the API sets no limit of its own. */
const LIST_LENGTH_MAX = 10_000;

/** The root of an object. */
export function specField(spec: unknown): SpecField {
  return { value: spec, path: "spec", findings: { problems: [], warnings: [] } };
}

/** Reports a problem of a field. */
export function report({ path, findings }: SpecField, description: string): undefined {
  findings.problems.push({ field: path, description });
}

/** Reports what is valid and hardly meant. */
export function warn({ path, findings }: SpecField, description: string): void {
  findings.warnings.push({ field: path, description });
}

/** Says whether a field is there; null counts as absent, as Kubernetes reads it. */
export function isGiven({ value }: SpecField): boolean {
  return value !== undefined && value !== null;
}

/** The field below a key; the field must be a mapping. */
export function at(field: SpecField, key: string): SpecField {
  const { value, path, findings } = field;
  const child = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  // Written out: reading 75,000 policies makes a million of them.
  return { value: child, path: `${path}.${key}`, findings };
}

/** Reports a field that is no mapping, and every key that it must not have. */
export function mappingOf(field: SpecField, keys: readonly string[], hint = ""): boolean {
  if (!isMapping(field.value)) {
    report(field, isGiven(field) ? `must be a mapping, found ${shown(field.value)}` : "is missing");
    return false;
  }
  for (const key of keysOf(field)) {
    if (keys.includes(key)) continue;
    report(at(field, key), `no such key${hint}; known are ${keys.join(", ")}`);
  }
  return true;
}

/** Keys of a mapping that hold something. */
export function keysOf(field: SpecField): readonly string[] {
  const { value } = field;
  return isMapping(value) ? Object.keys(value).filter((key) => isGiven(at(field, key))) : [];
}

/** Entries of a list; none when it is absent or was reported. */
export function entriesOf(field: SpecField, lengthMax = LIST_LENGTH_MAX): readonly SpecField[] {
  if (!isGiven(field)) return [];
  if (!Array.isArray(field.value)) {
    report(field, `must be a list, found ${shown(field.value)}`);
    return [];
  }
  if (field.value.length > lengthMax) {
    report(field, `has ${field.value.length} entries, at most ${lengthMax} are allowed`);
    return [];
  }
  return field.value.map((value: unknown, index) => {
    return { ...field, value, path: `${field.path}[${index}]` };
  });
}

/** A text, or undefined after a report. */
export function textOf(field: SpecField): string | undefined {
  if (typeof field.value === "string") return field.value;
  return report(field, isGiven(field) ? `must be text, found ${shown(field.value)}` : "is missing");
}

/** One word of a closed set, or undefined after a report. */
export function wordOf<Word extends string>(
  field: SpecField,
  words: readonly Word[],
): Word | undefined {
  const word = words.find((one) => one === field.value);
  if (word !== undefined) return word;
  const found = isGiven(field) ? `found ${shown(field.value)}` : "it is missing";
  return report(field, `must be one of ${words.join(", ")}, ${found}`);
}

/** A whole number of a range, or undefined after a report. */
export function numberOf(field: SpecField, min: number, max: number): number | undefined {
  const { value } = field;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) {
    return value;
  }
  const found = isGiven(field) ? `found ${shown(value)}` : "it is missing";
  return report(field, `must be a whole number of ${min}..${max}, ${found}`);
}
