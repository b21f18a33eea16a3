import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type AccountReader,
  type AccountView,
  accountFaults,
  accountReader,
  leftovers,
} from "./account-view.ts";
import { type Child, type Ended, start } from "./child.ts";
import { AWS_ENVIRONMENT, configOf, executableOf, type Part } from "./configs.ts";
import { type DynamicClient, dynamicClient } from "./dynamic-client.ts";
import { eventually } from "./eventually.ts";
import { type TempDir, tempDir } from "./temp-dir.ts";
import { type WorldFiles, type WorldSpec, writeWorld } from "./world.ts";

/** What a stack is started with. */
export interface StackOptions {
  /** Nodes that get a daemon. */
  readonly nodes: readonly string[];
  /** False leaves ipam-service out. Default true. */
  readonly ipam?: boolean;
  /** Keys that a part's configuration has besides, or instead. */
  readonly config?: Partial<Record<Part, Readonly<Record<string, unknown>>>>;
}

/** The whole system as processes, on sockets of its own. */
export interface Stack extends AsyncDisposable {
  /** Folder of everything that the processes keep. */
  readonly dir: string;
  readonly files: WorldFiles;
  readonly account: AccountReader;
  /** `HOST:PORT`; the EC2 API's has the scheme before it. */
  readonly addresses: { readonly ec2: string; readonly policy: string; readonly ipam: string };
  readonly policy: DynamicClient;
  readonly ipam: DynamicClient;
  /** `unix:/path` of a node's daemon. */
  nodeAddress(nodeName: string): string;
  node(nodeName: string): DynamicClient;
  /** A running process. */
  child(part: Part): Child;
  /** Ends a process. */
  stop(part: Part, signal?: NodeJS.Signals): Promise<Ended>;
  /** Starts a process again, at the address it had, or one that was left out. */
  start(part: Part, config?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Resolves when the account has nothing that `before` had not, and is sound. */
  nothingLeft(before: AccountView): Promise<void>;
}

/** Starts the parts one after the other, each with the addresses of those before it. */
export async function startStack(world: WorldSpec, options: StackOptions): Promise<Stack> {
  const dir = await tempDir();
  const running = new Running(dir, await writeWorld(dir.path, world), options);
  try {
    for (const part of ["ec2-emulator", "policy-service"] as const) await running.start(part);
    if (options.ipam !== false) await running.start("ipam-service");
    await Promise.all(options.nodes.map((name) => running.start(`node-daemon ${name}`)));
    const stack = stackOf(running);
    // A daemon listens before it has its trunk.
    await Promise.all(
      options.nodes.map((name) => eventually(() => stack.node(name).call("Status"))),
    );
    return stack;
  } catch (error) {
    await running.end();
    throw error;
  }
}

class Running {
  readonly dir: TempDir;
  readonly files: WorldFiles;
  readonly #options: StackOptions;
  readonly #children = new Map<Part, Child>();
  readonly #addresses = new Map<Part, string>();
  readonly clients = new Map<string, DynamicClient>();

  constructor(dir: TempDir, files: WorldFiles, options: StackOptions) {
    this.dir = dir;
    this.files = files;
    this.#options = options;
  }

  address(part: Part): string {
    const address = this.#addresses.get(part);
    if (address === undefined) throw new Error(`${part} was not started`);
    return address;
  }

  child(part: Part): Child {
    const child = this.#children.get(part);
    if (child === undefined) throw new Error(`${part} is not running`);
    return child;
  }

  async start(part: Part, others: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const known = this.#addresses.get(part);
    const config: Record<string, unknown> = {
      ...configOf(part, {
        dir: this.dir.path,
        files: this.files,
        ec2: this.#addresses.get("ec2-emulator") ?? "",
        policy: this.#addresses.get("policy-service") ?? "",
        ipam: this.#addresses.get("ipam-service") ?? "",
      }),
      ...this.#options.config?.[part],
      ...others,
      ...(known === undefined ? {} : { listen: known }),
    };
    const stateDir = config.stateDir;
    if (typeof stateDir === "string") await mkdir(stateDir, { recursive: true });
    const file = join(this.dir.path, `${part.replace(" ", "-")}.yaml`);
    await writeFile(file, JSON.stringify(config, null, 2));
    const child = await start(executableOf(part), {
      args: ["--config", file],
      env: AWS_ENVIRONMENT,
    });
    this.#children.set(part, child);
    const address = child.ready.grpc ?? child.ready.http ?? String(config.listen);
    this.#addresses.set(part, address.replace(/^http:\/\//, ""));
  }

  async stop(part: Part, signal: NodeJS.Signals = "SIGTERM"): Promise<Ended> {
    const child = this.child(part);
    this.#children.delete(part);
    return await child.end(signal);
  }

  client(service: string, part: Part): DynamicClient {
    const known = this.clients.get(part);
    if (known !== undefined) return known;
    const client = dynamicClient(service, this.address(part));
    this.clients.set(part, client);
    return client;
  }

  // Callers first, so that nobody sees the end of those it asks.
  async end(): Promise<void> {
    for (const client of this.clients.values()) await client[Symbol.asyncDispose]();
    const children = [...this.#children.values()].reverse();
    const ends = await Promise.allSettled(children.map((child) => child[Symbol.asyncDispose]()));
    await this.dir[Symbol.asyncDispose]();
    const failed = ends.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}

function stackOf(running: Running): Stack {
  const ec2 = `http://${running.address("ec2-emulator")}`;
  const account = accountReader(ec2);
  return {
    dir: running.dir.path,
    files: running.files,
    account,
    addresses: {
      ec2,
      policy: running.address("policy-service"),
      get ipam() {
        return running.address("ipam-service");
      },
    },
    get policy() {
      return running.client("trunkline.policy.v1.PolicyService", "policy-service");
    },
    get ipam() {
      return running.client("trunkline.ipam.v1.IpamService", "ipam-service");
    },
    nodeAddress: (nodeName) => running.address(`node-daemon ${nodeName}`),
    node: (nodeName) => running.client("trunkline.node.v1.NodeService", `node-daemon ${nodeName}`),
    child: (part) => running.child(part),
    stop: (part, signal) => running.stop(part, signal),
    start: (part, config) => running.start(part, config),
    nothingLeft: (before) => nothingLeft(account, before),
    [Symbol.asyncDispose]: async () => {
      await account[Symbol.asyncDispose]();
      await running.end();
    },
  };
}

async function nothingLeft(account: AccountReader, before: AccountView): Promise<void> {
  await eventually(async () => {
    const after = await account.read();
    const found = [...accountFaults(after), ...leftovers(before, after)];
    if (found.length > 0) throw new Error(`the account is not as before:\n${found.join("\n")}`);
  });
}
