import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "@trunkline/process";

/** What happens to one request: its answer is lost, it does not arrive, it waits, it is refused. */
export type Fault =
  | "loseAnswer"
  | "loseRequest"
  | { readonly delayMs: number }
  | { readonly code: string; readonly status: number };

/** A network between the SDK and an emulator that can fail: a double of a network peer. */
export interface FaultyProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** The next requests of these actions meet these faults, in order. */
  readonly faults: Map<string, Fault[]>;
}

/** Starts a proxy before `target`. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const faults = new Map<string, Fault[]>();
  const server = createServer((incoming, outgoing) => {
    void forward(target, faults, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { endpoint: `http://127.0.0.1:${port}`, faults, [Symbol.asyncDispose]: close };
}

async function forward(
  target: string,
  faults: Map<string, Fault[]>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const action = new URLSearchParams(body.toString()).get("Action") ?? "";
  const fault = faults.get(action)?.shift();
  if (fault === "loseRequest") {
    incoming.socket.destroy();
    return;
  }
  if (typeof fault === "object" && "code" in fault) {
    const { code, status } = fault;
    const error = `<Error><Code>${code}</Code><Message>refused by the proxy</Message></Error>`;
    const text = `<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`;
    outgoing.writeHead(status, { "content-type": "text/xml" }).end(text);
    return;
  }
  if (typeof fault === "object") await systemClock.sleep(fault.delayMs);
  const { method = "POST", url = "/", headers } = incoming;
  const onward = request(new URL(url, target), { method, headers }, (answer) => {
    if (fault === "loseAnswer") {
      answer.resume();
      answer.on("end", () => incoming.socket.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", () => incoming.socket.destroy());
  onward.end(body);
}
