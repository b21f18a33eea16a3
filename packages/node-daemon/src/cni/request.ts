import { type FieldProblem, TrunklineError } from "@trunkline/core";
import type { AttachmentKey } from "../desired/names.ts";
import type { PodIdentity } from "../journal/record.ts";
import { CNI_CODE, CNI_VERSIONS, type CniVersion, isAtLeast, isCniVersion } from "./versions.ts";

/** The verbs that reach the daemon. */
export type CniVerb = "ADD" | "DEL" | "CHECK" | "GC" | "STATUS";

/** What a runtime passes in the environment; "" for what it does not set. */
export interface CniEnvironment {
  readonly containerId: string;
  readonly netns: string;
  readonly ifName: string;
  readonly args: string;
}

/** The part of a network configuration that is used. */
export interface NetworkConfig {
  readonly cniVersion: CniVersion;
  readonly name: string;
  /** Path of the daemon's socket. */
  readonly socket: string | undefined;
  /** Addresses of the result that the runtime kept, "10.0.1.4/32"; undefined without one. */
  readonly prevAddresses: readonly string[] | undefined;
  /** GC: attachments that still exist. */
  readonly validAttachments: readonly { readonly containerId: string; readonly ifName: string }[];
}

/** A request that was checked. */
export interface CniRequest {
  readonly key: AttachmentKey;
  readonly netns: string;
  /** The pod; empty strings for what CNI_ARGS does not say, possible only where it is not needed. */
  readonly pod: PodIdentity;
  readonly config: NetworkConfig;
}

/** Longest name of a link. Source: linux/if.h, IFNAMSIZ - 1. */
const IF_NAME_LENGTH_MAX = 15;
/** Longest container id, network name or path that is recorded. */
const TEXT_LENGTH_MAX = 1024;

/** Source: containernetworking/cni pkg/utils/utils.go. */
const ID_PATTERN = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

type Problems = Record<"environment" | "decode" | "version" | "config", FieldProblem[]>;

/**
 * Checks what a runtime passed for a verb. Throws INVALID_ARGUMENT that lists all problems at once,
 * with the CNI code of the gravest in `facts.cniCode`: 4 environment, 6 undecodable, 1 version,
 * 7 configuration.
 */
export function checkRequest(
  verb: CniVerb,
  environment: CniEnvironment,
  configText: string,
): CniRequest {
  const problems: Problems = { environment: [], decode: [], version: [], config: [] };
  const pod = checkEnvironment(verb, environment, problems.environment);
  const config = checkConfig(verb, configText, problems);
  throwProblems(verb, problems);
  const { containerId, ifName, netns } = environment;
  return { key: { network: config.name, containerId, ifName }, netns, pod, config };
}

function throwProblems(verb: CniVerb, problems: Problems): void {
  const all = [
    ...problems.environment,
    ...problems.decode,
    ...problems.version,
    ...problems.config,
  ];
  if (all.length === 0) return;
  const code =
    problems.environment.length > 0
      ? CNI_CODE.environment
      : problems.decode.length > 0
        ? CNI_CODE.decode
        : problems.version.length > 0
          ? CNI_CODE.incompatibleVersion
          : CNI_CODE.config;
  const text = all.map(({ field, description }) => `${field} ${description}`).join("; ");
  throw new TrunklineError("INVALID_ARGUMENT", `CNI ${verb} request is wrong: ${text}`, {
    problems: all,
    facts: { cniCode: String(code) },
  });
}

function checkEnvironment(
  verb: CniVerb,
  environment: CniEnvironment,
  problems: FieldProblem[],
): PodIdentity {
  if (verb === "GC" || verb === "STATUS") return { namespace: "", name: "", uid: "" };
  checkContainerId(environment.containerId, problems);
  checkIfName(environment.ifName, problems);
  const needsNamespace = verb !== "DEL";
  if (needsNamespace && environment.netns === "") {
    problems.push({ field: "CNI_NETNS", description: "is missing" });
  }
  if (environment.netns.length > TEXT_LENGTH_MAX || /[\n\0]/.test(environment.netns)) {
    problems.push({ field: "CNI_NETNS", description: "is not a path" });
  }
  return checkArgs(environment.args, verb === "ADD", problems);
}

function checkContainerId(id: string, problems: FieldProblem[]): void {
  const field = "CNI_CONTAINERID";
  if (id === "") problems.push({ field, description: "is missing" });
  else if (!ID_PATTERN.test(id) || id.length > TEXT_LENGTH_MAX) {
    const allowed = "start with a letter or digit, then letters, digits, _ . -";
    problems.push({ field, description: `"${excerpt(id)}" is not an id: ${allowed}` });
  }
}

function checkIfName(name: string, problems: FieldProblem[]): void {
  const field = "CNI_IFNAME";
  if (name === "") problems.push({ field, description: "is missing" });
  else if (name.length > IF_NAME_LENGTH_MAX) {
    const description = `"${excerpt(name)}" is longer than ${IF_NAME_LENGTH_MAX} characters`;
    problems.push({ field, description });
  } else if (name === "." || name === ".." || /[/:\s\0]/.test(name)) {
    problems.push({ field, description: `"${name}" is not a link name: no / : or white space` });
  }
}

