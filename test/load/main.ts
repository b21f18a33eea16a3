import { readOptions, USAGE } from "./options.ts";
import { renderReport } from "./report.ts";
import { runLoad } from "./run.ts";

/** Exit code of a program that Ctrl-C ended. Source: bash(1), 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions(argv);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 64;
  }
  if (options === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  const wish = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => wish.abort());
  const report = await runLoad(options, wish.signal).catch((error: unknown) => {
    if (!wish.signal.aborted) throw error;
    return undefined;
  });
  if (report === undefined) return EXIT_INTERRUPTED;
  const text = options.json ? JSON.stringify(report, null, 2) : renderReport(report);
  process.stdout.write(`${text}\n`);
  return report.failures.length === 0 ? 0 : 1;
}
