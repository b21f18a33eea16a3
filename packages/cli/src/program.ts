import { Command, Option } from "commander";
import type { CommandContext } from "./commands/context.ts";
import { type DemoHost, type DemoOptions, demo } from "./commands/demo.ts";
import { explain } from "./commands/explain.ts";
import { pods } from "./commands/pods.ts";
import { whoCanReach } from "./commands/who-can.ts";
import { addEmulator } from "./emulator-program.ts";
import type { QuestionOptions } from "./system/question-options.ts";
import type { NamedTargets } from "./system/targets.ts";

/** What a program needs from the process it runs in. */
export interface ProgramHost extends DemoHost {
  /** Makes the context of a command from the options that all commands share. */
  contextFor(json: boolean, targets: NamedTargets): CommandContext;
  /** Folder of the example that comes with the project. */
  readonly exampleFolder: string;
  readonly version: string;
  /** Takes the exit code of the command that ran. */
  onDone(exitCode: number): void;
}

interface SharedOptions {
  readonly json?: boolean;
  readonly policy?: string;
  readonly ipam?: string;
  readonly ec2?: string;
  readonly node?: readonly string[];
  readonly manifests?: string;
  readonly cloud?: readonly string[];
}

const EXIT_CODES = `
Exit codes:
  0        asked, and fine
  1        asked, and something is wrong: the verdict is not ALLOW, the demo differs
  64..78   could not answer (sysexits.h): 64 usage, 66 not found, 69 cannot be reached,
           70 bug, 73 exists already, 75 try again, 77 not permitted
  130      ended by Ctrl-C`;

/** The command line as a tree of commands. Nothing runs until it is parsed. */
export function createProgram(host: ProgramHost): Command {
  const program = new Command("trunkline")
    .description("Security groups for pods: who has which, and who can talk to whom, rule by rule.")
    .version(host.version)
    .option("--json", "print one JSON document and nothing else")
    .option("--policy <address>", "policy-service, HOST:PORT or unix:/path (TRUNKLINE_POLICY)")
    .option("--ipam <address>", "ipam-service (TRUNKLINE_IPAM)")
    .option("--node <address...>", "node daemons (TRUNKLINE_NODES, separated by commas)")
    .option("--manifests <folder>", "manifests instead of services: works offline")
    .option("--cloud <file...>", "what `aws ec2 describe-…` or `emulator dump` printed, offline")
    .option("--ec2 <url>", "EC2 API of an emulator (AWS_ENDPOINT_URL)")
    .addHelpText("after", EXIT_CODES)
    .showHelpAfterError(false)
    .configureHelp({ showGlobalOptions: true });
  addDemo(program, host);
  addExplain(program, host);
  addPods(program, host);
  addEmulator(program, async (command, run) => {
    host.onDone(await run(contextOf(command, host)));
  });
  addWhoCan(program, host);
  return program;
}

function addDemo(program: Command, host: ProgramHost): void {
  program
    .command("demo")
    .description("start the whole system on this machine, show it, check it and end it")
    .option("--keep", "leave it up for the other commands until Ctrl-C", false)
    .addOption(modeOption("mode of the pods").default("strict"))
    .option("--example <folder>", "example to run", host.exampleFolder)
    .action(async (options: DemoOptions, command: Command) => {
      host.onDone(await demo(options, contextOf(command, host), host));
    });
}

function addExplain(program: Command, host: ProgramHost): void {
  program
    .command("explain")
    .description("say whether a new connection is allowed, and which rules say so")
    .argument("<source>", "shop/api (a pod), 10.0.1.4, eni-…, a name such as db1")
    .argument("<destination>", "with a port: db1:5432, service/shop/db:80, 10.0.1.50:53/udp")
    .option("--protocol <name>", "tcp, udp, icmp, icmpv6 or a number (default: tcp)")
    .addOption(
      new Option("--model <name>", "how standard mode is read").choices(["documented", "datapath"]),
    )
    .addOption(modeOption("judge all pods as if in this mode"))
    .addOption(networkPolicyModelOption())
    .action(
      async (
        source: string,
        destination: string,
        options: Partial<QuestionOptions> & { readonly protocol?: string },
        command: Command,
      ) => {
        const { model, mode, networkPolicyModel, protocol } = options;
        const asked = { model, mode, networkPolicyModel, protocol };
        host.onDone(await explain(source, destination, asked, contextOf(command, host)));
      },
    );
}

function addPods(program: Command, host: ProgramHost): void {
  program
    .command("pods")
    .description("list the pods with their interfaces, groups and modes")
    .option("--namespace <name>", "only this namespace")
    .action(async (options: { readonly namespace?: string }, command: Command) => {
      host.onDone(await pods({ namespace: options.namespace }, contextOf(command, host)));
    });
}

function addWhoCan(program: Command, host: ProgramHost): void {
  program
    .command("who-can")
    .description("list who may open a connection to a destination, and by which rules")
    .argument("<destination>", "db1:5432, shop/peer:8080, 10.0.1.50:53/udp")
    .option("--protocol <name>", "tcp, udp, icmp, icmpv6 or a number (default: tcp)")
    .addOption(
      new Option("--model <name>", "how standard mode is read").choices(["documented", "datapath"]),
    )
    .addOption(modeOption("judge all pods as if in this mode"))
    .addOption(networkPolicyModelOption())
    .action(
      async (
        destination: string,
        options: Partial<QuestionOptions> & { readonly protocol?: string },
        command: Command,
      ) => {
        const { model, mode, networkPolicyModel, protocol } = options;
        const asked = { model, mode, networkPolicyModel, protocol };
        host.onDone(await whoCanReach(destination, asked, contextOf(command, host)));
      },
    );
}

function modeOption(text: string): Option {
  return new Option("--mode <name>", text).choices(["strict", "standard"]);
}

function networkPolicyModelOption(): Option {
  const text = "how network policies are read (default: spec)";
  return new Option("--network-policy-model <name>", text).choices(["spec", "aws"]);
}

function contextOf(command: Command, host: ProgramHost): CommandContext {
  const options: SharedOptions = command.optsWithGlobals();
  return host.contextFor(options.json ?? false, {
    policy: options.policy,
    ipam: options.ipam,
    ec2: options.ec2,
    nodes: options.node ?? [],
    manifests: options.manifests,
    cloud: options.cloud ?? [],
  });
}
