import type { Tags } from "../account/interface-rows.ts";
import type { Fields } from "../wire/fields.ts";
import { missing, Refusal, wrongValue } from "../wire/refusal.ts";

/** Longest key and value. Source: EC2 user guide, "Tag restrictions". */
const KEY_LENGTH_MAX = 128;
const VALUE_LENGTH_MAX = 256;

/** Reads `Tag.N.{Key,Value}`. A missing value is empty. Throws InvalidParameterValue. */
export function readTags(fields: Fields, name: string): Tags {
  const tags: Record<string, string> = {};
  const seen = new Set<string>();
  for (const tag of fields.list(name)) {
    const key = tag.text("Key") ?? "";
    const value = tag.text("Value") ?? "";
    checkTag(key, value);
    if (seen.has(key)) {
      throw new Refusal("InvalidParameterValue", `Duplicate tag key '${key}' specified.`);
    }
    seen.add(key);
    // defineProperty semantics, so that a key such as "__proto__" is a key like any other.
    Object.defineProperty(tags, key, { value, enumerable: true, configurable: true });
  }
  return tags;
}

function checkTag(key: string, value: string): void {
  if (key === "") throw new Refusal("InvalidParameterValue", "Tag key cannot be null or empty.");
  if (key.toLowerCase().startsWith("aws:")) {
    throw new Refusal(
      "InvalidParameterValue",
      "Tag keys starting with 'aws:' are reserved for internal use",
    );
  }
  if (key.length > KEY_LENGTH_MAX) {
    throw wrongValue("tag key", key, `At most ${KEY_LENGTH_MAX} characters are allowed.`);
  }
  if (value.length > VALUE_LENGTH_MAX) {
    throw wrongValue("tag value", value, `At most ${VALUE_LENGTH_MAX} characters are allowed.`);
  }
}

/** Reads `TagSpecification.N` for the resource types that the call makes. */
export function readTagSpecifications(
  fields: Fields,
  allowed: readonly string[],
): ReadonlyMap<string, Tags> {
  const found = new Map<string, Tags>();
  for (const one of fields.list("TagSpecification")) {
    const type = one.text("ResourceType") ?? "";
    if (type === "") throw missing("ResourceType");
    if (!allowed.includes(type)) {
      throw new Refusal(
        "InvalidParameterValue",
        `'${type}' is not a valid taggable resource type for this operation.`,
      );
    }
    if (found.has(type)) {
      throw new Refusal(
        "InvalidParameterValue",
        `The same resource type '${type}' may not be specified more than once in tag specifications`,
      );
    }
    found.set(type, readTags(one, "Tag"));
  }
  return found;
}

/** Tags for the one resource type that a call makes. */
export function readOwnTags(fields: Fields, resourceType: string, limit: number): Tags {
  const tags = readTagSpecifications(fields, [resourceType]).get(resourceType) ?? {};
  checkTagCount(tags, limit);
  return tags;
}

/** TagLimitExceeded. */
export function checkTagCount(tags: Tags, limit: number): void {
  const count = Object.keys(tags).length;
  if (count <= limit) return;
  throw new Refusal(
    "TagLimitExceeded",
    `More than ${limit} tags specified for a single resource: ${count}`,
  );
}
