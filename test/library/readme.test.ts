import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readEc2Describe, readManifests, worldOf } from "@trunkline/core/inputs";
import { transform } from "esbuild";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/child.ts";
import { CORE_ENTRIES } from "./core-entries.ts";
import { documentsOf } from "./yaml-documents.ts";

const readme = readFileSync(resolve(ROOT, "packages/core/README.md"), "utf8");
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);

const shop = resolve(ROOT, "examples/shop");
const manifests = readdirSync(resolve(shop, "kubernetes")).flatMap((file) =>
  documentsOf(resolve(shop, "kubernetes", file)),
);
const answers = documentsOf(resolve(shop, "cloud.yaml"));
const { cluster } = readManifests(manifests);
const { cloud } = readEc2Describe(answers);
const world = worldOf({ cluster, cloud });
// What the snippets take as given; interface 0 is a node's, which may open any connection.
const given = {
  manifests,
  answers,
  world: { ...world, interfaces: [...world.interfaces].reverse() },
  pods: world.pods,
};

type Exports = Readonly<Record<string, unknown>>;
const entries = new Map<string, Exports>();
for (const { specifier } of CORE_ENTRIES) entries.set(specifier, await import(specifier));

/** Runs a snippet: the names that it declares, and what its plain lines evaluate to. */
async function runSnippet(code: string): Promise<Readonly<Record<string, unknown>>> {
  const lines = code.split("\n").filter((line) => line !== "" && !line.startsWith("import "));
  const body = lines.map((line) => {
    const statement = line.replace(/;\s*\/\/.*$/, ";");
    return statement.startsWith("const ")
      ? statement
      : `lines.push(${statement.replace(/;$/, "")});`;
  });
  const names = [...code.matchAll(/^const (?:\{ ([\w, ]+) \}|(\w+)) =/gm)].flatMap(
    ([, many, one]) => many?.split(", ") ?? [one],
  );
  const { code: plain } = await transform(body.join("\n"), { loader: "ts" });
  const scope = { ...Object.assign({}, ...entries.values()), ...given };
  const text = `const lines = [];\n${plain}\nreturn { ${["lines", ...names].join(", ")} };`;
  return new Function(...Object.keys(scope), text)(...Object.values(scope));
}

describe("the README of the core", () => {
  it("imports what there is", () => {
    expect(blocks.length).toBeGreaterThanOrEqual(3);
    const imports = blocks.flatMap((code) => [
      ...code.matchAll(/^import \{ ([^}]*) \} from "([^"]*)";$/gm),
    ]);
    const imported = imports.flatMap(([, names, from]) => {
      return names.split(", ").map((name) => ({ name, from }));
    });
    expect(imported.length).toBeGreaterThan(10);
    const known = ({ name, from }: { name: string; from: string }) =>
      name in (entries.get(from) ?? {});
    expect(imported.filter((one) => !known(one))).toEqual([]);
  });

  it("has an example in five lines that says what its comment says", async () => {
    expect(blocks[0].trim().split("\n")).toHaveLength(5);
    const { verdict, steps } = await runSnippet(blocks[0]);
    expect(blocks[0]).toContain(`// verdict: ${JSON.stringify(verdict)}`);
    expect(steps).toHaveLength(3);
  });

  it("has snippets that run, and evaluate to what is said beside them", async () => {
    for (const code of blocks.slice(1)) {
      const { lines } = await runSnippet(code);
      for (const [, at, literal] of code.matchAll(/^(verdict4)\(.*\/\/ (\d+):/gm)) {
        expect([at, (lines as unknown[])[0]]).toEqual([at, Number(literal)]);
      }
    }
  });
});
