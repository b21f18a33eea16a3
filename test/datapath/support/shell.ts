// A shell that stays: inside User-mode Linux it is starting a process from Node that takes time.
import { spawn } from "node:child_process";

const END = "END-OF-COMMAND";

const child = spawn("bash", [], { stdio: ["pipe", "pipe", "inherit"] });
child.stdout.setEncoding("utf8");
let last: Promise<unknown> = Promise.resolve();

/** Runs lines of shell as root of the guest, ends at the first that fails; throws with the output. */
export function shell(...lines: string[]): Promise<string> {
  const result = last.then(() => run(lines));
  last = result.catch(() => undefined);
  return result;
}

/** Ends the shell; no other test may use it afterwards. */
export function closeShell(): void {
  child.stdin.end();
}

function run(lines: readonly string[]): Promise<string> {
  child.stdin.write(`( set -e\n${lines.join("\n")}\n) 2>&1 </dev/null\necho "${END} $?"\n`);
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk: string) => {
      text += chunk;
      const found = new RegExp(`${END} (\\d+)\\n$`).exec(text);
      if (found === null) return;
      child.stdout.off("data", read);
      const output = text.slice(0, found.index);
      if (found[1] === "0") resolve(output);
      else reject(new Error(`${lines.join("; ")}: ${output}`));
    };
    child.stdout.on("data", read);
  });
}
