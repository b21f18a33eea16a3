import { setImmediate } from "node:timers/promises";
import {
  assert,
  type Clock,
  evaluate,
  explain,
  type FieldProblem,
  type Flow,
  invalid,
  TrunklineError,
  type WorldIndex,
} from "@trunkline/core";
import {
  type EvaluateRequest,
  EvaluateResponse,
  type ExplainRequest,
  type ExplainResponse,
  type Flow as FlowMessage,
  type PolicyServiceImplementation,
  type ResolvePodRequest,
  type ResolvePodResponse,
  type Verdict as VerdictMessage,
} from "@trunkline/proto/policy";
import type { CloudWatch } from "../cloud/watch-cloud.ts";
import type { View, WorldStore } from "../world/world-store.ts";
import { toExplainResponse, toResolvePodResponse, toVerdict } from "./convert.ts";
import { placeNames } from "./place-names.ts";
import { nameProblems, type Report, readFlow, readOptions } from "./read-flow.ts";
import { checkUid, findPod, resolveNamedPod } from "./resolve.ts";
import { isUnknown, unknownGroups } from "./unknown.ts";

/** What the calls answer from. */
export interface PolicyApiParts {
  readonly store: Pick<WorldStore, "view">;
  readonly cloud: CloudWatch;
  readonly clock: Clock;
}

/** Most flows of one Evaluate. Source: policy.proto. */
const FLOWS_MAX = 10_000;
/** Flows that are judged before other calls get their turn. */
const FLOWS_PER_TURN = 200;
/** Problems that one refusal lists; the rest would only make it too large to send. */
const PROBLEMS_MAX = 100;
/** Longest a call waits for EC2 to be read because it names something new. */
const REFRESH_WAIT_MS = 5_000;

/** The part of a call's context that is used. */
interface Call {
  readonly signal: AbortSignal;
}

/** The calls of PolicyService that are built; the others answer UNIMPLEMENTED. */
export function createPolicyApi(
  parts: PolicyApiParts,
): Pick<PolicyServiceImplementation, "resolvePod" | "evaluate" | "explain"> {
  return {
    resolvePod: async (request) => answerResolvePod(parts, request),
    evaluate: (request, call) => answerEvaluate(parts, request, call),
    explain: (request, call) => answerExplain(parts, request, call),
  };
}

function answerResolvePod(
  { store, cloud }: PolicyApiParts,
  { pod: ref }: ResolvePodRequest,
): ResolvePodResponse {
  const problems = [
    ...nameProblems(ref?.namespace ?? "", "pod.namespace"),
    ...nameProblems(ref?.name ?? "", "pod.name"),
  ];
  if (ref === undefined || problems.length > 0) throw invalid("request is wrong:", problems);
  const { index, isCloudRead } = store.view();
  const pod = findPod(index, ref);
  const resolution = resolveNamedPod(index, pod);
  // Nobody waits for this: the groups are what the policies say, whether EC2 has them or not.
  if (isCloudRead && unknownGroups(index, resolution.groupIds).length > 0) void cloud.refresh();
  return toResolvePodResponse(pod, resolution, index.world.revision);
}

async function answerEvaluate(
  parts: PolicyApiParts,
  request: EvaluateRequest,
  { signal }: Call,
): Promise<EvaluateResponse> {
  if (request.packed !== undefined) {
    const message = "packed flows are in the contract and not built yet; send `flows`";
    throw new TrunklineError("NOT_IMPLEMENTED", message);
  }
  const problems: FieldProblem[] = [];
  const report = (problem: FieldProblem) => void problems.push(problem);
  const options = readOptions(request, report);
  const flows = readFlows(request.flows, report);
  refuseProblems(problems);
  const view = await freshView(parts, flows, signal);
  const { index } = view;
  const verdicts: VerdictMessage[] = [];
  for (const [position, flow] of flows.entries()) {
    if (position % FLOWS_PER_TURN === 0) await setImmediate();
    // The caller has gone or its time is up; nobody reads the rest.
    signal.throwIfAborted();
    try {
      checkUids(index, request.flows[position]);
      verdicts.push(toVerdict(evaluate(index, placeNames(view, flow), options)));
    } catch (error) {
      throw namingFlow(error, position);
    }
  }
  return EvaluateResponse.fromPartial({ verdicts, revision: BigInt(index.world.revision) });
}

