import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Answer } from "../front/answer.ts";
import type { Front } from "../front/front.ts";
import { Fields } from "../wire/fields.ts";
import { type FormNode, flatten } from "../wire/form.ts";
import { newUuid } from "../wire/ids.ts";
import { Refusal } from "../wire/refusal.ts";
import { refusalDocument } from "../wire/xml.ts";
import { type CallerFacts, readBody, readCaller, readParameters } from "./read-request.ts";

/** Answers every request of one emulator's HTTP server. */
export function serve(front: Front): RequestListener {
  return (request, response) => {
    void answerRequest(front, request, response).catch((error: unknown) => {
      // The connection broke while the request was read or the answer written: nobody is left to
      // tell, and the server goes on.
      response.destroy(error instanceof Error ? error : undefined);
    });
  };
}

async function answerRequest(
  front: Front,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, query } = splitUrl(request.url ?? "/");
  if (pathname === "/metrics") return sendText(response, front.metrics(), "text/plain");
  const startedMs = front.nowMs();
  const caller = readCaller(request);
  try {
    const form = readParameters(request, await readBody(request), query);
    const result = front.call(form);
    record(front, { caller, form, result, startedMs });
    sendXml(response, result);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const requestId = newUuid(front.random);
    const { code, message, status } = error;
    const document = refusalDocument(code, message, requestId);
    sendXml(response, { requestId, status, document });
  }
}

function splitUrl(url: string): { readonly pathname: string; readonly query: string } {
  const question = url.indexOf("?");
  if (question < 0) return { pathname: url, query: "" };
  return { pathname: url.slice(0, question), query: url.slice(question + 1) };
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

function sendText(response: ServerResponse, text: string, type: string): void {
  response.writeHead(200, { "content-type": type });
  response.end(text);
}

/** Parameters that the audit log leaves out. */
const NOT_KEPT = /^(?:Action|Version|AWSAccessKeyId|Signature.*|X-Amz-.*)$/;

function record(
  front: Front,
  call: {
    readonly caller: CallerFacts;
    readonly form: FormNode;
    readonly result: Answer;
    readonly startedMs: number;
  },
): void {
  const { caller, form, result, startedMs } = call;
  const action = new Fields(form).text("Action") ?? "";
  front.audit.add({
    ...caller,
    atMs: startedMs,
    requestId: result.requestId,
    action: action.slice(0, 100),
    status: result.status,
    code: result.code,
    latencyMs: front.nowMs() - startedMs,
    fault: undefined,
    changeCount: result.changes.length,
    parameters: Object.fromEntries(flatten(form).filter(([name]) => !NOT_KEPT.test(name))),
  });
}
