import type { InputPath } from "../field.ts";
import { isMapping, type Mapping } from "../plain.ts";

/** An object of a document, and where it is in it. */
export interface ListedObject {
  /** Empty where something else than a mapping stood. */
  readonly value: Mapping;
  readonly path: InputPath;
}

/** Depth to which lists are followed; kubectl makes one level. */
const LIST_DEPTH_MAX = 4;

/** Objects of all kinds that a world may have; more are a mistake or an attack. */
export const OBJECTS_MAX = 500_000;

/**
 * Takes a document apart: follows `kind: List` and `kind: PodList`, whose entries need not repeat
 * their kind. Lists within lists end at depth 4, all of them at one more than 500,000 objects.
 */
export function listObjects(document: Mapping): readonly ListedObject[] {
  const found: ListedObject[] = [];
  takeApart(document, [], found);
  return found;
}

function takeApart(value: Mapping, path: InputPath, found: ListedObject[]): void {
  const { kind, items } = value;
  const isList = typeof kind === "string" && kind.endsWith("List") && Array.isArray(items);
  if (!isList || path.length > LIST_DEPTH_MAX * 2) {
    found.push({ value, path });
    return;
  }
  const implied =
    kind === "List" ? {} : { kind: kind.slice(0, -"List".length), apiVersion: value["apiVersion"] };
  for (const [index, item] of items.entries()) {
    if (found.length > OBJECTS_MAX) return;
    // Something else than a mapping is reported as an object that lacks everything.
    const entry = isMapping(item) ? { ...implied, ...item } : {};
    takeApart(entry, [...path, "items", index], found);
  }
}
