import { Agent, request } from "node:http";

/** A client that costs little: keep-alive connections, no signature, no parsing. */
export class WireClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #url: URL;

  constructor(endpoint: string) {
    this.#url = new URL(endpoint);
  }

  /** One call; throws when it is refused. */
  call(action: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
    const body = new URLSearchParams({
      Action: action,
      Version: "2016-11-15",
      ...parameters,
    }).toString();
    const headers = {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      // The form of a signature is enough for both servers; neither checks it here.
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-west-2/ec2/aws4_request, " +
        "SignedHeaders=host, Signature=0",
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: this.#url.hostname,
          port: this.#url.port,
          method: "POST",
          agent: this.#agent,
          headers,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode === 200) resolve(text);
            else reject(new Error(`${action}: ${response.statusCode} ${text.slice(0, 300)}`));
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Text of the first element of this name. */
export function textOf(document: string, element: string): string {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(document)?.[1] ?? "";
}

/** Runs a call many times with so many in flight; calls a second. */
export async function rateOf(
  count: number,
  inFlight: number,
  call: (n: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const started = performance.now();
  const worker = async () => {
    for (let n = next++; n < count; n = next++) await call(n);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return count / ((performance.now() - started) / 1000);
}

/** Runs a call one after the other; milliseconds at the median and the 99th percentile. */
export async function latencyOf(
  count: number,
  call: () => Promise<unknown>,
): Promise<{ readonly p50: number; readonly p99: number }> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const started = performance.now();
    await call();
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(count * 0.5)], p99: times[Math.floor(count * 0.99)] };
}
