import { memoryOf } from "../memory/memory.ts";
import type { Explained, Question } from "../memory/remember-explanations.ts";
import type { NetworkPolicyModel } from "../network-policies/switches.ts";
import type { Model } from "../world/settings.ts";
import type { World } from "../world/world.ts";
import { indexWorld, type WorldIndex } from "../world/world-index.ts";
import { checkFlow } from "./check-flow.ts";
import type { EvaluateOptions, Explanation, Flow, Verdict } from "./explanation.ts";
import {
  type Judgement,
  type JudgeOptions,
  judge,
  judgePlaced,
  verdictByModel,
  verdictByPolicies,
} from "./judge.ts";
import { type PlacedEnds, placeFlow } from "./place-flow.ts";

/**
 * Says whether a new connection may be opened.
 *
 * The slow evaluator: written for reading, the law that every faster one must agree with. ALLOW is
 * said only when every group on the path was asked and allows. Throws NOT_FOUND for an endpoint
 * that names nothing, INVALID_ARGUMENT for a flow out of range or an ambiguous name.
 *
 * @param world index it once (`indexWorld`) when asking more than once.
 */
export function evaluate(
  world: World | WorldIndex,
  flow: Flow,
  options: EvaluateOptions = {},
): Verdict {
  return judge(asIndex(world), flow, { ...options, model: modelOf(options) }).verdict;
}

/** Says the same as {@link evaluate}, with the reasons, and what the other model would say. */
export function explain(
  world: World | WorldIndex,
  flow: Flow,
  options: EvaluateOptions = {},
): Explanation {
  const index = asIndex(world);
  checkFlow(flow, options);
  const plain = (ends: PlacedEnds, { flow: asked, options: as }: Question) => {
    return explainPlaced(ends, asked, { ...as, model: modelOf(as) }, index);
  };
  const question = { flow, options };
  const memory = memoryOf(index);
  return memory === undefined
    ? plain(placeFlow(flow, options, index), question).explanation
    : memory.explainOnce(question, plain);
}

function explainPlaced(
  ends: PlacedEnds,
  flow: Flow,
  options: JudgeOptions,
  index: WorldIndex,
): Explained {
  const { model } = options;
  const judgement = judgePlaced(ends, flow, options, index);
  const { verdict, legs, service } = judgement;
  const [leg] = legs;
  // A flow to a Service is judged again as a whole, any other one as far as it may differ.
  const ask = (other: EvaluateOptions) => {
    return judgePlaced(ends, flow, { ...options, ...other }, index).verdict;
  };
  const reached = legs.map(({ destination }) => destination);
  let explanation = explanationOf(judgement, model);
  if (judgement.dependsOnModel) {
    const other = { ...options, model: otherOf(model) };
    const says = service === undefined ? verdictByModel(leg, other, index) : ask(other);
    if (says !== verdict) explanation = withOtherModel(explanation, says);
  }
  if (!judgement.dependsOnPolicies) return { explanation, reached };
  const networkPolicyModel = options.networkPolicyModel ?? "spec";
  const other = networkPolicyModel === "spec" ? "aws" : "spec";
  const again = { ...options, networkPolicyModel: other } as const;
  const says = service === undefined ? verdictByPolicies(leg, again, index) : ask(again);
  const named = { ...explanation, networkPolicyModel };
  if (says === verdict) return { explanation: named, reached };
  return { explanation: withOtherPolicies(named, other, says), reached };
}

function withOtherPolicies(
  explanation: Explanation,
  model: NetworkPolicyModel,
  otherNetworkPolicyVerdict: Verdict,
): Explanation {
  const note = `network-policy-divergence: the ${model} model says ${otherNetworkPolicyVerdict}`;
  return { ...explanation, otherNetworkPolicyVerdict, notes: [...explanation.notes, note] };
}

function explanationOf(judgement: Judgement, model: Model): Explanation {
  const { verdict, findings, notes, way, service } = judgement;
  return {
    verdict,
    steps: findings.map((finding, at) => ({ number: at + 1, ...finding })),
    model,
    way,
    ...(service === undefined ? {} : { service }),
    notes,
  };
}

function withOtherModel(explanation: Explanation, otherModelVerdict: Verdict): Explanation {
  const model = otherOf(explanation.model);
  const note = `standard-divergence: the ${model} model of standard mode says ${otherModelVerdict}`;
  return { ...explanation, otherModelVerdict, notes: [...explanation.notes, note] };
}

function modelOf({ model }: EvaluateOptions): Model {
  return model ?? "documented";
}

function otherOf(model: Model): Model {
  return model === "documented" ? "datapath" : "documented";
}

/** The index of a world; one that is indexed already as it is. */
export function asIndex(world: World | WorldIndex): WorldIndex {
  return "world" in world ? world : indexWorld(world);
}
