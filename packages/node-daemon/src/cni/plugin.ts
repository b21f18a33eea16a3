import { TrunklineError } from "@trunkline/core";
import { NodeServiceDefinition } from "@trunkline/proto/node";
import { connect } from "@trunkline/rpc";
import { errorDocument } from "./error-json.ts";
import { type CniEnvironment, type CniRequest, type CniVerb, checkRequest } from "./request.ts";
import { CNI_CODE, CNI_VERSION_NEWEST, CNI_VERSIONS } from "./versions.ts";

/** What a run of the plugin is given. */
export interface PluginInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads standard input, bounded in size and time. */
  readonly readConfig: () => Promise<string>;
}

/** What a run of the plugin prints, and how it ends. */
export interface PluginOutput {
  /** Text for standard output; may be empty. */
  readonly stdout: string;
  readonly exitCode: 0 | 1;
}

/** Socket of the daemon when the configuration names none. */
const SOCKET_DEFAULT = "/run/trunkline/node.sock";

/** Time the daemon has for one call: more than its own limit for allocations. */
const CALL_MS_MAX = 60_000;

const VERBS: readonly CniVerb[] = ["ADD", "DEL", "CHECK", "GC", "STATUS"];

/** Runs one CNI command. Never throws: every failure becomes an error document. */
export async function runPlugin(input: PluginInput): Promise<PluginOutput> {
  const command = input.env["CNI_COMMAND"];
  const verb = VERBS.find((known) => known === command);
  let text = "";
  try {
    if (command === "VERSION")
      return { stdout: versionJson(await input.readConfig()), exitCode: 0 };
    if (verb === undefined) throw commandError(command);
    text = await input.readConfig();
    return { stdout: await runVerb(verb, environmentOf(input.env), text), exitCode: 0 };
  } catch (error) {
    const document = errorDocument(error, verb, versionIn(text));
    return { stdout: JSON.stringify(document), exitCode: 1 };
  }
}

async function runVerb(verb: CniVerb, environment: CniEnvironment, text: string): Promise<string> {
  const request = checkRequest(verb, environment, text);
  const socket = request.config.socket ?? SOCKET_DEFAULT;
  await using connection = connect({
    address: `unix:${socket}`,
    name: "node daemon",
    deadlineMs: CALL_MS_MAX,
  });
  const node = connection.client(NodeServiceDefinition);
  const cni = { ...environment, path: "", config: Buffer.from(text) };
  switch (verb) {
    case "ADD": {
      const { result } = await node.add({ cni });
      return Buffer.from(result).toString("utf8");
    }
    case "DEL":
      await node.delete({ cni });
      return "";
    case "CHECK":
      await node.check({ cni });
      return "";
    case "GC":
      await node.collect(collectRequest(request));
      return "";
    case "STATUS":
      await node.status({});
      return "";
  }
}

function collectRequest({ key, config }: CniRequest) {
  return { network: key.network, valid: [...config.validAttachments] };
}

function environmentOf(env: PluginInput["env"]): CniEnvironment {
  return {
    containerId: env["CNI_CONTAINERID"] ?? "",
    netns: env["CNI_NETNS"] ?? "",
    ifName: env["CNI_IFNAME"] ?? "",
    args: env["CNI_ARGS"] ?? "",
  };
}

function commandError(command: string | undefined): TrunklineError {
  const asked = command ? `CNI_COMMAND "${command}" is not known` : "CNI_COMMAND is missing";
  const text = `${asked}; known are ${VERBS.join(", ")}, VERSION`;
  return new TrunklineError("INVALID_ARGUMENT", text, {
    facts: { cniCode: String(CNI_CODE.environment) },
  });
}

function versionJson(text: string): string {
  const cniVersion = versionIn(text) ?? CNI_VERSION_NEWEST;
  return JSON.stringify({ cniVersion, supportedVersions: CNI_VERSIONS });
}

// The version of an answer is that of the question, as far as the question can be read.
function versionIn(text: string): string | undefined {
  try {
    const { cniVersion } = JSON.parse(text) as { cniVersion?: unknown };
    return typeof cniVersion === "string" ? cniVersion : undefined;
  } catch {
    return undefined;
  }
}
