import { TrunklineError } from "@trunkline/core";
import { DESCRIPTORS_BASE64 } from "@trunkline/proto/descriptors";
import {
  type CompatServiceDefinition,
  createServer,
  type Server,
  type ServiceImplementation,
} from "nice-grpc";
import { errorDetailsServerMiddleware } from "nice-grpc-error-details";
import { HealthDefinition, HealthServiceImpl, HealthState } from "nice-grpc-server-health";
import { ServerReflection, ServerReflectionService } from "nice-grpc-server-reflection";
import {
  type Address,
  checkAddress,
  clearStaleSocket,
  protectSocket,
  removeSocket,
  socketPath,
} from "./address.ts";
import { deadlineMiddleware, errorMiddleware, type ServerLog } from "./server-middleware.ts";

/** Largest message either side accepts, bytes. Source: gRPC's own default for receiving. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

/** Longest a closing server waits for calls that are under way. */
const DRAIN_MS_DEFAULT = 5_000;

/** A service to serve; build it with {@link serve}. */
export interface Served {
  readonly definition: CompatServiceDefinition;
  readonly addTo: (server: Server) => void;
}

/**
 * Pairs a service definition with its implementation. Methods that are left out answer
 * UNIMPLEMENTED and say where the list of missing ones is.
 */
export function serve<Service extends CompatServiceDefinition>(
  definition: Service,
  implementation: Partial<ServiceImplementation<Service>>,
): Served {
  const complete: Record<string, unknown> = { ...implementation };
  const methods = (definition as { methods?: object }).methods ?? definition;
  for (const method of Object.keys(methods)) complete[method] ??= notImplemented(method);
  return {
    definition,
    addTo: (server) => server.add(definition, complete as ServiceImplementation<Service>),
  };
}

function notImplemented(method: string): () => never {
  return () => {
    throw new TrunklineError(
      "NOT_IMPLEMENTED",
      `${method} is in the contract and not built yet; docs/status.md lists what is`,
    );
  };
}

/** What `listen` needs. */
export interface ListenOptions {
  readonly address: Address;
  readonly services: readonly Served[];
  /** Gets every error that is a bug, and failed calls at debug level. */
  readonly log: ServerLog;
}

/** A server that is listening. */
export interface RpcServer extends AsyncDisposable {
  /** The address with the real port. */
  readonly address: Address;
  /** What `grpc.health.v1.Health` says; a server starts out serving. */
  setServing(isServing: boolean): void;
  /** Says NOT_SERVING, lets calls finish for `drainMs`, then cuts the rest. Idempotent. */
  close(drainMs?: number): Promise<void>;
}

/** Starts a gRPC server with health, reflection, deadlines and typed errors. */
export async function listen(options: ListenOptions): Promise<RpcServer> {
  checkAddress(options.address);
  const path = socketPath(options.address);
  if (path !== undefined) await clearStaleSocket(path);
  const health = HealthState();
  const server = createServer({ "grpc.max_receive_message_length": MESSAGE_BYTES_MAX })
    .use(errorDetailsServerMiddleware)
    .use(errorMiddleware(options.log))
    .use(deadlineMiddleware);
  const names = options.services.map((served) => fullName(served.definition));
  for (const served of options.services) served.addTo(server as Server);
  server.add(HealthDefinition, HealthServiceImpl(health));
  const descriptors = Buffer.from(DESCRIPTORS_BASE64, "base64");
  server.add(ServerReflectionService, ServerReflection(descriptors, names));
  const port = await bind(server as Server, options.address);
  if (path !== undefined) await protectSocket(path);
  const setServing = (isServing: boolean) => {
    for (const name of ["", ...names]) health.setStatus(isServing ? "healthy" : "unhealthy", name);
  };
  setServing(true);
  const address =
    path === undefined ? options.address.replace(/:\d+$/, `:${port}`) : options.address;
  return handle(server as Server, { address, path, setServing });
}

interface Bound {
  readonly address: Address;
  readonly path: string | undefined;
  readonly setServing: (isServing: boolean) => void;
}

function handle(server: Server, { address, path, setServing }: Bound): RpcServer {
  let closing: Promise<void> | undefined;
  const close = (drainMs = DRAIN_MS_DEFAULT): Promise<void> => {
    closing ??= (async () => {
      setServing(false);
      await drain(server, drainMs);
      if (path !== undefined) await removeSocket(path);
    })();
    return closing;
  };
  return { address, setServing, close, [Symbol.asyncDispose]: () => close() };
}

async function bind(server: Server, address: Address): Promise<number> {
  try {
    return await server.listen(address);
  } catch (error) {
    throw new TrunklineError("NOT_READY", `cannot listen on ${address}: ${String(error)}`, {
      cause: error,
    });
  }
}

// A watch never ends by itself, so waiting for all calls needs a limit.
async function drain(server: Server, drainMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    // biome-ignore lint/style/noRestrictedGlobals: shutting down is outside simulated time
    timer = setTimeout(resolve, drainMs);
  });
  await Promise.race([server.shutdown(), limit]);
  clearTimeout(timer);
  server.forceShutdown();
}

function fullName(definition: CompatServiceDefinition): string {
  const named = definition as { fullName?: string };
  if (named.fullName === undefined) throw new Error("service definition without a name");
  return named.fullName;
}
