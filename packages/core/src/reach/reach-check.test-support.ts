import type { EvaluateOptions } from "../verdict/explanation.ts";
import { judge } from "../verdict/judge.ts";
import { indexWorld, type WorldIndex } from "../world/world-index.ts";
import { compileReach } from "./compile-reach.ts";
import type { PortQuestion } from "./questions.ts";
import { openReach } from "./reach-image.ts";
import { bindReach, type ReachKernels } from "./reach-kernels.ts";
import { fuzzQuestions, fuzzReachCase } from "./reach-world.test-support.ts";
import { type RuleNames, readRuleNames } from "./rule-texts.ts";

/** The law and the kernels disagree. */
export interface ReachMismatch {
  readonly seed: number;
  readonly pair: string;
  readonly question: PortQuestion;
  readonly law: string;
  readonly got: string;
}

/** What came of one seed's world. */
interface ReachRun {
  readonly mismatches: readonly ReachMismatch[];
  /** Verdicts that were compared. */
  readonly count: number;
}

/** Compares all pairs and questions of a seed's world with the law. */
export function reachRun(seed: number, caseOf = fuzzReachCase): ReachRun {
  const { world, options } = caseOf(seed);
  const { buffer, podNames } = compileReach(world, { ...options, questions: fuzzQuestions });
  const index = indexWorld(world);
  const image = openReach(buffer);
  const kernels = bindReach(image);
  const names = readRuleNames(image);
  const mismatches: ReachMismatch[] = [];
  for (const [from, source] of podNames.entries()) {
    for (const [to, destination] of podNames.entries()) {
      for (const [at, question] of fuzzQuestions.entries()) {
        const law = lawOf({ source, destination, question }, options, index);
        const got = gotOf(kernels, names, { from, to, at });
        // What is not compiled is unknown; on one node no ACL would have been asked.
        const isAclAsked = options.networkAcls === "required" || world.networkAcls !== undefined;
        const isLeft = isAclAsked && got.startsWith("UNKNOWN");
        const isFine = law === undefined ? !got.startsWith("ALLOW") : isLeft || law === got;
        if (isFine) continue;
        const pair = `${source} > ${destination}`;
        mismatches.push({ seed, pair, question, law: law ?? "between VPCs", got });
      }
    }
  }
  return { mismatches, count: podNames.length ** 2 * fuzzQuestions.length };
}

function gotOf(
  kernels: ReachKernels,
  names: RuleNames,
  { from, to, at }: { readonly from: number; readonly to: number; readonly at: number },
): string {
  const out = new Int32Array(4);
  const isAllowed = kernels.decide(from, to, at, out);
  const isPossible = (kernels.possible(from, to) >>> at) & 1;
  const verdict = isAllowed === 1 ? "ALLOW" : isPossible === 1 ? "UNKNOWN" : "DENY";
  const [groupOut, policyOut, groupIn, policyIn] = out;
  const group = (one: number) => names.groupRules[one]?.ruleId ?? "-";
  const policy = (one: number) => {
    const rule = names.policyRules[one];
    return rule === undefined ? "-" : `${rule.title} ${rule.at} ${rule.effect}`;
  };
  if (isAllowed === 1) {
    return [verdict, group(groupOut), policy(policyOut), group(groupIn), policy(policyIn)].join(
      ", ",
    );
  }
  return [verdict, policy(policyOut), policy(policyIn)].join(", ");
}

interface Asked {
  readonly source: string;
  readonly destination: string;
  readonly question: PortQuestion;
}

// Undefined between two VPCs, and where an ACL is in the way, which is not compiled.
function lawOf(
  { source, destination, question }: Asked,
  options: EvaluateOptions,
  index: WorldIndex,
): string | undefined {
  const flow = { source: endpoint(source), destination: endpoint(destination), ...question };
  const model = options.model ?? "documented";
  const { verdict, findings: all, legs } = judge(index, flow, { ...options, model });
  const findings = all.filter(({ title }) => !title.startsWith("network ACL"));
  const isThrough = all.every((one) => findings.includes(one) || one.outcome === "OK");
  const [{ path, source: near, destination: far }] = legs;
  const isBeyond = path.kind === "unknown" || (path.kind === "asked" && path.exit !== undefined);
  if (isBeyond || !isThrough) return undefined;
  const checks = path.kind === "asked" ? path.checks : [];
  const ruleOf = (isEgress: boolean, eniOwner: unknown) => {
    const at = checks.findIndex((one) => one.isEgress === isEgress && one.asked === eniOwner);
    const own = findings.filter(({ title }) => / (egress|ingress)$/.test(title))[at];
    return own?.outcome === "OK" ? (own.rules[0]?.rule.ruleId ?? "-") : "-";
  };
  const policyOf = (direction: string) => {
    const own = findings.find((one) => one.policies !== undefined && one.title.endsWith(direction));
    const [first] = own?.outcome === "UNKNOWN" ? [] : (own?.policies ?? []);
    return first === undefined ? "-" : `${first.title} ${first.at} ${first.effect}`;
  };
  const policies = [policyOf(" egress"), policyOf(" ingress")];
  if (verdict !== "ALLOW") return [verdict, ...policies].join(", ");
  const owners = [near, far].map((end) => ("own" in end ? end.own : undefined));
  const rules = [ruleOf(true, owners[0]), ruleOf(false, owners[1])];
  return [verdict, rules[0], policies[0], rules[1], policies[1]].join(", ");
}

function endpoint(text: string) {
  const [namespace, name] = text.split("/");
  return { kind: "pod", namespace, name } as const;
}
