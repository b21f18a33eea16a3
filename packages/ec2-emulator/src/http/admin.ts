import { TrunklineError } from "@trunkline/core";
import type { Front } from "../front/front.ts";

/** An answer of the emulator's own API: a status and plain data. */
export interface AdminAnswer {
  readonly status: number;
  readonly data: unknown;
}

/** Most audit entries in one answer. */
const AUDIT_PAGE = 1000;

/**
 * The emulator's own API under /_trunkline: faults, quotas, audit log, dump. Nothing of it exists
 * in EC2.
 */
export function answerAdmin(
  front: Front,
  request: { readonly method: string; readonly path: string; readonly query: URLSearchParams },
  body: string,
): AdminAnswer {
  try {
    return route(front, request, body);
  } catch (error) {
    if (!(error instanceof TrunklineError)) throw error;
    const { code, message, problems } = error;
    return { status: code === "NOT_FOUND" ? 404 : 400, data: { code, message, problems } };
  }
}

function route(
  front: Front,
  { method, path, query }: { method: string; path: string; query: URLSearchParams },
  body: string,
): AdminAnswer {
  const [resource, id] = path.split("/");
  switch (`${method} ${resource}`) {
    case "GET health":
      return { status: 200, data: { ready: true, nowMs: front.nowMs() } };
    case "GET audit":
      return { status: 200, data: auditPage(front, query) };
    case "GET dump":
      return { status: 200, data: front.dump() };
    case "GET faults":
      return { status: 200, data: { faults: front.faults() } };
    case "POST faults":
      return { status: 201, data: { id: front.addFault(readJson(body)) } };
    case "DELETE faults":
      return id !== undefined && front.removeFault(id)
        ? { status: 200, data: {} }
        : notFound(`there is no fault ${id ?? ""}`);
    default:
      return notFound(`there is no ${method} /_trunkline/${path}`);
  }
}

function auditPage(front: Front, query: URLSearchParams): unknown {
  const action = query.get("action");
  const entries = front.audit.entries().filter((one) => action === null || one.action === action);
  const limit = Math.min(Number(query.get("limit") ?? AUDIT_PAGE) || AUDIT_PAGE, AUDIT_PAGE);
  return { total: front.audit.total, entries: entries.slice(-limit) };
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrunklineError("INVALID_ARGUMENT", `the body is not JSON: ${reason}`);
  }
}

function notFound(message: string): AdminAnswer {
  return { status: 404, data: { code: "NOT_FOUND", message } };
}
