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

/** Runs one command line as a shell reads it, `aws ec2 describe-vpcs --query 'Vpcs[*].VpcId'`. */
export function aws(
  endpoint: string,
  command: string,
  accessKeyId = "AKIDEXAMPLE",
): Promise<Ended> {
  return run("sh", { args: ["-c", command], env: environment(endpoint, accessKeyId) });
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
