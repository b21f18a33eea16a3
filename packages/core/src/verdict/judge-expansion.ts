import type { Delivery, Expansion, Leg, Stop } from "../services/delivery.ts";
import type {
  BackendAnswer,
  ServiceAnswer,
  Step,
  StepOutcome,
  Verdict,
  Way,
} from "./explanation.ts";
import type { Judgement, LegJudgement } from "./judge.ts";
import { type Finding, plain } from "./steps.ts";

/**
 * Judges all ways of a flow: a way is open when all its legs are. All ways open is an ALLOW, none a
 * DENY; between them it is chance which one a connection takes, and the verdict is UNKNOWN.
 */
export function judgeExpansion(
  expansion: Expansion,
  judgeLeg: (leg: Leg) => LegJudgement,
): Judgement {
  const judged = expansion.deliveries.map((delivery) => judgeDelivery(delivery, judgeLeg));
  const verdict = expansion.stop?.verdict ?? verdictOfAll(judged.map((one) => one.verdict));
  const reach = reachOf(judged, expansion.stop);
  const legs = judged.flatMap((one) => one.legs);
  return {
    verdict,
    findings: [...distinct(judged.flatMap((one) => one.findings)), lastFinding(expansion, judged)],
    notes: [...new Set([...expansion.notes, ...judged.flatMap(({ notes }) => notes)])],
    way: commonWay(judged.map(({ way }) => way)),
    dependsOnModel: legs.some((leg) => leg.dependsOnModel),
    dependsOnPolicies: legs.some((leg) => leg.dependsOnPolicies),
    legs,
    service: { title: expansion.title, reach, backends: judged.map(answerOf) },
  };
}

interface JudgedDelivery {
  readonly delivery: Delivery;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  readonly way: Way;
  readonly legs: readonly LegJudgement[];
}

function judgeDelivery(delivery: Delivery, judgeLeg: (leg: Leg) => LegJudgement): JudgedDelivery {
  const { stop, nodes, translations } = delivery;
  const legs = delivery.legs.map(judgeLeg);
  const verdicts = legs.map(({ verdict }) => verdict);
  const stopFinding =
    stop === undefined ? [] : [plain(delivery.title, outcomes[stop.verdict], stop.because)];
  return {
    delivery,
    verdict: verdictOfOne(stop === undefined ? verdicts : [...verdicts, stop.verdict]),
    findings: [...distinct(legs.flatMap(({ findings }) => findings)), ...stopFinding],
    notes: [...new Set([...delivery.notes, ...legs.flatMap(({ notes }) => notes)])],
    way: {
      viaVpc: legs.some(({ way }) => way.viaVpc),
      natAtNode: legs.some(({ way }) => way.natAtNode),
      translations: [...translations, ...legs.flatMap(({ way }) => way.translations)],
      nodes,
    },
    legs,
  };
}

const outcomes = {
  ALLOW: "OK",
  DENY: "BLOCKED",
  UNKNOWN: "UNKNOWN",
  UNSUPPORTED: "BLOCKED",
} as const satisfies Record<Verdict, StepOutcome>;

// The worst part decides; what cannot be carried at all comes first.
function verdictOfOne(verdicts: readonly Verdict[]): Verdict {
  const worst = (["UNSUPPORTED", "DENY", "UNKNOWN"] as const).find((one) => verdicts.includes(one));
  return worst ?? "ALLOW";
}

function verdictOfAll(verdicts: readonly Verdict[]): Verdict {
  const [first] = verdicts;
  if (first === undefined) return "DENY";
  if (verdicts.every((verdict) => verdict === first)) return first;
  const isNone = verdicts.every((verdict) => verdict === "DENY" || verdict === "UNSUPPORTED");
  return isNone ? "DENY" : "UNKNOWN";
}

function reachOf(
  judged: readonly JudgedDelivery[],
  stop: Stop | undefined,
): ServiceAnswer["reach"] {
  if (stop !== undefined) return stop.verdict === "UNKNOWN" ? "unknown" : "none";
  const count = (verdict: Verdict) => judged.filter((one) => one.verdict === verdict).length;
  const allowed = count("ALLOW");
  if (judged.length > 0 && allowed === judged.length) return "all";
  const unsure = count("UNKNOWN");
  if (allowed === 0 && unsure === 0) return "none";
  return allowed > 0 && allowed + unsure < judged.length ? "some" : "unknown";
}

function lastFinding({ title, stop }: Expansion, judged: readonly JudgedDelivery[]): Finding {
  if (stop !== undefined) return plain(title, outcomes[stop.verdict], stop.because);
  const open = judged.filter(({ verdict }) => verdict === "ALLOW");
  const names = (list: readonly JudgedDelivery[]) => {
    const all = list.map(({ delivery }) => delivery.title);
    return all.length > 5 ? `${all.slice(0, 5).join(", ")}, …` : all.join(", ");
  };
  if (open.length === judged.length) {
    return plain(title, "OK", `leads to ${names(judged)}: all are open`);
  }
  const closed = judged.filter(({ verdict }) => verdict !== "ALLOW");
  const text = `${open.length} of ${judged.length} ways are open; not ${names(closed)}`;
  const verdict = verdictOfAll(judged.map((one) => one.verdict));
  return plain(title, outcomes[verdict], text);
}

function answerOf({ delivery, verdict, findings, way, notes }: JudgedDelivery): BackendAnswer {
  const { title, endpoint, port } = delivery;
  const steps = findings.map((finding, at): Step => ({ number: at + 1, ...finding }));
  return {
    title,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(port === undefined ? {} : { port }),
    verdict,
    steps,
    way,
    notes,
  };
}

function commonWay(ways: readonly Way[]): Way {
  const [first] = ways;
  const isOne = ways.length === 1;
  return {
    viaVpc: ways.some(({ viaVpc }) => viaVpc),
    natAtNode: ways.some(({ natAtNode }) => natAtNode),
    translations: isOne ? first.translations : [],
    nodes: isOne ? first.nodes : [],
  };
}

// Backends of one kind ask the same of the source.
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const known = new Set<string>();
  return findings.filter(({ title, outcome, text, asked }) => {
    const key = [title, outcome, text, asked?.holder, asked?.eniId, asked?.traffic].join("\n");
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
}
