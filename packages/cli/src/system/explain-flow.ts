import { TrunklineError } from "@trunkline/core";
import type { DeepPartial, Endpoint } from "@trunkline/proto/policy";
import { type NamedFlow, podOf } from "../flow/endpoint.ts";
import { type ExplanationView, explanationView } from "../view/explanation-view.ts";
import { orNotFound, type PolicySource, withIpam, withPolicy } from "./clients.ts";
import { type QuestionOptions, questionFields } from "./question-options.ts";

/** Who is asked. */
export interface ExplainTargets {
  readonly policy: PolicySource;
  /** Without it verdicts rest on policies instead of the interfaces that pods hold. */
  readonly ipam: string | undefined;
}

/**
 * Explains one flow. A pod that holds a branch is judged by that interface as EC2 has it; what could
 * not be looked up is said in `notes`, the verdict then rests on the policies.
 */
export async function explainFlow(
  named: NamedFlow,
  options: QuestionOptions,
  targets: ExplainTargets,
): Promise<ExplanationView> {
  const notes: string[] = [];
  const branchOf = (end: DeepPartial<Endpoint> | undefined) => withBranch(end, targets, notes);
  const source = await branchOf(named.flow.source);
  const destination = await branchOf(named.flow.destination);
  const response = await withPolicy(targets.policy, (client) =>
    client.explain({
      flow: { ...named.flow, source, destination },
      ...questionFields(options),
      withRemedies: true,
    }),
  );
  const view = explanationView(named, response);
  return { ...view, notes: [...view.notes, ...notes] };
}

async function withBranch(
  end: DeepPartial<Endpoint> | undefined,
  targets: ExplainTargets,
  notes: string[],
): Promise<DeepPartial<Endpoint>> {
  const pod = podOf(end);
  if (end === undefined || pod === undefined || targets.ipam === undefined) return end ?? {};
  const { ipam } = targets;
  const resolved = await withPolicy(targets.policy, (client) => client.resolvePod({ pod }));
  const podUid = resolved.pod?.uid ?? "";
  try {
    const find = withIpam(ipam, (client) =>
      client.getBranch({ key: { $case: "podUid", value: podUid } }),
    );
    const branch = (await orNotFound(find))?.branch;
    return branch === undefined ? end : { ...end, podEniId: branch.eniId };
  } catch (error) {
    if (!(error instanceof TrunklineError)) throw error;
    notes.push(`the interface of ${pod.namespace}/${pod.name} was not looked up: ${error.message}`);
    return end;
  }
}