function checkArgs(args: string, isRequired: boolean, problems: FieldProblem[]): PodIdentity {
  const values = new Map<string, string>();
  for (const pair of args.split(";").filter((text) => text !== "")) {
    const at = pair.indexOf("=");
    if (at > 0) values.set(pair.slice(0, at), pair.slice(at + 1));
    else problems.push({ field: "CNI_ARGS", description: `"${excerpt(pair)}" is not KEY=VALUE` });
  }
  const read = (key: string) => {
    const value = values.get(key) ?? "";
    if (value === "" && isRequired) {
      problems.push({ field: "CNI_ARGS", description: `${key} is missing` });
    }
    if (value.length > TEXT_LENGTH_MAX) {
      problems.push({ field: "CNI_ARGS", description: `${key} is too long` });
    }
    return value;
  };
  return {
    namespace: read("K8S_POD_NAMESPACE"),
    name: read("K8S_POD_NAME"),
    uid: read("K8S_POD_UID"),
  };
}

const EMPTY_CONFIG: NetworkConfig = {
  cniVersion: "1.1.0",
  name: "",
  socket: undefined,
  prevAddresses: undefined,
  validAttachments: [],
};

function checkConfig(verb: CniVerb, text: string, problems: Problems): NetworkConfig {
  const value = decode(text, problems.decode);
  if (value === undefined) return EMPTY_CONFIG;
  const cniVersion = checkVersion(verb, value["cniVersion"], problems.version);
  const name = checkName(value["name"], problems.config);
  if (typeof value["type"] !== "string" || value["type"] === "") {
    problems.config.push({ field: "type", description: "is missing" });
  }
  return {
    cniVersion,
    name,
    socket: checkSocket(value["socket"], problems.config),
    prevAddresses: readPrevAddresses(value["prevResult"]),
    validAttachments:
      verb === "GC" ? readValid(value["cni.dev/valid-attachments"], problems.config) : [],
  };
}

function decode(text: string, problems: FieldProblem[]): Record<string, unknown> | undefined {
  const field = "standard input";
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    problems.push({ field, description: "is not a JSON object" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const description = text.trim() === "" ? "is empty" : `is not JSON: ${excerpt(reason)}`;
    problems.push({ field, description });
  }
  return undefined;
}

/** First version that has the verb. Source: CNI specification, release notes. */
const VERB_SINCE: Readonly<Record<CniVerb, CniVersion>> = {
  ADD: "0.3.0",
  DEL: "0.3.0",
  CHECK: "0.4.0",
  GC: "1.1.0",
  STATUS: "1.1.0",
};

function checkVersion(verb: CniVerb, value: unknown, problems: FieldProblem[]): CniVersion {
  const field = "cniVersion";
  if (!isCniVersion(value)) {
    const asked = value === undefined ? "is missing" : `${excerpt(JSON.stringify(value))} is`;
    const description = `${asked}${value === undefined ? "," : " not supported,"} supported are`;
    problems.push({ field, description: `${description} ${CNI_VERSIONS.join(", ")}` });
    return "1.1.0";
  }
  if (!isAtLeast(value, VERB_SINCE[verb])) {
    const description = `${value} has no ${verb}, ${VERB_SINCE[verb]} is the first that has`;
    problems.push({ field, description });
  }
  return value;
}

function checkName(value: unknown, problems: FieldProblem[]): string {
  if (typeof value === "string" && ID_PATTERN.test(value) && value.length <= TEXT_LENGTH_MAX) {
    return value;
  }
  const description =
    value === undefined || value === ""
      ? "is missing"
      : `${excerpt(JSON.stringify(value))} is not a network name`;
  problems.push({ field: "name", description });
  return "";
}

function checkSocket(value: unknown, problems: FieldProblem[]): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && value.startsWith("/")) return value;
  problems.push({ field: "socket", description: "is not an absolute path" });
  return undefined;
}

function readPrevAddresses(prevResult: unknown): readonly string[] | undefined {
  const ips = (prevResult as { ips?: unknown } | undefined)?.ips;
  if (!Array.isArray(ips)) return undefined;
  return ips.map((ip: unknown) => String((ip as { address?: unknown } | null)?.address ?? ""));
}

function readValid(
  value: unknown,
  problems: FieldProblem[],
): readonly { readonly containerId: string; readonly ifName: string }[] {
  const field = "cni.dev/valid-attachments";
  // libcni writes an empty list as null. Without any list everything would be deleted: refused.
  if (value === null) return [];
  if (!Array.isArray(value)) {
    problems.push({ field, description: "is missing or not a list" });
    return [];
  }
  return value.map((item: unknown) => {
    const { containerID, ifname } = (item ?? {}) as { containerID?: unknown; ifname?: unknown };
    if (typeof containerID !== "string" || typeof ifname !== "string") {
      problems.push({ field, description: "has an entry without containerID or ifname" });
    }
    return { containerId: String(containerID), ifName: String(ifname) };
  });
}

function excerpt(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
