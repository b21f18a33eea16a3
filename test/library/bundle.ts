import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** A bundle for browsers. */
export interface Bundle {
  readonly text: string;
  readonly bytes: number;
  readonly gzippedBytes: number;
}

/** Bundles and minifies a module that imports the core from its sources. */
export async function bundle(source: string): Promise<Bundle> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@trunkline/source"],
  });
  const [{ text, contents }] = outputFiles;
  return { text, bytes: contents.length, gzippedBytes: gzipSync(contents).length };
}
