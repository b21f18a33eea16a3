import { seededRandom, TrunklineError } from "@trunkline/core";
import { type AllocateBranchResponse, IpamServiceDefinition } from "@trunkline/proto/ipam";
import { type Connection, connect } from "@trunkline/rpc";
import type { HoldEvent } from "./holds.ts";

/** A pod that the load allocates for. */
export interface LoadPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly nodeName: string;
}

/** Kinds of calls whose durations are kept apart. */
export const VERBS = [
  "echo",
  "allocate cold",
  "release cold",
  "allocate warm",
  "release warm",
] as const;

/** One of {@link VERBS}. */
export type Verb = (typeof VERBS)[number];

/** Longest a call may take; one that is not over then counts as one that did not end. */
const DEADLINE_MS = 20_000;

/** What the load measured in one phase. */
export interface Measured {
  /** Milliseconds, one per call that succeeded. */
  readonly samplesMs: Map<Verb, number[]>;
  /** Calls that were refused, by "VERB CODE". */
  readonly refusals: Map<string, number>;
  /** The first message of each kind of refusal. */
  readonly messages: Map<string, string>;
}

/** Makes an empty measurement. */
export function emptyMeasured(): Measured {
  return { samplesMs: new Map(), refusals: new Map(), messages: new Map() };
}

/** The calls that a load is made of, each measured. */
export interface Workload extends AsyncDisposable {
  /** One empty call. */
  echo(pod: LoadPod): Promise<void>;
  /** Gives the pod a branch; false when that was refused. */
  allocate(pod: LoadPod): Promise<boolean>;
  /** Takes back what the pod holds; nothing when it holds nothing. */
  release(pod: LoadPod): Promise<void>;
}

/** Where the load goes and who sees it. */
export interface WorkloadTarget {
  readonly echoAddress: string;
  readonly ipamAddress: string;
  readonly tell: (event: HoldEvent) => void;
}

/** Opens the connections of a load: one to each server. */
export function openWorkload(target: WorkloadTarget, measured: Measured): Workload {
  const echoConnection = open(target.echoAddress, "echo-server");
  const ipamConnection = open(target.ipamAddress, "ipam-service");
  const echoClient = echoConnection.client(IpamServiceDefinition);
  const ipam = ipamConnection.client(IpamServiceDefinition);
  const holders = new Map<string, Verb>();
  const timed = async <Answer>(
    call: () => Promise<Answer>,
    verbOf: (answer: Answer) => Verb,
    name: string,
  ): Promise<Answer | undefined> => {
    const startMs = performance.now();
    try {
      const answer = await call();
      push(measured.samplesMs, verbOf(answer), performance.now() - startMs);
      return answer;
    } catch (error) {
      count(measured, name, error);
      return undefined;
    }
  };
  return {
    echo: async (pod) => {
      await timed(
        () => echoClient.allocateBranch(requestOf(pod)),
        () => "echo",
        "echo",
      );
    },
    allocate: async (pod) => {
      const answer = await timed(
        () => ipam.allocateBranch(requestOf(pod)),
        (each) => (each.reused ? "allocate warm" : "allocate cold"),
        "allocate",
      );
      if (answer === undefined) return false;
      holders.set(pod.uid, answer.reused ? "release warm" : "release cold");
      target.tell(heldEvent(pod, answer));
      return true;
    },
    release: async (pod) => {
      const verb = holders.get(pod.uid);
      if (verb === undefined) return;
      holders.delete(pod.uid);
      // Before the request is sent: from now on the service may give the branch to somebody else.
      target.tell({ kind: "freed", podUid: pod.uid });
      const { nodeName, uid } = pod;
      await timed(
        () => ipam.releaseBranch({ nodeName, podUid: uid }),
        () => verb,
        "release",
      );
    },
    [Symbol.asyncDispose]: async () => {
      echoConnection.close();
      ipamConnection.close();
    },
  };
}

function open(address: string, name: string): Connection {
  return connect({ address, name, deadlineMs: DEADLINE_MS });
}

function requestOf({ nodeName, ...pod }: LoadPod) {
  return {
    nodeName,
    pod: { namespace: pod.namespace, name: pod.name, uid: pod.uid },
  };
}

function heldEvent(pod: LoadPod, answer: AllocateBranchResponse): HoldEvent {
  if (answer.attachment?.$case !== "branch") throw new Error(`${pod.name} got no branch`);
  const { eniId, trunkEniId, vlanId, ipv4Address } = answer.attachment.value;
  return { kind: "held", hold: { podUid: pod.uid, eniId, trunkEniId, vlanId, ipv4Address } };
}

function push(samples: Map<Verb, number[]>, verb: Verb, durationMs: number): void {
  const list = samples.get(verb);
  if (list === undefined) samples.set(verb, [durationMs]);
  else list.push(durationMs);
}

function count({ refusals, messages }: Measured, name: string, error: unknown): void {
  if (!(error instanceof TrunklineError)) throw error;
  const key = `${name} ${error.code}`;
  refusals.set(key, (refusals.get(key) ?? 0) + 1);
  if (!messages.has(key)) messages.set(key, error.message);
}

/** The pods in an order by chance. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = seededRandom(seed);
  const order = [...items];
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other] as Item, order[index] as Item];
  }
  return order;
}
