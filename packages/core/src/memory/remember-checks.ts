import type { Traffic } from "../groups/rule-match.ts";
import type { GroupSwitchValues } from "../groups/switches.ts";
import type { Tracking } from "../groups/tracking.ts";
import type { End } from "../paths/end.ts";
import type { Check } from "../paths/path.ts";
import { type CheckAnswer, judgeCheck } from "../verdict/judge-check.ts";
import { askedInterface, checkStep, type Finding, groupsStep } from "../verdict/steps.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { boundedMap } from "./bounded-map.ts";
import { keyOf } from "./interner.ts";
import { type Memory, memoryOf } from "./memory.ts";
import { peerNumber, setNumber, trafficNumber } from "./numbers.ts";

/** The step of a check; where its texts name neither end, found once for those that are alike. */
export function checkStepOf(check: Check, traffic: Traffic, index: WorldIndex): Finding {
  const memory = memoryOf(index);
  const key = memory && checkKey(check, traffic, memory);
  if (memory === undefined || key === undefined) {
    return checkStep(check, judgeCheck(check, traffic, index), traffic, index);
  }
  const { membership } = check.peer;
  const isNameless = membership.kind === "known" && membership.groupIds.length > 0;
  const known = isNameless ? memory.steps.get(key) : undefined;
  if (known !== undefined) return { ...known, asked: askedInterface(check, traffic) };
  const step = checkStep(check, answerOf(check, key, traffic, index), traffic, index);
  return isNameless ? memory.steps.set(key, step) : step;
}

/** What the tracking of replies at one interface depends on. */
interface TrackedAt {
  readonly check: Check;
  readonly traffic: Traffic;
  readonly isAlwaysTracked: boolean;
  readonly switches: GroupSwitchValues;
}

/** How replies are tracked at one interface, remembered. */
export function trackingOnce(
  { check, traffic, isAlwaysTracked, switches }: TrackedAt,
  index: WorldIndex,
  find: () => Tracking,
): Tracking {
  const memory = memoryOf(index);
  const key = memory && checkKey(check, traffic, memory);
  if (memory === undefined || key === undefined) return find();
  const ways = JSON.stringify([isAlwaysTracked, switches]);
  const known = memory.tracking.get(ways)?.get(key);
  if (known !== undefined) return known;
  const answers = memory.tracking.get(ways) ?? memory.tracking.set(ways, boundedMap());
  return answers.set(key, find());
}

/** Which groups an end has and from where, remembered. */
export function groupsStepOf(end: End, index: WorldIndex): readonly Finding[] {
  const memory = memoryOf(index);
  if (memory === undefined) return groupsStep(end, index);
  const known = memory.groupSteps.get(end);
  if (known !== undefined) return known;
  const steps = groupsStep(end, index);
  memory.groupSteps.set(end, steps);
  return steps;
}

function answerOf(check: Check, key: number, traffic: Traffic, index: WorldIndex): CheckAnswer {
  const memory = memoryOf(index);
  const known = memory?.answers.get(key);
  if (known !== undefined) return known;
  const answer = judgeCheck(check, traffic, index);
  memory?.answers.set(key, answer);
  return answer;
}

/** Undefined where a check names an end, or sees it at no single address. */
function checkKey(check: Check, traffic: Traffic, memory: Memory): number | undefined {
  const { asked, peer, isEgress } = check;
  if (asked.groupIds === undefined || asked.groupIds.length === 0) return undefined;
  const set = setNumber(asked.groupIds, memory);
  const far = peerNumber(peer, memory);
  const kind = trafficNumber(traffic, memory);
  if (set === undefined || far === undefined || kind === undefined) return undefined;
  const way = memory.numbers.ofPair(set, isEgress ? 1 : 0);
  return way === undefined ? undefined : keyOf(way, far, kind);
}
