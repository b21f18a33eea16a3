import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** What happens to calls of an action on their way to EC2. */
export type Ec2Fault =
  /** EC2 answers with this error; the call does nothing. */
  | {
      readonly kind: "error";
      readonly status: number;
      readonly code: string;
      readonly message: string;
    }
  /** EC2 does what is asked, and the answer is lost. */
  | { readonly kind: "lost-answer" };

/** A way to EC2 that can be made bad, action by action. */
export interface Ec2Proxy extends AsyncDisposable {
  /** `HOST:PORT`. */
  readonly address: string;
  /** Actions that came by, in order. */
  readonly actions: readonly string[];
  /** Makes the next `times` calls of the action fail; without `times` all of them. */
  fail(action: string, fault: Ec2Fault, times?: number): void;
  /** Holds every call of the action up before it reaches EC2. */
  delay(action: string, delayMs: number): void;
  /** Makes the way good again. */
  heal(): void;
}

interface Armed {
  readonly fault: Ec2Fault;
  times: number;
}

/** Starts a proxy before the EC2 API at `HOST:PORT`. */
export async function ec2Proxy(target: string): Promise<Ec2Proxy> {
  const faults = new Map<string, Armed>();
  const delays = new Map<string, number>();
  const actions: string[] = [];
  const server = createServer((incoming, outgoing) => {
    void read(incoming).then(async (body) => {
      const action = new URLSearchParams(body.toString("utf8")).get("Action") ?? "";
      actions.push(action);
      await wait(delays.get(action) ?? 0);
      const fault = take(faults, action);
      if (fault?.kind === "error") answerError(outgoing, fault);
      else forward({ target, incoming, body, outgoing, isLost: fault?.kind === "lost-answer" });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    actions,
    fail: (action, fault, times = Number.POSITIVE_INFINITY) => {
      faults.set(action, { fault, times });
    },
    delay: (action, delayMs) => {
      delays.set(action, delayMs);
    },
    heal: () => {
      faults.clear();
      delays.clear();
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function take(faults: Map<string, Armed>, action: string): Ec2Fault | undefined {
  const armed = faults.get(action);
  if (armed === undefined || armed.times === 0) return undefined;
  armed.times--;
  return armed.fault;
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

// The form of an EC2 error. Source: EC2 Query API, as captured from the real clients.
function answerError(outgoing: ServerResponse, fault: Extract<Ec2Fault, { kind: "error" }>): void {
  outgoing.writeHead(fault.status, { "content-type": "text/xml;charset=UTF-8" });
  outgoing.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${fault.code}</Code>` +
      `<Message>${fault.message}</Message></Error></Errors><RequestID>proxy</RequestID></Response>`,
  );
}

interface Forwarded {
  readonly target: string;
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly outgoing: ServerResponse;
  readonly isLost: boolean;
}

function forward({ target, incoming, body, outgoing, isLost }: Forwarded): void {
  const [host, port] = target.split(":");
  const { method, url, headers } = incoming;
  const call = request({ host, port, method, path: url, headers }, (answer) => {
    if (isLost) {
      answer.resume().once("end", () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  call.once("error", () => outgoing.destroy());
  call.end(body);
}