async function answerExplain(
  parts: PolicyApiParts,
  request: ExplainRequest,
  { signal }: Call,
): Promise<ExplainResponse> {
  const problems: FieldProblem[] = [];
  const report = (problem: FieldProblem) => void problems.push(problem);
  const options = readOptions(request, report);
  const flow = readFlow(request.flow, "flow", report);
  refuseProblems(problems);
  assert(flow !== undefined, "a flow without problems was read");
  const view = await freshView(parts, [flow], signal);
  const { index } = view;
  checkUids(index, request.flow);
  const explanation = explain(index, placeNames(view, flow), options);
  return toExplainResponse(explanation, ageNotes(parts), index.world.revision);
}

function readFlows(messages: readonly FlowMessage[], report: Report): Flow[] {
  if (messages.length > FLOWS_MAX) {
    const description = `has ${messages.length} flows, at most ${FLOWS_MAX} are taken`;
    report({ field: "flows", description });
    return [];
  }
  return messages.flatMap((message, index) => readFlow(message, `flows[${index}]`, report) ?? []);
}

/** Throws INVALID_ARGUMENT when there are problems; names the first bad flow of a batch. */
function refuseProblems(problems: readonly FieldProblem[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, PROBLEMS_MAX);
  const hidden = problems.length - shown.length;
  if (hidden > 0) shown.push({ field: "", description: `and ${hidden} more problems` });
  const error = invalid("request is wrong:", shown);
  const position = /^flows\[(\d+)\]/.exec(problems[0]?.field ?? "")?.[1];
  throw position === undefined ? error : namingFlow(error, Number(position));
}

function namingFlow(error: unknown, position: number): unknown {
  if (!(error instanceof TrunklineError)) return error;
  const { code, message, facts, problems, cause } = error;
  const isNamed = problems.length > 0;
  return new TrunklineError(code, isNamed ? message : `flows[${position}]: ${message}`, {
    facts: { ...facts, flow: String(position) },
    problems,
    cause,
  });
}

/** The newest view; if the flows name something new, one that EC2 was read for. */
async function freshView(
  { store, cloud, clock }: PolicyApiParts,
  flows: readonly Flow[],
  signal: AbortSignal,
): Promise<View> {
  const view = store.view();
  if (!view.isCloudRead) throw notReady(cloud);
  if (!namesUnknown(view, flows)) return view;
  await waitAtMost(cloud.refresh(), REFRESH_WAIT_MS, { clock, signal });
  return store.view();
}

function notReady(cloud: CloudWatch): TrunklineError {
  const { failure } = cloud.status();
  const reason = failure ?? "the first reading is under way";
  return new TrunklineError("NOT_READY", `EC2 was not read yet: ${reason}`);
}

function namesUnknown(view: View, flows: readonly Flow[]): boolean {
  const seen = new Set<string>();
  return flows
    .flatMap(({ source, destination }) => [source, destination])
    .some((endpoint) => {
      const key = JSON.stringify(endpoint);
      if (seen.has(key)) return false;
      seen.add(key);
      return isUnknown(view, endpoint);
    });
}

async function waitAtMost(
  event: Promise<void>,
  durationMs: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const done = new AbortController();
  const limit = clock.sleep(durationMs, AbortSignal.any([signal, done.signal]));
  // A sleep fails only when it is cut short, by the event or by the caller's going.
  await Promise.race([event, limit.catch(() => undefined)]);
  done.abort();
}

function checkUids(index: WorldIndex, flow: FlowMessage | undefined): void {
  checkUid(index, flow?.source);
  checkUid(index, flow?.destination);
}

/** A world that could not be read again is told apart from a fresh one. */
function ageNotes({ cloud, clock }: PolicyApiParts): string[] {
  const { readAtMs, failure } = cloud.status();
  if (failure === undefined || readAtMs === undefined) return [];
  const ageSec = Math.round((clock.nowMs() - readAtMs) / 1000);
  return [`EC2 was read ${ageSec} s ago and cannot be read now: ${failure}`];
}
