import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { CORE_ENTRIES } from "./core-entries.ts";

interface Exported {
  readonly name: string;
  readonly file: string;
}

/** The names that a file of exports hands on, with the file that each one comes from. */
function exportsOf(path: string): readonly Exported[] {
  const source = readFileSync(path, "utf8");
  const below = [...source.matchAll(/export (?:type )?\* from "([^"]+)";/g)];
  const handedOn = below.flatMap(([, from]) => exportsOf(resolve(dirname(path), from)));
  return [...namedIn(source, path), ...handedOn];
}

function namedIn(source: string, path: string): readonly Exported[] {
  const statements = [...source.matchAll(/export (?:type )?\{([^}]*)\} from "([^"]+)";/g)];
  return statements.flatMap(([, names, from]) =>
    names
      .split(",")
      .map((name) => name.replace(/^\s*type\s+/, "").trim())
      .filter((name) => name !== "")
      .map((name) => ({ name, file: resolve(dirname(path), from) })),
  );
}

/** The line of code on which a name is declared; a doc comment must end on the line above. */
function isDocumented(name: string, text: string): boolean {
  const lines = text.split("\n");
  const declaration = new RegExp(
    `^export (?:abstract )?(?:async )?(?:class|const|function|interface|type) ${name}\\b`,
  );
  const at = lines.findIndex((line) => declaration.test(line));
  return at > 0 && /\*\/$/.test(lines[at - 1].trimEnd()) && !/^\s*\/\/ /.test(lines[at - 1]);
}

describe("what the core exports", () => {
  const exports = CORE_ENTRIES.flatMap(({ file }) => exportsOf(file));

  it("is found by this test", () => {
    expect(exports.length).toBeGreaterThan(200);
  });

  it("is exported by one entry only, every name of it", () => {
    const names = exports.map(({ name }) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it("has a doc comment, every name of it", () => {
    const bare = exports.filter(({ name, file }) => {
      return !isDocumented(name, readFileSync(file, "utf8"));
    });
    expect(bare).toEqual([]);
  });
});
