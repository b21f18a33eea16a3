import { TrunklineError } from "@trunkline/core";
import { type IpamServiceClient, IpamServiceDefinition } from "@trunkline/proto/ipam";
import { type NodeServiceClient, NodeServiceDefinition } from "@trunkline/proto/node";
import { type PolicyServiceClient, PolicyServiceDefinition } from "@trunkline/proto/policy";
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

/** Client of policy-service, ipam-service or a node daemon, for as long as `use` runs. */
export function withPolicy<Result>(
  address: string,
  use: (client: PolicyServiceClient<CallOptions>) => Promise<Result>,
): Promise<Result> {
  return withConnection("policy-service", address, (connection) =>
    use(connection.client(PolicyServiceDefinition)),
  );
}

/** See {@link withPolicy}. */
export function withIpam<Result>(
  address: string,
  use: (client: IpamServiceClient<CallOptions>) => Promise<Result>,
): Promise<Result> {
  return withConnection("ipam-service", address, (connection) =>
    use(connection.client(IpamServiceDefinition)),
  );
}

/** See {@link withPolicy}. */
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
