import { writeFileSync } from "node:fs";
import { TrunklineError } from "@trunkline/core";
import { type FaultWords, faultOrder } from "../emulator/fault-order.ts";
import { emulatorAt } from "../system/emulator-client.ts";
import { auditLines, countsText, dumpCounts, faultLines } from "../view/emulator.ts";
import { type CommandContext, EXIT_FINE } from "./context.ts";

/** What is printed: the text for a person with the next step, or the document for a program. */
interface Shown {
  readonly lines: readonly string[];
  readonly document: unknown;
  readonly next: string;
}

/** `emulator fault add`: orders a fault. Prints its id, for scripts that take it back. */
export async function addFault(words: FaultWords, context: CommandContext): Promise<number> {
  const order = faultOrder(words);
  const added = await advise("kinds and fields: docs/ec2-emulator.md, Faults", () =>
    emulatorAt(context.targets().emulator()).addFault(order),
  );
  const { id } = added;
  return show(context, {
    lines: [id ?? `${words.kind} is done; it happens once, so there is nothing to take back`],
    document: added,
    next:
      id === undefined
        ? "see the account: trunkline emulator dump"
        : `take it back: trunkline emulator fault remove ${id}`,
  });
}

/** `emulator fault list`. */
export async function listFaults(context: CommandContext): Promise<number> {
  const faults = await emulatorAt(context.targets().emulator()).faults();
  return show(context, {
    lines: faults.length > 0 ? faultLines(faults) : ["no fault is in force"],
    document: { faults },
    next:
      faults.length > 0
        ? "what they did: trunkline emulator audit"
        : "order one: trunkline emulator fault add error --count 1",
  });
}

/** `emulator fault remove`: takes back the fault, or all of them when none is named. */
export async function removeFaults(
  id: string | undefined,
  context: CommandContext,
): Promise<number> {
  const emulator = emulatorAt(context.targets().emulator());
  const ids = id === undefined ? (await emulator.faults()).map((one) => one.id) : [id];
  const removed: string[] = [];
  for (const each of ids) {
    try {
      await emulator.removeFault(each);
      removed.push(each);
    } catch (error) {
      // With --all, one that was over by itself since it was listed is as good as taken back.
      const isOver = error instanceof TrunklineError && error.code === "NOT_FOUND";
      if (id === undefined && isOver) continue;
      throw withAdvice(error, "list what there is: trunkline emulator fault list");
    }
  }
  return show(context, {
    lines: removed.length > 0 ? removed.map((one) => `${one} is taken back`) : ["there was none"],
    document: { removed },
    next: "what is left: trunkline emulator fault list",
  });
}

/** `emulator audit`: the last calls, the oldest first. */
export async function showAudit(
  { action, limit }: { readonly action: string | undefined; readonly limit: number },
  context: CommandContext,
): Promise<number> {
  const page = await emulatorAt(context.targets().emulator()).audit(action, limit);
  const none = action === undefined ? "no call yet" : `no call of ${action} is kept`;
  return show(context, {
    lines: page.entries.length > 0 ? auditLines(page) : [none],
    document: page,
    next: `${page.entries.length} of ${page.total} calls; parameters: trunkline emulator audit --json`,
  });
}

/** `emulator dump`: the account as JSON, printed or written to a file. */
export async function dumpAccount(
  out: string | undefined,
  context: CommandContext,
): Promise<number> {
  const dump = await emulatorAt(context.targets().emulator()).dump();
  if (out === undefined) {
    const next = "keep it: trunkline emulator dump --out account.json";
    return show(context, { lines: [JSON.stringify(dump, null, 2)], document: dump, next });
  }
  write(out, `${JSON.stringify(dump, null, 2)}\n`);
  const counts = dumpCounts(dump);
  return show(context, {
    lines: [`${out}: ${countsText(counts)}`],
    document: { file: out, counts },
    next: `load it: TRUNKLINE_EC2_EMULATOR_ACCOUNT=${out} trunkline-ec2-emulator`,
  });
}

function show({ io, json }: CommandContext, { lines, document, next }: Shown): number {
  io.out(json ? JSON.stringify(document, null, 2) : lines.join("\n"));
  io.say(`\n${io.paintSaid("weak", next)}`);
  return EXIT_FINE;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    const isForbidden = ["EACCES", "EPERM", "EROFS"].includes(code);
    throw new TrunklineError(
      isForbidden ? "NOT_PERMITTED" : "INVALID_ARGUMENT",
      `cannot write ${path}: ${message}`,
      { facts: { advice: "name a file in a folder that is there and yours: --out FILE" }, cause },
    );
  }
}

async function advise<Result>(advice: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw withAdvice(error, advice);
  }
}

// Only what was asked can be put right by asking otherwise; a dead emulator has advice of its own.
function withAdvice(error: unknown, advice: string): unknown {
  if (!(error instanceof TrunklineError)) return error;
  const { code, message, facts } = error;
  if (code !== "INVALID_ARGUMENT" && code !== "NOT_FOUND") return error;
  return new TrunklineError(code, message, { facts: { advice, ...facts }, cause: error });
}
