import { readOptions, USAGE } from "./options.ts";
import { renderReport } from "./report.ts";
import { runLoad } from "./run.ts";

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
  const report = await runLoad(options);
  const text = options.json ? JSON.stringify(report, null, 2) : renderReport(report);
  process.stdout.write(`${text}\n`);
  return report.failures.length === 0 ? 0 : 1;
}
