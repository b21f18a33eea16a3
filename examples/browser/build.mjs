// Writes the page as static files: node build.mjs [folder]; `world.json` is the shop of the examples.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { parse, parseAllDocuments } from "yaml";

const here = import.meta.dirname;
const shop = join(here, "../shop");
const folder = process.argv[2] ?? join(here, "dist");

await build({
  entryPoints: { page: join(here, "page.mjs"), worker: join(here, "worker.mjs") },
  outdir: folder,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  conditions: process.execArgv.includes("--conditions=@trunkline/source")
    ? ["@trunkline/source"]
    : [],
});
cpSync(join(here, "index.html"), join(folder, "index.html"));
const read = (file) => readFileSync(join(shop, file), "utf8");
const world = {
  manifests: readdirSync(join(shop, "kubernetes")).flatMap((file) =>
    parseAllDocuments(read(`kubernetes/${file}`)).map((document) => document.toJS()),
  ),
  ec2: [parse(read("cloud.yaml"))],
  flow: { namespace: "shop", name: "api", to: "db1", port: 5432 },
};
writeFileSync(join(folder, "world.json"), JSON.stringify(world));
