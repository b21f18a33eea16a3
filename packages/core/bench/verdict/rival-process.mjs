import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const sourceOf = (name) => fileURLToPath(new URL(`./${name}`, import.meta.url));
// Without -fno-tree-vectorize g++ would turn the interleaved kernel into gathers of its own.
const options = ["-std=c++17", "-O3", "-march=native", "-fno-tree-vectorize"];

/**
 * Compiles the C++ kernels, with DPDK where its packages are; undefined with a reason on stderr
 * when there is no g++.
 */
export function compileRivals() {
  const directory = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
  const program = join(directory, "rival-kernels");
  const dpdk = dpdkArguments();
  const all = [...options, "-o", program, sourceOf("rival-kernels.cpp"), ...dpdk];
  const { status, error, stderr } = spawnSync("g++", all);
  if (status === 0) return { directory, program, hasDpdk: dpdk.length > 0 };
  rmSync(directory, { recursive: true });
  process.stderr.write(`C++ rivals are left out: ${error?.message ?? stderr}\n`);
  return undefined;
}

// The flags of the package name a CPU of 2008; the last -march counts.
function dpdkArguments() {
  const { status, stdout } = spawnSync("pkg-config", ["--cflags", "libdpdk"]);
  if (status !== 0) {
    process.stderr.write("DPDK is left out: no libdpdk; Debian has it in libdpdk-dev\n");
    return [];
  }
  const flags = String(stdout).trim().split(/\s+/);
  const libraries = ["-lrte_acl", "-lrte_eal"];
  return ["-DWITH_DPDK", sourceOf("rival-dpdk.cpp"), ...flags, "-march=native", ...libraries];
}

/** A child process with the C++ kernels over the same bytes; it runs only when it has its turn. */
export class RivalProcess {
  /** Names of the kernels it may have. */
  kernels = ["single", "interleaved", "gather", "dpdk-stock", "dpdk-group-first"];
  #child;
  #answers;

  constructor({ directory, program }, image, { columns, acl }) {
    const files = ["image", "trace", "acl"].map((name) => join(directory, name));
    writeFileSync(files[0], new Uint8Array(image.buffer, image.byteOffset, image.sizeBytes));
    writeFileSync(files[1], traceBytes(columns));
    writeFileSync(files[2], acl);
    this.#child = spawn(program, files, { stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** Nanoseconds a verdict, block by block, on the CPU clock of the child's thread. */
  async turn(kernel, blockCount) {
    return (await this.#ask(`${kernel} ${blockCount}`)).trim().split(" ").map(Number);
  }

  /** Allowed headers and checksum over the whole trace; undefined where the CPU lacks AVX-512. */
  async check(kernel) {
    const answer = await this.#ask(`${kernel} 0`);
    return answer === "none" ? undefined : answer;
  }

  close() {
    this.#child.stdin.end();
  }

  async #ask(line) {
    this.#child.stdin.write(`${line}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("the C++ rivals ended");
    return value;
  }
}

function traceBytes({ interfaces, addresses, ports, protocols }) {
  const head = new Uint32Array(16);
  head[0] = interfaces.length;
  const columns = [head, interfaces, addresses, ports, protocols, new Uint8Array(64)];
  return Buffer.concat(
    columns.map(({ buffer, byteOffset, byteLength }) => {
      return new Uint8Array(buffer, byteOffset, byteLength);
    }),
  );
}
