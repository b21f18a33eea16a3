import { assert, type FieldProblem } from "@trunkline/core";
import { drift, whoCan } from "@trunkline/core/query";
import {
  type AuditRequest,
  AuditResponse,
  type WhoCanRequest,
  WhoCanResponse,
} from "@trunkline/proto/policy";
import { toAuditRow, toSources } from "./convert.ts";
import { freshView, type PolicyApiParts, requireCloud } from "./fresh-view.ts";
import { pageToken, positionAt, readPage } from "./pages.ts";
import { placeName } from "./place-names.ts";
import { nameProblems, readEndpoint, readOptions, readService } from "./read-flow.ts";
import { refuseProblems } from "./refuse.ts";
import { checkUid } from "./resolve.ts";

/** Pods of one entry, so that a page stays far below the largest message. */
const PODS_PER_ENTRY = 1000;

/** Answers WhoCan from one revision. */
export async function answerWhoCan(
  parts: PolicyApiParts,
  request: WhoCanRequest,
  { signal }: { readonly signal: AbortSignal },
): Promise<WhoCanResponse> {
  const problems: FieldProblem[] = [];
  const report = (problem: FieldProblem) => void problems.push(problem);
  const options = readOptions(request, report);
  const destination = readEndpoint(request.destination, "destination", report);
  const service = readService(request, "", report);
  const page = readPage(request, report);
  refuseProblems(problems);
  assert(destination !== undefined && service !== undefined, "a good request was read");
  const view = await freshView(parts, [destination], signal);
  const { index } = view;
  checkUid(index, request.destination);
  const { revision } = index.world;
  const start = positionAt(page.after, revision);
  const asked = { destination: placeName(view, destination), ...service };
  const { sources } = whoCan(index, asked, options);
  const entries = sources.flatMap((set) => toSources(set, PODS_PER_ENTRY));
  const end = start + page.size;
  return WhoCanResponse.fromPartial({
    sources: entries.slice(start, end),
    nextPageToken: end < entries.length ? pageToken(`${revision} ${end}`) : "",
    revision: BigInt(revision),
  });
}

/** Answers Audit from one revision. */
export function answerAudit(parts: PolicyApiParts, request: AuditRequest): AuditResponse {
  const problems: FieldProblem[] = [];
  const { namespace } = request;
  if (namespace !== "") problems.push(...nameProblems(namespace, "namespace"));
  const page = readPage(request, (problem) => void problems.push(problem));
  refuseProblems(problems);
  const { index } = requireCloud(parts);
  const rows = drift(index).filter((row) => {
    const isAsked = namespace === "" || row.namespace === namespace;
    return isAsked && (page.after === undefined || row.pod > page.after);
  });
  const shown = rows.slice(0, page.size);
  const last = rows.length > shown.length ? shown.at(-1) : undefined;
  return AuditResponse.fromPartial({
    rows: shown.map(toAuditRow),
    nextPageToken: last === undefined ? "" : pageToken(last.pod),
    revision: BigInt(index.world.revision),
  });
}
