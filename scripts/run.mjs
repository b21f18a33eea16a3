// The one entry of a fresh clone: needs Node and npm only. Fetches the pinned pnpm through npx,
// installs what the lockfile says, builds, and runs the task.
//
//   node scripts/run.mjs demo [-- options]   the whole system on this machine
//   node scripts/run.mjs test [vitest options]
//   node scripts/run.mjs load [-- options]
//   node scripts/run.mjs check               types, lint, format, dependency direction, protos, unused code
import { spawnSync } from "node:child_process";
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
  load: () => node("test/load/main.mjs", ...options),
  check: () => check(),
};

const run = tasks[task];
if (run === undefined) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(tasks).join("|")}`);
  process.exit(64);
}
prepare();
process.exitCode = run();

function prepare() {
  const out = quiet ? ["ignore", "ignore", "pipe"] : ["ignore", 2, "inherit"];
  if (quiet) process.stderr.write("installing and building (the first time takes a minute) …\n");
  const steps = [
    ["npx", "--yes", packageManager, "install", "--frozen-lockfile", "--prefer-offline"],
    [...local("turbo"), "run", "build", "--output-logs=errors-only", "--no-update-notifier"],
  ];
  for (const [command, ...args] of steps) {
    const { status, stderr, error } = spawnSync(command, args, { cwd: root, stdio: out });
    if (status === 0) continue;
    process.stderr.write(stderr ?? "");
    console.error(`${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}`);
    process.exit(status ?? 69);
  }
}

function check() {
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
    const status = step();
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
  return spawn(["node", `${root}/proto/node_modules/@bufbuild/buf/bin/buf`, ...args], "proto");
}

function bin(name, ...args) {
  return spawn([...local(name), ...args]);
}

function node(file, ...args) {
  return spawn([process.execPath, file, ...args]);
}

function local(name) {
  return [`${root}/node_modules/.bin/${name}`];
}

function spawn([command, ...args], cwd = ".") {
  const { status, error } = spawnSync(command, args, { cwd: `${root}/${cwd}`, stdio: "inherit" });
  if (error) console.error(error.message);
  return status ?? 1;
}
