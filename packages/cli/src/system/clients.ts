import { TrunklineError } from "@trunkline/core";
import { type OpenedFiles, openPolicyFiles, type PolicyFiles } from "@trunkline/policy-service";
import { systemClock } from "@trunkline/process";
import { type IpamServiceClient, IpamServiceDefinition } from "@trunkline/proto/ipam";
import { type NodeServiceClient, NodeServiceDefinition } from "@trunkline/proto/node";
import {
  ExplainRequest,
  type PolicyServiceClient,
  PolicyServiceDefinition,
  ResolvePodRequest,
  WhoCanRequest,
} from "@trunkline/proto/policy";
import { type CallOptions, type Connection, connect } from "@trunkline/rpc";

/** Time one question of the command line may take, milliseconds. */
const DEADLINE_MS = 10_000;

/** Runs `use` with a connection and closes it, whatever happens. */
async function withConnection<Result>(
  name: string,
  address: string,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  await using connection = connect({ address, name, deadlineMs: DEADLINE_MS });
  return await use(connection);
}

/** Who answers questions of policy: a service, or files that stand in for what it reads. */
export type PolicySource =
  | { readonly kind: "service"; readonly address: string }
  | { readonly kind: "files"; readonly files: PolicyFiles };

/** The calls of policy-service that commands ask. */
export type PolicyClient = Pick<
  PolicyServiceClient<CallOptions>,
  "explain" | "resolvePod" | "whoCan"
>;

/** Client of policy-service, or of files instead, for as long as `use` runs. */
export async function withPolicy<Result>(
  source: PolicySource,
  use: (client: PolicyClient) => Promise<Result>,
): Promise<Result> {
  if (source.kind === "files") return use(fileClient(await openFiles(source.files)));
  return withConnection("policy-service", source.address, (connection) =>
    use(connection.client(PolicyServiceDefinition)),
  );
}

/** The files, read once. */
export function openFiles(files: PolicyFiles): Promise<OpenedFiles> {
  return openPolicyFiles(files, systemClock);
}

/** Asks the answers in this process; what files do not say is added to every explanation. */
function fileClient({ answers, notes }: OpenedFiles): PolicyClient {
  const call = { signal: new AbortController().signal };
  return {
    resolvePod: (request) => answers.resolvePod(ResolvePodRequest.fromPartial(request)),
    whoCan: (request) => answers.whoCan(WhoCanRequest.fromPartial(request), call),
    explain: async (request) => {
      const answer = await answers.explain(ExplainRequest.fromPartial(request), call);
      return { ...answer, notes: [...answer.notes, ...notes] };
    },
  };
}

/** Client of ipam-service, for as long as `use` runs. */
export function withIpam<Result>(
  address: string,
  use: (client: IpamServiceClient<CallOptions>) => Promise<Result>,
): Promise<Result> {
  return withConnection("ipam-service", address, (connection) =>
    use(connection.client(IpamServiceDefinition)),
  );
}

/** Client of a node daemon, for as long as `use` runs. */
export function withNode<Result>(
  address: string,
  use: (client: NodeServiceClient<CallOptions>) => Promise<Result>,
): Promise<Result> {
  return withConnection("node-daemon", address, (connection) =>
    use(connection.client(NodeServiceDefinition)),
  );
}

/** The result, or undefined when the thing asked for does not exist. */
export async function orNotFound<Result>(promise: Promise<Result>): Promise<Result | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof TrunklineError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}
