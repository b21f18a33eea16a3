import { TrunklineError } from "@trunkline/core";
import { IpamServiceDefinition } from "@trunkline/proto/ipam";
import { NodeServiceDefinition } from "@trunkline/proto/node";
import { PolicyServiceDefinition } from "@trunkline/proto/policy";
import { type Connection, connect } from "@trunkline/rpc";

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
export const withPolicy = <Result>(
  address: string,
  use: (client: ReturnType<typeof policyClient>) => Promise<Result>,
): Promise<Result> => withConnection("policy-service", address, (c) => use(policyClient(c)));

/** See {@link withPolicy}. */
export const withIpam = <Result>(
  address: string,
  use: (client: ReturnType<typeof ipamClient>) => Promise<Result>,
): Promise<Result> => withConnection("ipam-service", address, (c) => use(ipamClient(c)));

/** See {@link withPolicy}. */
export const withNode = <Result>(
  address: string,
  use: (client: ReturnType<typeof nodeClient>) => Promise<Result>,
): Promise<Result> => withConnection("node-daemon", address, (c) => use(nodeClient(c)));

const policyClient = (connection: Connection) => connection.client(PolicyServiceDefinition);
const ipamClient = (connection: Connection) => connection.client(IpamServiceDefinition);
const nodeClient = (connection: Connection) => connection.client(NodeServiceDefinition);

/** The result, or undefined when the thing asked for does not exist. */
export async function orNotFound<Result>(promise: Promise<Result>): Promise<Result | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof TrunklineError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}
