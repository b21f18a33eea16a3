import { join } from "node:path";
import type { ExecutableName } from "./child.ts";
import { instanceId, type WorldFiles } from "./world.ts";

/** What a configuration may name. */
export interface ConfigContext {
  readonly dir: string;
  readonly files: WorldFiles;
  /** Address of the EC2 API, without scheme. */
  readonly ec2: string;
  readonly policy: string;
  readonly ipam: string;
}

/** One process of a stack: a service, or the daemon of one node. */
export type Part = Exclude<ExecutableName, "node-daemon"> | `node-daemon ${string}`;

/** The executable of a part. */
export function executableOf(part: Part): ExecutableName {
  return part.startsWith("node-daemon ") ? "node-daemon" : (part as ExecutableName);
}

/** Name of the node whose daemon the part is. */
function nodeOf(part: Part): string {
  return part.slice("node-daemon ".length);
}

/** Credentials as a process finds them in its environment, and nothing else of the user's. */
export const AWS_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: "AKIDTEST",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  // The SDK's notice about Node versions of next year would stand in every log that is read here.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

const REGION = "us-west-2";
const LOCAL = "127.0.0.1:0";

/** The configuration of a part of a stack. */
export function configOf(part: Part, context: ConfigContext): Record<string, unknown> {
  const { dir, files } = context;
  const cloud = { ec2Endpoint: `http://${context.ec2}`, region: REGION };
  switch (part) {
    case "ec2-emulator":
      return { listen: LOCAL, account: files.cloudFile, logLevel: "warn" };
    case "policy-service":
      return { listen: LOCAL, manifests: files.manifestsDir, ...cloud, logLevel: "warn" };
    case "ipam-service":
      return {
        listen: LOCAL,
        policyAddress: context.policy,
        ledger: join(dir, "ledger"),
        clusterName: "test",
        ...cloud,
        logLevel: "warn",
      };
    default: {
      const nodeName = nodeOf(part);
      return {
        listen: `unix:${join(dir, `${nodeName}.sock`)}`,
        ipamAddress: context.ipam,
        nodeName,
        instanceId: instanceId(nodeName),
        mode: "strict",
        datapath: "plan",
        stateDir: join(dir, `state-${nodeName}`),
        logLevel: "warn",
      };
    }
  }
}
