import type { FieldProblem } from "../errors/trunkline-error.ts";
import { isMapping, shown } from "../inputs/plain.ts";

/** Texts of places in manifests, each once: thousands of policies have the same. */
export class Places {
  readonly text: string;
  readonly #below = new Map<string | number, Places>();

  constructor(text = "spec") {
    this.text = text;
  }

  /** The place below a key, or at a position of a list. */
  below(step: string | number): Places {
    const known = this.#below.get(step);
    if (known !== undefined) return known;
    const made = new Places(this.text + stepText(step));
    this.#below.set(step, made);
    return made;
  }
}

function stepText(step: string | number): string {
  return typeof step === "number" ? `[${step}]` : `.${step}`;
}

/**
 * A value at its place in a manifest, with somewhere to report to. Manifests come from YAML: types
 * promise a shape, nobody has checked it.
 *
 * Where it is becomes a text when somebody asks: reading 75,000 policies makes a million of them.
 */
export class SpecField {
  readonly value: unknown;
  readonly findings: Findings;
  readonly #parent: SpecField | Places;
  readonly #step: string | number;

  /** @param parent the places of all manifests, for the object itself. */
  constructor(
    value: unknown,
    findings: Findings,
    parent: SpecField | Places,
    step: string | number = "",
  ) {
    this.value = value;
    this.findings = findings;
    this.#parent = parent;
    this.#step = step;
  }

  /** "spec.ingress[0].from". */
  get path(): string {
    const parent = this.#parent;
    return parent instanceof Places ? parent.text : parent.path + stepText(this.#step);
  }

  /** The same text as `path`, of which all fields at this place share one. */
  get place(): string {
    return this.#places().text;
  }

  #places(): Places {
    const parent = this.#parent;
    return parent instanceof Places ? parent : parent.#places().below(this.#step);
  }
}

/** What reading finds; problems make the policy invalid, warnings do not. */
export interface Findings {
  readonly problems: FieldProblem[];
  readonly warnings: FieldProblem[];
}

/** Entries of a list that are read where the API sets no limit of its own. */
const LIST_LENGTH_MAX = 10_000;

/** The root of an object; `places` keeps texts for those that are read after it. */
export function specField(spec: unknown, places = new Places()): SpecField {
  return new SpecField(spec, { problems: [], warnings: [] }, places);
}

/** Reports a problem of a field. */
export function report(field: SpecField, description: string): undefined {
  reportAt(field.path, field, description);
}

/** Reports a problem of what has no field of its own. */
export function reportAt(path: string, { findings }: SpecField, description: string): void {
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
  const { value, findings } = field;
  const child = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return new SpecField(child, findings, field, key);
}

/** Reports a field that is no mapping, and every key that it must not have. */
export function mappingOf(field: SpecField, keys: readonly string[], hint = ""): boolean {
  if (!isMapping(field.value)) {
    report(field, isGiven(field) ? `must be a mapping, found ${shown(field.value)}` : "is missing");
    return false;
  }
  for (const key of Object.keys(field.value)) {
    if (keys.includes(key)) continue;
    const child = at(field, key);
    if (isGiven(child)) report(child, `no such key${hint}; known are ${keys.join(", ")}`);
  }
  return true;
}

/** Keys of a mapping that hold something. */
export function keysOf({ value }: SpecField): readonly string[] {
  if (!isMapping(value)) return [];
  return Object.keys(value).filter((key) => value[key] !== undefined && value[key] !== null);
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
  const { findings } = field;
  return field.value.map((value: unknown, index) => new SpecField(value, findings, field, index));
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
