import { setImmediate } from "node:timers/promises";
import {
  assert,
  evaluate,
  explain,
  type FieldProblem,
  type Flow,
  invalid,
  TrunklineError,
  type WorldIndex,
} from "@trunkline/core";
import { whyNot } from "@trunkline/core/query";
import {
  type AuditRequest,
  type AuditResponse,
  type EvaluateRequest,
  EvaluateResponse,
  type ExplainRequest,
  type ExplainResponse,
  type Flow as FlowMessage,
  type ResolvePodRequest,
  type ResolvePodResponse,
  type Verdict as VerdictMessage,
  type WhoCanRequest,
  type WhoCanResponse,
} from "@trunkline/proto/policy";
import { toResolvePodResponse, toVerdict } from "./convert.ts";
import { toExplainResponse } from "./convert-explanation.ts";
import { freshView, type PolicyApiParts } from "./fresh-view.ts";
import { placeNames } from "./place-names.ts";
import { answerAudit, answerWhoCan } from "./queries.ts";
import { nameProblems, type Report, readFlow, readOptions } from "./read-flow.ts";
import { namingFlow, refuseProblems } from "./refuse.ts";
import { checkUid, findPod, resolveNamedPod } from "./resolve.ts";
import { unknownGroups } from "./unknown.ts";

/** Most flows of one Evaluate. Source: policy.proto. */
const FLOWS_MAX = 10_000;
/** Flows that are judged before other calls get their turn. */
const FLOWS_PER_TURN = 200;

/** The part of a call's context that is used. */
interface Call {
  readonly signal: AbortSignal;
}

/** The calls of PolicyService that are built, whoever asks them. */
export interface PolicyAnswers {
  resolvePod(request: ResolvePodRequest): Promise<ResolvePodResponse>;
  evaluate(request: EvaluateRequest, call: Call): Promise<EvaluateResponse>;
  explain(request: ExplainRequest, call: Call): Promise<ExplainResponse>;
  whoCan(request: WhoCanRequest, call: Call): Promise<WhoCanResponse>;
  audit(request: AuditRequest): Promise<AuditResponse>;
}

/** Answers the calls that are built; a service answers the others with UNIMPLEMENTED. */
export function createPolicyApi(parts: PolicyApiParts): PolicyAnswers {
  return {
    resolvePod: async (request) => answerResolvePod(parts, request),
    evaluate: (request, call) => answerEvaluate(parts, request, call),
    explain: (request, call) => answerExplain(parts, request, call),
    whoCan: (request, call) => answerWhoCan(parts, request, call),
    audit: async (request) => answerAudit(parts, request),
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
  const view = await freshView(parts, flows.flatMap(endsOf), signal);
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
  const view = await freshView(parts, endsOf(flow), signal);
  const { index } = view;
  checkUids(index, request.flow);
  const placed = placeNames(view, flow);
  const explanation = explain(index, placed, options);
  const { remedies } = request.withRemedies ? whyNot(index, placed, options) : { remedies: [] };
  const { revision } = index.world;
  return toExplainResponse({ explanation, remedies, notes: ageNotes(parts), revision });
}

function readFlows(messages: readonly FlowMessage[], report: Report): Flow[] {
  if (messages.length > FLOWS_MAX) {
    const description = `has ${messages.length} flows, at most ${FLOWS_MAX} are taken`;
    report({ field: "flows", description });
    return [];
  }
  return messages.flatMap((message, index) => readFlow(message, `flows[${index}]`, report) ?? []);
}

function endsOf({ source, destination }: Flow) {
  return [source, destination];
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
