import { readFileSync } from "node:fs";
import { posix, resolve } from "node:path";
import { ROOT } from "../support/child.ts";

/** One way into the core. */
export interface CoreEntry {
  /** What people write behind `from`. */
  readonly specifier: string;
  /** The file of its exports. */
  readonly file: string;
}

const core = resolve(ROOT, "packages/core");
const { exports } = JSON.parse(readFileSync(resolve(core, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, { readonly "@trunkline/source": string }>>;
};

/** Every entry that the package of the core names. */
export const CORE_ENTRIES: readonly CoreEntry[] = Object.entries(exports).map(([path, to]) => ({
  specifier: posix.join("@trunkline/core", path),
  file: resolve(core, to["@trunkline/source"]),
}));
