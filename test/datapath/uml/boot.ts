// Boots User-mode Linux on the host's own files and runs a bundled program in it as root.
import { execFile, spawn } from "node:child_process";
import { access, chmod, copyFile, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

const execute = promisify(execFile);
/** The kernel as a program. Source: Debian package user-mode-linux. */
const UML = "linux.uml";

const folderOfThis = import.meta.dirname;

/** Longest a run may take. On two idle cores it takes 15 s, of which boot is 2. */
export const UML_RUN_MS_MAX = 120_000;

/** Says why the guest cannot run here, undefined if it can. */
export async function missingForUml(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const isThere = await Promise.all(folders.map((folder) => exists(join(folder, UML))));
  if (!isThere.includes(true)) return `${UML} is not installed (Debian package user-mode-linux)`;
  return (await modulesFolder()) === undefined ? `the modules of ${UML} are missing` : undefined;
}

/** Bundles the program that runs in the guest, or in a namespace of the host. */
async function bundleGuest(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("./guest.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@trunkline/source"],
    // CommonJS packages in an ES module ask for `require`.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
}

/** Runs the program in the guest and returns what it wrote; throws with its log when it failed. */
export async function runInUml(): Promise<unknown> {
  const work = await mkdtemp(join(tmpdir(), "trunkline-uml-"));
  try {
    await bundleGuest(join(work, "guest.mjs"));
    await copyFile(join(folderOfThis, "guest.sh"), join(work, "guest.sh"));
    await chmod(join(work, "guest.sh"), 0o755);
    await symlink((await modulesFolder()) ?? "", join(work, "lib"));
    const boot = await runUml(work);
    const code = await readFile(join(work, "rc"), "utf8").catch(() => "missing");
    const log = await readFile(join(work, "log"), "utf8").catch(() => "");
    if (code.trim() !== "0") throw new Error(`guest ended with ${code.trim()}\n${log}\n${boot}`);
    return JSON.parse(await readFile(join(work, "result.json"), "utf8")) as unknown;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function runUml(work: string): Promise<string> {
  const words = [
    ..."mem=1024M rootfstype=hostfs ro con=null con0=null,fd:1 con1=null".split(" "),
    ..."quiet loglevel=3 panic=-1".split(" "),
    `init=${work}/guest.sh`,
    `uml_dir=${work}/`,
    `MODULES=${work}`,
    `WORK=${work}`,
    `NODE=${process.execPath}`,
  ];
  const env = { PATH: process.env.PATH, LD_PRELOAD: await buildShim(work) };
  // `timeout` ends the guest even when this process is gone.
  const command = ["-k", "1", String(UML_RUN_MS_MAX / 1000), UML, ...words];
  const child = spawn("timeout", command, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-20_000);
    });
  }
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  return output;
}

// See xstate-shim.c. Without a compiler the guest is booted as it is, which most processors allow.
async function buildShim(work: string): Promise<string> {
  const shim = join(work, "shim.so");
  const source = join(folderOfThis, "xstate-shim.c");
  const args = ["-O2", "-shared", "-fPIC", "-o", shim, source, "-ldl"];
  return execute("cc", args).then(
    () => shim,
    () => "",
  );
}

/** Runs the program in private namespaces of the host, without what needs 802.1Q. */
export async function runOnHost(): Promise<unknown> {
  const work = await mkdtemp(join(tmpdir(), "trunkline-host-"));
  try {
    await bundleGuest(join(work, "guest.mjs"));
    const result = join(work, "result.json");
    // A mount namespace of its own, so that the names of network namespaces vanish with it.
    const script = `mount -t tmpfs tmpfs /run && ip link set lo up && exec "$0" "$1" ordinary "$2"`;
    const args = [
      "-n",
      "-m",
      "bash",
      "-ec",
      script,
      process.execPath,
      join(work, "guest.mjs"),
      result,
    ];
    await execute("unshare", args, { timeout: UML_RUN_MS_MAX });
    return JSON.parse(await readFile(result, "utf8")) as unknown;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function modulesFolder(): Promise<string | undefined> {
  // `modprobe -d DIR` looks below DIR/lib/modules.
  const folder = "/usr/lib/uml";
  return (await exists(join(folder, "modules"))) ? folder : undefined;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
