import { readFileSync } from "node:fs";
import { type FieldProblem, invalid } from "@trunkline/core";
import * as v from "valibot";
import { parse as parseYaml } from "yaml";

/** A flat configuration schema: every key is optional with a default or required. */
export type ConfigSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** Where configuration comes from besides the schema's defaults. */
export interface ConfigSources {
  /** Path of a YAML file, if one was named. */
  readonly file: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** "TRUNKLINE_IPAM_SERVICE_": the rest of a variable's name is the key in upper snake case. */
  readonly envPrefix: string;
}

/** Largest configuration file that is read, bytes. */
const CONFIG_BYTES_MAX = 1024 * 1024;

/**
 * Reads a configuration: defaults, then the file, then the environment, the last one wins.
 *
 * Throws INVALID_ARGUMENT that lists every problem at once: keys nobody knows, wrong types, values
 * out of range, missing keys, a file that cannot be read or parsed.
 */
export function readConfig<Schema extends ConfigSchema>(
  schema: Schema,
  sources: ConfigSources,
): v.InferOutput<Schema> {
  const problems: FieldProblem[] = [];
  const fromFile = readFile(sources.file, problems);
  const fromEnv = readEnv(schema, sources, problems);
  const result = v.safeParse(schema, { ...fromFile, ...fromEnv });
  for (const issue of result.issues ?? []) {
    const field = v.getDotPath(issue) ?? "";
    // A value that could not be parsed was reported already and is now merely missing.
    if (problems.some((known) => known.field === field)) continue;
    problems.push({ field, description: describe(issue) });
  }
  if (problems.length > 0 || !result.success) {
    throw invalid(`configuration${sources.file ? ` ${sources.file}` : ""} is wrong:`, problems);
  }
  return result.output;
}

/** The name of the environment variable for a key: `cooldownSec` → `PREFIX_COOLDOWN_SEC`. */
export function envName(envPrefix: string, key: string): string {
  return envPrefix + key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function describe(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object" && issue.expected === "never") return "no such key";
  if (issue.input === undefined) return "missing";
  return issue.message;
}

function readFile(file: string | undefined, problems: FieldProblem[]): Record<string, unknown> {
  if (file === undefined) return {};
  try {
    const text = readFileSync(file, "utf8");
    if (text.length > CONFIG_BYTES_MAX) throw new Error(`larger than ${CONFIG_BYTES_MAX} bytes`);
    const value: unknown = parseYaml(text, { maxAliasCount: 100 }) ?? {};
    if (typeof value !== "object" || Array.isArray(value)) throw new Error("is not a mapping");
    return value as Record<string, unknown>;
  } catch (error) {
    problems.push({ field: "", description: `cannot read ${file}: ${reason(error)}` });
    return {};
  }
}

function readEnv(
  schema: ConfigSchema,
  { env, envPrefix }: ConfigSources,
  problems: FieldProblem[],
): Record<string, unknown> {
  const keys = new Map(Object.keys(schema.entries).map((key) => [envName(envPrefix, key), key]));
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(envPrefix) || text === undefined || name === `${envPrefix}CONFIG`)
      continue;
    const key = keys.get(name);
    if (key === undefined) {
      problems.push({ field: name, description: "no such key (environment)" });
      continue;
    }
    try {
      values[key] = parseYaml(text, { maxAliasCount: 0 });
    } catch (error) {
      problems.push({ field: key, description: `cannot parse ${name}: ${reason(error)}` });
    }
  }
  return values;
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
