import { TrunklineError } from "@trunkline/core";
import {
  type Client,
  type CompatServiceDefinition,
  createChannel,
  createClientFactory,
} from "nice-grpc";
import type { ClientMiddleware } from "nice-grpc-common";
import { Metadata } from "nice-grpc-common";
import { errorDetailsClientMiddleware } from "nice-grpc-error-details";
import { type Address, checkAddress, socketPath } from "./address.ts";
import { fromClientError } from "./errors.ts";

/** Largest message either side accepts, bytes. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

/** Time a call may take unless the caller names another. */
const DEADLINE_MS_DEFAULT = 30_000;

/** What `connect` needs. */
export interface ConnectOptions {
  readonly address: Address;
  /** What the other side is called in errors: "ipam-service". */
  readonly name: string;
  /** Time a unary call may take, milliseconds. Default 30,000. */
  readonly deadlineMs?: number;
}

/** Options of one call. */
export interface CallOptions {
  /** Time this call may take, milliseconds; ignored for streams. */
  readonly deadlineMs?: number;
}

/** A connection that makes typed clients. */
export interface Connection extends AsyncDisposable {
  /** The client of one service. Its calls throw `TrunklineError` only. */
  client<Service extends CompatServiceDefinition>(
    definition: Service,
  ): Client<Service, CallOptions>;
  close(): void;
}

/** Connects lazily: the first call dials, and a lost connection is dialled again. */
export function connect(options: ConnectOptions): Connection {
  checkAddress(options.address);
  const channel = createChannel(channelTarget(options.address), undefined, {
    "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
    "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 5_000,
    // Services are neighbours; a proxy for the way out of the house must not stand between them.
    "grpc.enable_http_proxy": 0,
  });
  // The one attached last is the outermost.
  const factory = createClientFactory()
    .use(deadline(options.deadlineMs ?? DEADLINE_MS_DEFAULT))
    .use(errorDetailsClientMiddleware)
    .use(typedErrors(`${options.name} at ${options.address}`));
  const close = () => channel.close();
  return {
    client: (definition) => factory.create(definition, channel) as never,
    close,
    [Symbol.asyncDispose]: async () => close(),
  };
}

// nice-grpc adds a port to a target unless it has the form of a URL.
function channelTarget(address: Address): string {
  const path = socketPath(address);
  return path === undefined ? address : `unix://${path}`;
}

function typedErrors(target: string): ClientMiddleware {
  return async function* mapErrors(call, options) {
    try {
      return yield* call.next(call.request, options);
    } catch (error) {
      const mapped = fromClientError(error, target);
      if (options.signal?.aborted && !(error instanceof TrunklineError)) {
        throw new TrunklineError("CANCELLED", `call of ${target} was cancelled`, { cause: error });
      }
      throw mapped;
    }
  };
}

// The time limit goes to the server as grpc-timeout, so that it stops working when we stop waiting,
// and is enforced here as well, so that a silent server cannot hold the caller.
function deadline(defaultMs: number): ClientMiddleware<CallOptions> {
  return async function* limitTime(call, { deadlineMs = defaultMs, ...options }) {
    if (call.method.responseStream) return yield* call.next(call.request, options);
    const limit = AbortSignal.timeout(deadlineMs);
    const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
    const metadata = Metadata(options.metadata).set("grpc-timeout", `${Math.ceil(deadlineMs)}m`);
    try {
      return yield* call.next(call.request, { ...options, metadata, signal });
    } catch (error) {
      if (!limit.aborted || options.signal?.aborted) throw error;
      throw new TrunklineError(
        "DEADLINE_EXCEEDED",
        `${call.method.path} did not end within ${deadlineMs} ms`,
        { cause: error },
      );
    }
  };
}
