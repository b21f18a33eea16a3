import { dirname } from "node:path";
import { type Ended, run } from "../../support/child.ts";
import { awsCli } from "../../support/python-tools.ts";

/** The AWS CLI of this machine, found or installed once. */
const tool = await awsCli();

/** Why no command can be run; undefined when they can. */
export const noCli = tool.kind === "missing" ? `no AWS CLI: ${tool.reason}` : undefined;

/** What a command is told besides its arguments: nothing but these four variables. */
function environment(endpoint: string, accessKeyId: string): Record<string, string> {
  const folder = tool.kind === "ready" ? dirname(tool.path) : ".";
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: "us-west-2",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI",
    ...(folder !== "." && { PATH: `${folder}:${process.env.PATH}` }),
  };
}

/** Commands that run at the same time; more of them only wait for each other's processor. */
const PARALLEL_MAX = 4;
/** Longest that one command may take on a busy machine, milliseconds; a second when it is idle. */
const COMMAND_MS_MAX = 60_000;

let runningCount = 0;
const waiting: (() => void)[] = [];

async function inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
  if (runningCount >= PARALLEL_MAX) await new Promise<void>((go) => waiting.push(go));
  else runningCount++;
  try {
    return await task();
  } finally {
    // The place passes on to whoever waits longest.
    const next = waiting.shift();
    if (next === undefined) runningCount--;
    else next();
  }
}

/** Runs one command line as a shell reads it, `aws ec2 describe-vpcs --query 'Vpcs[*].VpcId'`. */
export function aws(
  endpoint: string,
  command: string,
  accessKeyId = "AKIDEXAMPLE",
): Promise<Ended> {
  const env = environment(endpoint, accessKeyId);
  return inTurn(() => run("sh", { args: ["-c", command], env, limitMs: COMMAND_MS_MAX }));
}

/** What a command prints, read as JSON; fails with what it said when it does not succeed. */
export async function printed(endpoint: string, command: string): Promise<unknown> {
  const { code, stdout, stderr } = await aws(endpoint, command);
  if (code !== 0) throw new Error(`${command}\nended with ${code}: ${stderr}`);
  return stdout.trim() === "" ? undefined : JSON.parse(stdout);
}

/** The sentence that a refused command ends with; fails when it succeeds. */
export async function complaint(endpoint: string, command: string): Promise<string> {
  const { code, stdout, stderr } = await aws(endpoint, command);
  if (code === 0) throw new Error(`${command}\nsucceeded: ${stdout}`);
  return /An error occurred .*/.exec(stderr)?.[0] ?? stderr;
}
