import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { ROOT } from "./child.ts";

/** buf, as the npm package brings it. */
export const BUF = resolve(ROOT, "proto/node_modules/@bufbuild/buf/bin/buf");

/** The grpcurl that is used, by its Go module version. */
const GRPCURL_MODULE = "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3";
const CACHE_DIR = resolve(ROOT, "node_modules/.cache/grpcurl");

/** Longest an install may take; it compiles about 30 modules. */
const INSTALL_MS_MAX = 240_000;

/** Path of a program, or why there is none. */
export type Tool =
  | { readonly kind: "ready"; readonly path: string }
  | { readonly kind: "missing"; readonly reason: string };

/** Returns grpcurl, installed once with Go into a folder that no commit sees. */
export async function grpcurl(): Promise<Tool> {
  const path = resolve(CACHE_DIR, "grpcurl");
  if (existsSync(path)) return { kind: "ready", path };
  await mkdir(CACHE_DIR, { recursive: true });
  const problem = await install();
  return problem === undefined ? { kind: "ready", path } : { kind: "missing", reason: problem };
}

function install(): Promise<string | undefined> {
  return new Promise((done) => {
    const child = spawn("go", ["install", GRPCURL_MODULE], {
      env: { ...process.env, GOBIN: CACHE_DIR },
      timeout: INSTALL_MS_MAX,
    });
    let text = "";
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      text = (text + piece).slice(-2000);
    });
    child.once("error", (error) => done(`go cannot be run: ${error.message}`));
    child.once("close", (code, signal) => {
      if (code === 0) done(undefined);
      else done(`go install ${GRPCURL_MODULE} ended with ${code ?? signal}: ${text.trim()}`);
    });
  });
}
