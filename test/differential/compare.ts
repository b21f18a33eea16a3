/** The ids of one side by the symbols that stand for them on both. */
export class Names {
  readonly #idOf = new Map<string, string>();
  readonly #symbolOf = new Map<string, string>();

  /** Lets a symbol stand for an id. */
  learn(symbol: string, id: string): void {
    this.#idOf.set(symbol, id);
    this.#symbolOf.set(id, symbol);
  }

  /** An input with this side's ids in place of symbols. */
  concrete(input: unknown): unknown {
    return mapText(input, (text) => this.#idOf.get(text) ?? text);
  }

  /** An answer with symbols in place of ids; ids and addresses by chance become their kind. */
  symbolic(data: unknown): unknown {
    return mapText(data, (text) =>
      text
        .replace(ID, (id, prefix: string) => this.#symbolOf.get(id) ?? `<${prefix}>`)
        .replace(MAC, "<mac>"),
    );
  }
}

const ID = /\b([a-z]+(?:-[a-z]+)*)-[0-9a-f]{8}(?:[0-9a-f]{9})?\b/g;
const MAC = /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g;

function mapText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (value instanceof Date) return "<time>";
  if (Array.isArray(value)) return value.map((item) => mapText(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, mapText(member, change)]),
  );
}

/** One place where two answers differ, `NetworkInterfaces[].Attachment`. */
export interface Difference {
  readonly path: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** What is known about a place: it is not compared, or moto's value is taken for another. */
export type Known =
  | { readonly kind: "compared" }
  | { readonly kind: "leftOut" }
  | { readonly kind: "rewritten"; readonly rewrite: (theirs: unknown) => unknown };

/**
 * All places where two symbolic answers differ. Lists are sets: EC2 promises no order. What
 * `knownAt` leaves out is not looked at, and does not decide which items of lists belong together.
 */
export function differences(
  ours: unknown,
  theirs: unknown,
  knownAt: (path: string) => Known,
): Difference[] {
  return walk(
    prepare(ours, "", { knownAt, isTheirs: false }),
    prepare(theirs, "", { knownAt, isTheirs: true }),
    "",
  );
}

interface Preparing {
  readonly knownAt: (path: string) => Known;
  readonly isTheirs: boolean;
}

function prepare(sent: unknown, path: string, how: Preparing): unknown {
  const known = how.knownAt(path);
  const value = known.kind === "rewritten" && how.isTheirs ? known.rewrite(sent) : sent;
  if (Array.isArray(value)) {
    const items = value.map((item) => prepare(item, `${path}[]`, how));
    return items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (!isRecord(value)) return value;
  const members = Object.entries(value)
    .map(([name, member]) => ({ name, member, at: path === "" ? name : `${path}.${name}` }))
    .filter(({ member, at }) => member !== undefined && how.knownAt(at).kind !== "leftOut")
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(
    members.map(({ name, member, at }) => [name, prepare(member, at, how)]),
  );
}

function walk(ours: unknown, theirs: unknown, path: string): Difference[] {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return [];
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    return ours.flatMap((item, i) => walk(item, theirs[i], `${path}[]`));
  }
  if (isRecord(ours) && isRecord(theirs)) {
    const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    return [...names].flatMap((name) =>
      walk(ours[name], theirs[name], path === "" ? name : `${path}.${name}`),
    );
  }
  return [{ path, ours, theirs }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
