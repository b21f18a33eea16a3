import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { ROOT, run } from "./child.ts";

/** buf, as the npm package brings it. */
export const BUF = resolve(ROOT, "proto/node_modules/@bufbuild/buf/bin/buf");

/** The Go programs that are used: their modules and versions. */
const GO_TOOLS = {
  grpcurl: "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3",
  cnitool: "github.com/containernetworking/cni/cnitool@v1.3.0",
  "amazon-vpc-resource-controller-k8s": "github.com/aws/amazon-vpc-resource-controller-k8s@v1.8.2",
} as const;

/** Longest an install may take, milliseconds; the controller compiles the whole EC2 client. */
const INSTALL_MS_MAX = 1_200_000;

/** Path of a program, or why there is none. */
export type Tool =
  | { readonly kind: "ready"; readonly path: string }
  | { readonly kind: "missing"; readonly reason: string };

/**
 * Says that a tool may not be fetched: a plain `npm test` downloads nothing but npm packages. The
 * tests that need one are skipped then; `.ci/run` has it fetched.
 */
export function unfetched(name: string): Tool | undefined {
  if (process.env["TRUNKLINE_TEST_TOOLS"] === "install") return undefined;
  return {
    kind: "missing",
    reason: `${name} is not here, TRUNKLINE_TEST_TOOLS=install fetches it`,
  };
}

/** Returns grpcurl, installed once with Go into a folder that no commit sees. */
export function grpcurl(): Promise<Tool> {
  return goTool("grpcurl");
}

/** Returns cnitool, the reference runtime of CNI, in the same way. */
export function cnitool(): Promise<Tool> {
  return goTool("cnitool");
}

/** Returns AWS's controller of security groups for pods, in the same way. */
export function resourceController(): Promise<Tool> {
  return goTool("amazon-vpc-resource-controller-k8s");
}

/** Folder of the source of AWS's controller, which holds its manifests. */
export async function resourceControllerSource(): Promise<string> {
  const module = GO_TOOLS["amazon-vpc-resource-controller-k8s"];
  const { code, stdout, stderr } = await run("go", { args: ["mod", "download", "-json", module] });
  if (code !== 0) throw new Error(`go mod download ${module}: ${stderr}`);
  const { Dir } = JSON.parse(stdout) as { readonly Dir: string };
  return Dir;
}

async function goTool(name: keyof typeof GO_TOOLS): Promise<Tool> {
  const folder = resolve(ROOT, "node_modules/.cache", name);
  const path = resolve(folder, name);
  if (existsSync(path)) return { kind: "ready", path };
  const refusal = unfetched(name);
  if (refusal !== undefined) return refusal;
  await mkdir(folder, { recursive: true });
  const problem = await install(GO_TOOLS[name], folder);
  return problem === undefined ? { kind: "ready", path } : { kind: "missing", reason: problem };
}

function install(module: string, folder: string): Promise<string | undefined> {
  return new Promise((done) => {
    const child = spawn("go", ["install", module], {
      env: { ...process.env, GOBIN: folder },
      timeout: INSTALL_MS_MAX,
    });
    let text = "";
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      text = (text + piece).slice(-2000);
    });
    child.once("error", (error) => done(`go cannot be run: ${error.message}`));
    child.once("close", (code, signal) => {
      if (code === 0) done(undefined);
      else done(`go install ${module} ended with ${code ?? signal}: ${text.trim()}`);
    });
  });
}
