import * as v from "valibot";
import { type ConfigSchema, envName } from "./config.ts";

/** Renders the `--help` text of a process from its schema: keys, variables, defaults. */
export function helpText(spec: {
  readonly name: string;
  readonly summary: string;
  readonly schema: ConfigSchema;
  readonly envPrefix: string;
}): string {
  const rows = Object.entries(spec.schema.entries).map(([key, entry]) => [
    key,
    defaultText(entry),
    descriptionOf(entry),
  ]);
  const example = Object.keys(spec.schema.entries)[0] ?? "key";
  return [
    `${spec.name}: ${spec.summary}`,
    "",
    `usage: ${spec.name} [--config FILE] [--help] [--version]`,
    "",
    "Configuration is a YAML file of the keys below. Each key can also be set by an environment",
    `variable, which wins: ${example} is ${envName(spec.envPrefix, example)}.`,
    "",
    ...align([["KEY", "DEFAULT", "MEANING"], ...rows]),
    "",
    "Exit codes: 0 ended on request, 69 a needed service or address is not available,",
    "70 bug, 78 configuration is wrong.",
    "",
  ].join("\n");
}

function defaultText(entry: v.ObjectEntries[string]): string {
  const value = "default" in entry ? v.getDefault(entry as never) : undefined;
  if (value === undefined) return entry.type === "optional" ? "-" : "(required)";
  return typeof value === "string" ? value || '""' : JSON.stringify(value);
}

function descriptionOf(entry: v.ObjectEntries[string]): string {
  const inner = "wrapped" in entry ? entry.wrapped : undefined;
  return v.getDescription(entry as never) ?? (inner ? v.getDescription(inner as never) : "") ?? "";
}

function align(rows: readonly string[][]): string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row[0]?.padEnd(widths[0] ?? 0)}  ${row[1]?.padEnd(widths[1] ?? 0)}  ${row[2]}`.trimEnd(),
  );
}
