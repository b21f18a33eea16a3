import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Answer } from "../front/answer.ts";
import type { Front } from "../front/front.ts";
import { checkSignature } from "../front/signature.ts";
import type { FormNode } from "../wire/form.ts";
import { newUuid } from "../wire/ids.ts";
import { Refusal } from "../wire/refusal.ts";
import { refusalDocument } from "../wire/xml.ts";
import { answerAdmin } from "./admin.ts";
import { describeCluster } from "./eks.ts";
import { answerMetadata, type MetadataAnswer } from "./metadata.ts";
import { readBody, readCaller, readParameters } from "./read-request.ts";
import { recordCall } from "./record-call.ts";
import { answerSts, STS_VERSION } from "./sts.ts";

/** One request with the path and query of its URL. */
interface Exchange {
  readonly front: Front;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pathname: string;
  readonly query: string;
  /** Told of bugs of ours; the caller sees InternalError. */
  readonly onBug: (error: unknown) => void;
}

/** Answers every request of one emulator's HTTP server. */
export function serve(front: Front, onBug: (error: unknown) => void): RequestListener {
  return (request, response) => {
    const url = request.url ?? "/";
    const question = url.indexOf("?");
    const pathname = question < 0 ? url : url.slice(0, question);
    const query = question < 0 ? "" : url.slice(question + 1);
    route({ front, request, response, pathname, query, onBug }).catch((error: unknown) => {
      // The connection broke, or a bug of ours: either way nothing sensible can be sent any more,
      // and the server goes on.
      if (!request.destroyed) onBug(error);
      response.destroy();
    });
  };
}

const METADATA = /^(?:\/_trunkline\/metadata\/([^/]+))?\/latest\/(.*)$/;

async function route(exchange: Exchange): Promise<void> {
  const { front, request, response, pathname, query } = exchange;
  const method = request.method ?? "GET";
  if (pathname === "/metrics") {
    sendText(response, { status: 200, text: front.metrics() });
    return;
  }
  const metadata = METADATA.exec(pathname);
  if (metadata !== null) return sendMetadata(exchange, metadata);
  if (pathname.startsWith("/_trunkline/")) {
    const path = pathname.slice("/_trunkline/".length);
    const body = await readBody(request);
    const search = new URLSearchParams(query);
    const answer = answerAdmin(front, { method, path, query: search }, body);
    await front.durable();
    sendJson(response, answer);
    return;
  }
  if (pathname.startsWith("/clusters/")) {
    sendCluster(exchange, pathname.slice("/clusters/".length));
    return;
  }
  await sendQuery(exchange);
}

function sendCluster({ front, request, response }: Exchange, name: string): void {
  const call = { startedMs: front.clockMs(), caller: readCaller(request) };
  const answer = describeCluster(front, name);
  const { status } = answer;
  const code = status === 200 ? undefined : "ResourceNotFoundException";
  const requestId = newUuid(front.random);
  recordCall(front, { ...call, action: "DescribeCluster", requestId, status, code });
  sendJson(response, answer);
}

async function sendMetadata(
  { front, request, response }: Exchange,
  [, instanceId = front.options.metadataInstance ?? "", path = ""]: RegExpExecArray,
): Promise<void> {
  const { headers } = request;
  const text = (name: string) => [headers[name]].flat()[0];
  sendText(
    response,
    answerMetadata(front, {
      method: request.method ?? "GET",
      path,
      instanceId,
      token: text("x-aws-ec2-metadata-token"),
      ttlSec: text("x-aws-ec2-metadata-token-ttl-seconds"),
    }),
  );
}

/** EC2 and STS: one door for both, told apart by the version of the API. */
async function sendQuery({ front, request, response, query, ...rest }: Exchange): Promise<void> {
  const call = { startedMs: front.clockMs(), caller: readCaller(request) };
  let form: FormNode | undefined;
  try {
    const body = await readBody(request);
    form = readParameters(request, body, query);
    checkSigned(front, request, { path: rest.pathname, query, body });
    if (form.members.get("Version")?.value === STS_VERSION) {
      const answer = answerSts(front, form, call.caller.reader);
      recordCall(front, { ...call, form, ...answer });
      sendXml(response, answer);
      return;
    }
    const result = front.call(form, call.caller.reader);
    if (result.bug !== undefined) rest.onBug(result.bug);
    await front.durable();
    if (result.delayMs > 0) await front.sleep(result.delayMs);
    recordCall(front, { ...call, form, ...result, changeCount: result.changes.length });
    if (result.isDropped) response.destroy();
    else sendXml(response, result);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const requestId = newUuid(front.random);
    const { code, message, status } = error;
    const action = form?.members.get("Action")?.value ?? "";
    recordCall(front, { ...call, form, action, requestId, status, code });
    sendXml(response, { requestId, status, document: refusalDocument(code, message, requestId) });
  }
}

function checkSigned(
  front: Front,
  request: IncomingMessage,
  sent: { readonly path: string; readonly query: string; readonly body: string },
): void {
  if (front.credentials.length === 0) return;
  const { method = "POST", headers } = request;
  checkSignature({ method, headers, ...sent }, front.credentials, front.nowMs());
}

function sendXml(
  response: ServerResponse,
  { requestId, status, document }: Pick<Answer, "requestId" | "status" | "document">,
): void {
  response.writeHead(status, {
    "content-type": "text/xml;charset=UTF-8",
    "content-length": Buffer.byteLength(document),
    "x-amzn-requestid": requestId,
    "cache-control": "no-cache, no-store",
    server: "AmazonEC2",
  });
  response.end(document);
}

function sendText(response: ServerResponse, { status, text, headers }: MetadataAnswer): void {
  response.writeHead(status, { "content-type": "text/plain", ...headers });
  response.end(text);
}

function sendJson(
  response: ServerResponse,
  { status, data }: { readonly status: number; readonly data: unknown },
): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(data)}\n`);
}
