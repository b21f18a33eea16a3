import { type Command, InvalidArgumentError } from "commander";
import type { CommandContext } from "./commands/context.ts";
import { addFault, dumpAccount, listFaults, removeFaults, showAudit } from "./commands/emulator.ts";
import type { FaultWords } from "./emulator/fault-order.ts";

/** Runs a command with the context that its options make. */
export type RunIn = (
  command: Command,
  run: (context: CommandContext) => Promise<number>,
) => Promise<void>;

/** Calls shown by `emulator audit` unless it is told otherwise. */
const AUDIT_LIMIT = 20;
/** Most calls in one answer of the emulator. Source: the audit page of its own API. */
const AUDIT_LIMIT_MAX = 1000;

const KINDS = `
Kinds of faults, with the fields that --set gives them (docs/ec2-emulator.md says what each does):
  dropResponse, duplicate      as limited by --action, --probability, --count and --for-ms
  error                        code=InternalError, Unavailable, ServiceUnavailable, …
  latency                      minMs=100 maxMs=500
  deny                         'unlessTag={"key":"team"}'
  throttleNoise                callsPerSec=5; --action and --for-ms
  subnetExhausted              subnetId=subnet-…; --for-ms
  slow                         transition=attach extraMs=5000; --for-ms
  vanish                       eniId=eni-…
  foreignEdit                  eniId=eni-… 'groupIds=["sg-…"]' description=… disassociate=true
  clockJump                    byMs=60000
  quota                        name=groupsPerInterface limit=3`;

/** Adds `emulator` with its commands. */
export function addEmulator(program: Command, runIn: RunIn): void {
  const emulator = program
    .command("emulator")
    .description("order faults from an EC2 emulator, and see its calls and its account");
  addFaults(emulator, runIn);
  emulator
    .command("audit")
    .description("show the last calls with their outcome")
    .option("--action <name>", "only calls of this action")
    .option("--limit <count>", `at most so many, 1 to ${AUDIT_LIMIT_MAX}`, limitOf, AUDIT_LIMIT)
    .action((options: { readonly action?: string; readonly limit: number }, command: Command) => {
      const { action, limit } = options;
      return runIn(command, (context) => showAudit({ action, limit }, context));
    });
  emulator
    .command("dump")
    .description("print the account as JSON in the shapes of aws ec2 describe-…")
    .option("--out <file>", "write it there; an emulator loads it with its key account")
    .action(({ out }: { readonly out?: string }, command: Command) =>
      runIn(command, (context) => dumpAccount(out, context)),
    );
}

function addFaults(emulator: Command, runIn: RunIn): void {
  const fault = emulator.command("fault").description("add, list and remove faults");
  fault
    .command("add")
    .description("order a fault; prints its id")
    .argument("<kind>", "kind of the fault, see below")
    .option("--action <name>", "only calls of this action, Create* for several; repeat", append)
    .option("--count <calls>", "over after so many calls", numberOf)
    .option("--probability <chance>", "chance for each call, 0 to 1", numberOf)
    .option("--for-ms <ms>", "over after this time", numberOf)
    .option("--set <key=value>", "any other field, the value as JSON or text; repeat", append)
    .addHelpText("after", KINDS)
    .action((kind: string, options: Partial<FaultWords>, command: Command) => {
      const { action = [], set = [], count, probability, forMs } = options;
      const words = { kind, action, set, count, probability, forMs };
      return runIn(command, (context) => addFault(words, context));
    });
  fault
    .command("list")
    .description("list the faults in force")
    .action((_options: unknown, command: Command) => runIn(command, listFaults));
  fault
    .command("remove")
    .description("take back a fault, or all")
    .argument("[id]", "id of the fault, such as fault-1")
    .option("--all", "every fault in force")
    .action((id: string | undefined, { all }: { readonly all?: true }, command: Command) => {
      if ((id === undefined) === (all === undefined)) command.error("name one ID, or say --all");
      return runIn(command, (context) => removeFaults(id, context));
    });
}

function append(text: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), text];
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number.");
}

function limitOf(text: string): number {
  const value = numberOf(text);
  if (Number.isInteger(value) && value >= 1 && value <= AUDIT_LIMIT_MAX) return value;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${AUDIT_LIMIT_MAX}.`);
}
