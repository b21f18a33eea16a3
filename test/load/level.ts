import { runClosedLoop } from "./closed-loop.ts";
import { besideEcho, type LevelReport } from "./report.ts";
import { type Summary, summarize } from "./summary.ts";
import type { LoadPod, Measured, Verb, Workload } from "./workload.ts";

/** One level of concurrency. */
export interface LevelPlan {
  readonly inFlight: number;
  /** Measured time of the level, milliseconds. */
  readonly durationMs: number;
  /** Pods that never had a branch; used up from the front. */
  readonly freshPods: LoadPod[];
  readonly workload: Workload;
  readonly measured: Measured;
  readonly signal: AbortSignal;
}

/** How a level's time is divided. */
const SHARES = { echo: 0.2, cold: 0.4, warm: 0.4 } as const;

/** Runs the three phases of a level one after the other; nothing is held when it returns. */
export async function runLevel(plan: LevelPlan): Promise<LevelReport> {
  const phasesMs = new Map<Verb, number>();
  const note = (durationMs: number, ...verbs: Verb[]) => {
    for (const verb of verbs) phasesMs.set(verb, durationMs);
  };
  const pods = plan.freshPods.slice(0, plan.inFlight * 2);
  note(await echoPhase(plan, pods), "echo");
  note(await coldPhase(plan), "allocate cold", "release cold");
  note(await warmPhase(plan, pods), "allocate warm", "release warm");
  const summaries = new Map<Verb, Summary>();
  for (const [verb, samples] of plan.measured.samplesMs) {
    const summary = summarize(samples, phasesMs.get(verb) ?? plan.durationMs);
    if (summary) summaries.set(verb, summary);
  }
  return {
    inFlight: plan.inFlight,
    verbs: besideEcho(summaries),
    refusals: Object.fromEntries(plan.measured.refusals),
  };
}

function echoPhase(
  { inFlight, durationMs, workload, signal }: LevelPlan,
  pods: readonly LoadPod[],
) {
  return runClosedLoop({
    inFlight,
    signal,
    durationMs: durationMs * SHARES.echo,
    turn: async (worker) => {
      await workload.echo(pods[worker % pods.length] as LoadPod);
      return true;
    },
  });
}

// Each worker keeps one branch while it asks for the next, so that holds overlap all the time: a
// branch that is given out twice cannot stay unseen.
async function coldPhase({ inFlight, durationMs, freshPods, workload, signal }: LevelPlan) {
  const held = new Map<number, LoadPod>();
  const phaseMs = await runClosedLoop({
    inFlight,
    signal,
    durationMs: durationMs * SHARES.cold,
    turn: async (worker) => {
      const pod = freshPods.shift();
      if (pod === undefined) return false;
      const isHeld = await workload.allocate(pod);
      const before = held.get(worker);
      if (before !== undefined) await workload.release(before);
      if (isHeld) held.set(worker, pod);
      else held.delete(worker);
      return true;
    },
  });
  await Promise.all([...held.values()].map((pod) => workload.release(pod)));
  return phaseMs;
}

// Each worker has two pods of its own whose branches are in quarantine: it takes one back, then
// releases the other.
async function warmPhase(
  { inFlight, durationMs, workload, signal }: LevelPlan,
  pods: readonly LoadPod[],
) {
  const turns = new Array<number>(inFlight).fill(0);
  const phaseMs = await runClosedLoop({
    inFlight,
    signal,
    durationMs: durationMs * SHARES.warm,
    turn: async (worker) => {
      const turn = turns[worker] as number;
      turns[worker] = turn + 1;
      const own = [pods[worker * 2], pods[worker * 2 + 1]] as const;
      const next = own[turn % 2];
      const before = own[(turn + 1) % 2];
      if (next === undefined || before === undefined) return false;
      await workload.allocate(next);
      await workload.release(before);
      return true;
    },
  });
  await Promise.all(pods.map((pod) => workload.release(pod)));
  return phaseMs;
}
