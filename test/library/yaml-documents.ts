import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { ROOT } from "../support/child.ts";

// The examples bring the parser; tests have no need of it elsewhere.
const { parseAllDocuments } = createRequire(resolve(ROOT, "examples/package.json"))("yaml");

/** The documents of a YAML file as plain objects. */
export function documentsOf(file: string): readonly unknown[] {
  const documents = parseAllDocuments(readFileSync(file, "utf8"));
  return documents.map((document: { toJS(): unknown }) => document.toJS());
}
