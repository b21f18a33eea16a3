// The one entry of a fresh clone: needs Node and npm only. Fetches the pinned pnpm through npx,
// installs what the lockfile says, builds, and runs the task.
//
//   node scripts/run.mjs demo [-- options]   the whole system on this machine
//   node scripts/run.mjs test [vitest options]
//   node scripts/run.mjs load [-- options]
//   node scripts/run.mjs check               types, lint, format, dependency direction, protos, unused code
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
const [task = "", ...rest] = process.argv.slice(2);
const options = rest[0] === "--" ? rest.slice(1) : rest;
const quiet = task === "demo" || task === "load";

const tasks = {
  demo: () => node("packages/cli/dist/main.js", "demo", ...options),
  test: () => bin("vitest", "run", ...options),
  load: () => node("--import", "tsx", "test/load/main.ts", ...options),
  check: () => check(),
};

const run = tasks[task];
if (run === undefined) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(tasks).join("|")}`);
  process.exit(64);
}
// Whoever asks this process to end asks the task: it knows what has to be taken back first.
let running;
let wish;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    wish ??= signal;
    running?.kill(signal);
  });
}
await prepare();
process.exitCode = await run();

async function prepare() {
  if (quiet) process.stderr.write("installing and building (the first time takes a minute) …\n");
  const steps = [
    ["npx", "--yes", packageManager, "install", "--frozen-lockfile", "--prefer-offline"],
    [...local("turbo"), "run", "build", "--output-logs=errors-only", "--no-update-notifier"],
  ];
  for (const step of steps) {
    const { status, output } = await execute(step, ".", quiet ? "pipe" : 2);
    if (wish !== undefined) process.exit(wish === "SIGINT" ? 130 : 143);
    if (status === 0) continue;
    process.stderr.write(output);
    console.error(`${step.join(" ")} failed`);
    process.exit(status);
  }
}

async function check() {
  const checks = {
    types: () => bin("tsc", "--noEmit"),
    "lint and format": () => bin("biome", "check", "--error-on-warnings", "."),
    "dependency direction": () => bin("turbo", "boundaries"),
    "proto lint": () => buf("lint"),
    "proto format": () => buf("format", "--diff", "--exit-code"),
    "proto breaking changes": () => breaking(),
    "unused code": () => bin("knip"),
  };
  let failures = 0;
  for (const [name, step] of Object.entries(checks)) {
    const status = await step();
    console.error(`${status === 0 ? "ok  " : "FAIL"} ${name}`);
    if (status !== 0) failures++;
  }
  return failures === 0 ? 0 : 1;
}

// Compared with the commit before, so that a change of the contract is seen where it is made. A
// clone without history, or the commit that brings the protos, has nothing to compare with.
function breaking() {
  const before = spawnSync("git", ["cat-file", "-e", "HEAD~1:proto/buf.yaml"], { cwd: root });
  if (before.status !== 0) {
    console.error("     no earlier protos to compare with");
    return 0;
  }
  return buf("breaking", "--against", "../.git#ref=HEAD~1,subdir=proto");
}

function buf(...args) {
  return inherit(["node", `${root}/proto/node_modules/@bufbuild/buf/bin/buf`, ...args], "proto");
}

function bin(name, ...args) {
  return inherit([...local(name), ...args]);
}

function node(file, ...args) {
  return inherit([process.execPath, file, ...args]);
}

function local(name) {
  return [`${root}/node_modules/.bin/${name}`];
}

async function inherit(command, cwd = ".") {
  return (await execute(command, cwd, "inherit")).status;
}

// "pipe" collects both outputs; anything else is where they go.
function execute([command, ...args], cwd, out) {
  const stdin = out === "inherit" ? "inherit" : "ignore";
  const child = spawn(command, args, { cwd: `${root}/${cwd}`, stdio: [stdin, out, out] });
  running = child;
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece) => {
      output += piece;
    });
  }
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ status: 69, output: `${error.message}\n` }));
    child.once("close", (code) => resolve({ status: code ?? 1, output }));
  });
}
