import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("./rival-kernels.cpp", import.meta.url));
// Without -fno-tree-vectorize g++ would turn the interleaved kernel into gathers of its own.
const options = ["-O3", "-march=native", "-fno-tree-vectorize"];

/** Compiles the C++ kernels; undefined with a reason on stderr when there is no g++. */
export function compileRivals() {
  const directory = mkdtempSync(join(tmpdir(), "trunkline-bench-"));
  const program = join(directory, "rival-kernels");
  const { status, error, stderr } = spawnSync("g++", [...options, "-o", program, source]);
  if (status === 0) return { directory, program };
  rmSync(directory, { recursive: true });
  process.stderr.write(`C++ rivals are left out: ${error?.message ?? stderr}\n`);
  return undefined;
}

/** A child process with the C++ kernels over the same bytes; it runs only when it has its turn. */
export class RivalProcess {
  #child;
  #answers;

  constructor({ directory, program }, image, columns) {
    const files = [join(directory, "image"), join(directory, "trace")];
    writeFileSync(files[0], new Uint8Array(image.buffer, image.byteOffset, image.sizeBytes));
    writeFileSync(files[1], traceBytes(columns));
    this.#child = spawn(program, files, { stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** Nanoseconds a verdict on the CPU clock of the child's thread. */
  async turn(kernel, blockCount) {
    return Number(await this.#ask(`${kernel} ${blockCount}`));
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
