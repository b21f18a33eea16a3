import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GROUP_SWITCHES, NETWORK_POLICY_SWITCHES } from "@trunkline/core";
import { describe, expect, it } from "vitest";
import { EXECUTABLES, type ExecutableName, ROOT } from "../support/child.ts";

const pages = execFileSync("git", ["ls-files", "*.md"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(ROOT, file)));

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

describe("the documentation", () => {
  it.each(pages)("%s links to files that exist", (page) => {
    const links = [...read(page).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, to = ""]) => to);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
  });

  it.each(Object.entries(NETWORK_POLICY_SWITCHES))(
    "docs/switches.md has switch %s with both values",
    (name, { question, spec, aws, source }) => {
      const words = new Map<unknown, string>([
        [undefined, "no limit"],
        [true, "yes"],
        [false, "no"],
      ]);
      const [inSpec, inAws] = [spec, aws].map((value) => words.get(value) ?? String(value));
      const row = `| \`${name}\` | ${question} | ${inSpec} | ${inAws} | ${source} |`;
      expect(read("docs/switches.md")).toContain(row);
    },
  );

  it("docs/switches.md has every switch of groups with its values, and no other", () => {
    const section = sectionOf("docs/switches.md", "## Groups: connection tracking");
    const rows = Object.entries(GROUP_SWITCHES).map(([name, { question, values, source }]) => {
      return `| \`${name}\` | ${question} | ${values.join(" | ")} | ${source} |`;
    });
    expect(section.split("\n").filter((line) => line.startsWith("| `"))).toEqual(rows);
  });

  it.each([
    ["option", "packages/core/src/verdict/explanation.ts", "EvaluateOptions"],
    ["setting", "packages/core/src/world/settings.ts", "Settings"],
  ])("docs/switches.md has every %s, and no other", (word, file, type) => {
    const source = read(file).split(`export interface ${type} {`)[1]?.split("\n}")[0] ?? "";
    const names = [...source.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
    const page = sectionOf("docs/switches.md", "## What you can choose");
    const shown = [...page.matchAll(/^\| (\w+) `(\w+)` \|/gm)].flatMap(([, kind, name]) =>
      kind === word ? [name] : [],
    );
    expect(names.length).toBeGreaterThan(2);
    expect(shown.sort()).toEqual(names.sort());
  });

  it.each(Object.keys(EXECUTABLES) as ExecutableName[])(
    "docs/operating.md has every key of %s with its default",
    (name) => {
      const rows = configurationRows(name);
      expect(rows.length).toBeGreaterThan(2);
      const page = read("docs/operating.md");
      const section = page.split(`### ${name}\n`)[1]?.split("\n#")[0] ?? "";
      for (const { key, fallback } of rows) {
        const shown = fallback === "-" || fallback === "(required)" ? fallback : `\`${fallback}\``;
        expect(section).toContain(`| \`${key}\` | ${shown} |`);
      }
    },
  );
});

function sectionOf(page: string, heading: string): string {
  return read(page).split(`${heading}\n`)[1]?.split("\n## ")[0] ?? "";
}

interface Row {
  readonly key: string;
  readonly fallback: string;
}

// The table of `--help`, whose columns begin where their heads do.
function configurationRows(name: ExecutableName): Row[] {
  const help = execFileSync(process.execPath, [EXECUTABLES[name], "--help"], { encoding: "utf8" });
  const lines = help.split("\n");
  const at = lines.findIndex((line) => line.trimStart().startsWith("KEY"));
  const head = lines[at] ?? "";
  const [second, third] = [head.indexOf("DEFAULT"), head.indexOf("MEANING")];
  return lines.slice(at + 1, lines.indexOf("", at)).map((line) => ({
    key: line.slice(0, second).trim(),
    fallback: line.slice(second, third).trim(),
  }));
}
