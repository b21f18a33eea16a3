import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import { decode, serviceDefinition } from "./protos.ts";

/** Longest a call of a test may take unless it says otherwise. */
const DEADLINE_MS_DEFAULT = 10_000;

/** A status other than OK with its details, decoded. */
export interface Failure {
  /** Name of the status: "NOT_FOUND". */
  readonly status: string;
  readonly message: string;
  /** ErrorInfo; empty when the server sent none. */
  readonly reason: string;
  readonly domain: string;
  readonly facts: Readonly<Record<string, string>>;
  /** RetryInfo, milliseconds; absent when the server sent none. */
  readonly retryAfterMs?: number;
  /** BadRequest. */
  readonly violations: readonly { readonly field: string; readonly description: string }[];
}

/** A client that knows the service from its .proto text alone. */
export interface DynamicClient extends AsyncDisposable {
  /** Resolves with the answer; rejects with grpc-js's error. */
  call<Response>(method: string, request?: object, deadlineMs?: number): Promise<Response>;
  /** Resolves with the decoded failure; rejects when the call succeeds. */
  failure(method: string, request?: object, deadlineMs?: number): Promise<Failure>;
  /** Starts a call, cancels it after the given time and resolves with the status it ended with. */
  cancelled(method: string, request: object, afterMs: number): Promise<string>;
  /** Yields the answers of a server stream; ends the call when the reader stops. */
  stream<Response>(method: string, request?: object): AsyncIterable<Response>;
  /** Sends one message on a stream of both directions and resolves with the first answer. */
  exchange<Response>(method: string, request: object): Promise<Response>;
}

/** Connects to `HOST:PORT` or `unix:/path`. */
export function dynamicClient(service: string, address: string): DynamicClient {
  const methods = serviceDefinition(service);
  const client = new Client(address, credentials.createInsecure());
  const find = (name: string): MethodDefinition<object, object> => {
    const method = methods[name];
    if (method === undefined) throw new Error(`${service} has no method ${name}`);
    return method as MethodDefinition<object, object>;
  };
  const open = (method: string, request: object, deadlineMs: number) => {
    const { path, requestSerialize, responseDeserialize } = find(method);
    const options = { deadline: Date.now() + deadlineMs };
    return client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      new Metadata(),
      options,
    );
  };
  const call = async <Response>(
    method: string,
    request: object = {},
    deadlineMs = DEADLINE_MS_DEFAULT,
  ): Promise<Response> => {
    let last: object | undefined;
    // A unary call is a stream of one message on the wire.
    for await (const message of open(method, request, deadlineMs)) last = message as object;
    return last as Response;
  };
  return {
    call,
    failure: async (method, request, deadlineMs) => {
      const answer = await call(method, request, deadlineMs).catch((error: unknown) => {
        if (isServiceError(error)) return decodeFailure(error);
        throw error;
      });
      if (isFailure(answer)) return answer;
      throw new Error(`${method} succeeded with ${JSON.stringify(answer)}`);
    },
    cancelled: async (method, request, afterMs) => {
      const call = open(method, request, DEADLINE_MS_DEFAULT);
      const limit = setTimeout(() => call.cancel(), afterMs);
      try {
        for await (const _ of call);
        return "OK";
      } catch (error) {
        if (isServiceError(error)) return status[error.code];
        throw error;
      } finally {
        clearTimeout(limit);
      }
    },
    stream: <Response>(method: string, request: object = {}) =>
      read<Response>(open(method, request, DEADLINE_MS_DEFAULT)),
    exchange: async <Response>(method: string, request: object) => {
      const { path, requestSerialize, responseDeserialize } = find(method);
      const deadline = Date.now() + DEADLINE_MS_DEFAULT;
      const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, {
        deadline,
      });
      call.write(request);
      for await (const answer of read<Response>(call)) return answer;
      throw new Error(`${method} ended without an answer`);
    },
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

async function* read<Response>(
  call: AsyncIterable<unknown> & { cancel(): void; on(event: "error", on: () => void): unknown },
): AsyncIterable<Response> {
  // The iteration throws it; after the reader has stopped, CANCELLED is the answer to ourselves.
  call.on("error", () => {});
  try {
    for await (const message of call) yield message as Response;
  } finally {
    call.cancel();
  }
}

const failures = new WeakSet<object>();

function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && failures.has(value);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "metadata" in error;
}

interface AnyMessage {
  // The built-in definition of Any keeps the name as it is in the .proto.
  readonly type_url: string;
  readonly value: Uint8Array;
}

/** Decodes the details that travel in `grpc-status-details-bin`. */
function decodeFailure(error: ServiceError): Failure {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  const details =
    bytes === undefined
      ? []
      : decode<{ details: AnyMessage[] }>("google.rpc.Status", bytes as Buffer).details;
  const find = <Message>(name: string): Message | undefined => {
    const any = details.find((each) => each.type_url.endsWith(`/${name}`));
    return any && decode<Message>(name, any.value);
  };
  const info = find<{ reason: string; domain: string; metadata: Record<string, string> }>(
    "google.rpc.ErrorInfo",
  );
  const retry = find<{ retryDelay: { seconds: string; nanos: number } }>("google.rpc.RetryInfo");
  const bad = find<{ fieldViolations: { field: string; description: string }[] }>(
    "google.rpc.BadRequest",
  );
  const failure: Failure = {
    status: status[error.code],
    message: error.details,
    reason: info?.reason ?? "",
    domain: info?.domain ?? "",
    facts: info?.metadata ?? {},
    ...(retry && { retryAfterMs: toMs(retry.retryDelay) }),
    violations: bad?.fieldViolations ?? [],
  };
  failures.add(failure);
  return failure;
}

function toMs({ seconds, nanos }: { seconds: string; nanos: number }): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}
