import { type Clock, type Mode, type Random, TrunklineError } from "@trunkline/core";
import type {
  Address,
  AllocateAddressResponse,
  AllocateBranchResponse,
  Branch,
  EnsureTrunkResponse,
} from "@trunkline/proto/ipam";
import type {
  BranchAttachment,
  OrdinaryAttachment,
  PodAttachment,
} from "../desired/desired-pod.ts";
import type { PodIdentity } from "../journal/record.ts";

interface Timed {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** The calls of the allocation service that a node makes. */
export interface IpamCalls {
  ensureTrunk(
    request: { nodeName: string; instanceId: string },
    options?: Timed,
  ): Promise<EnsureTrunkResponse>;
  allocateBranch(
    request: { nodeName: string; pod: PodIdentity },
    options?: Timed,
  ): Promise<AllocateBranchResponse>;
  releaseBranch(request: { nodeName: string; podUid: string }, options?: Timed): Promise<unknown>;
  allocateAddress(
    request: { nodeName: string; pod: PodIdentity },
    options?: Timed,
  ): Promise<AllocateAddressResponse>;
  releaseAddress(request: { nodeName: string; podUid: string }, options?: Timed): Promise<unknown>;
}

/** How a node asks for what a pod is to be attached with. */
export interface AllocationOptions {
  readonly ipam: IpamCalls;
  readonly nodeName: string;
  readonly mode: Mode;
  /** How long an allocation may wait for the service, all tries together. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: Random;
}

/** Obtains attachments, and gives them back. */
export interface Allocation {
  /**
   * Asks what a pod is attached with; repeats while the service cannot be reached, up to the limit.
   * Idempotent by the pod's UID. Fails with the service's error; never falls back to the node's
   * groups.
   */
  allocate(pod: PodIdentity, signal: AbortSignal): Promise<PodAttachment>;
  /** Gives back what the pod holds; `kind` undefined when it is not known. Idempotent, one try. */
  release(podUid: string, kind: PodAttachment["kind"] | undefined): Promise<void>;
}

const RETRY_MS_FIRST = 100;
const RETRY_MS_MAX = 2_000;

/** A release that is not answered in this time is repeated in the background. */
const RELEASE_MS_MAX = 3_000;

/** Makes the allocation side of a node. */
export function allocationFor(options: AllocationOptions): Allocation {
  const { ipam, nodeName } = options;
  return {
    allocate: (pod, signal) =>
      retryUnavailable(options, signal, (limits) => ask(options, pod, limits)),
    release: async (podUid, kind) => {
      const limits = { deadlineMs: RELEASE_MS_MAX };
      if (kind !== "ordinary") await ipam.releaseBranch({ nodeName, podUid }, limits);
      if (kind !== "branch") await ipam.releaseAddress({ nodeName, podUid }, limits);
    },
  };
}

async function ask(
  { ipam, nodeName, mode }: AllocationOptions,
  pod: PodIdentity,
  limits: Timed,
): Promise<PodAttachment> {
  const { attachment } = await ipam.allocateBranch({ nodeName, pod }, limits);
  switch (attachment?.$case) {
    case "branch":
      return checked(toBranch(attachment.value, mode));
    case "ordinary": {
      const { address } = await ipam.allocateAddress({ nodeName, pod }, limits);
      if (address === undefined) throw new Error("AllocateAddress answered without an address");
      return checked(toOrdinary(address));
    }
    case undefined:
      throw new Error("AllocateBranch answered neither with a branch nor with an ordinary pod");
  }
}

async function retryUnavailable<T>(
  { clock, random, timeoutMs }: AllocationOptions,
  signal: AbortSignal,
  call: (limits: Timed) => Promise<T>,
): Promise<T> {
  const endMs = clock.nowMs() + timeoutMs;
  for (let attempt = 0; ; attempt += 1) {
    const deadlineMs = Math.max(1, endMs - clock.nowMs());
    try {
      return await call({ deadlineMs, signal });
    } catch (error) {
      throwIfEnded(signal);
      if (!(error instanceof TrunklineError)) throw error;
      const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** attempt) * (0.5 + random() / 2);
      const isOver = clock.nowMs() + waitMs >= endMs;
      if (!isPassing(error) || isOver) throw withTries(error, attempt + 1);
      // Rejects only when the wait is ended, which the next line sees.
      await clock.sleep(waitMs, signal).catch(() => undefined);
      throwIfEnded(signal);
    }
  }
}

/** Throws the typed error of a call whose daemon stops or whose caller is gone. */
export function throwIfEnded(signal: AbortSignal): void {
  if (!signal.aborted) return;
  if (signal.reason instanceof TrunklineError) throw signal.reason;
  throw new TrunklineError("CANCELLED", "the caller is gone", { cause: signal.reason });
}

function isPassing(error: TrunklineError): boolean {
  return error.code === "NOT_READY" || error.code === "DEADLINE_EXCEEDED";
}

function withTries(error: TrunklineError, tries: number): TrunklineError {
  if (tries === 1) return error;
  const { code, facts, problems } = error;
  const message = `${error.message} (tried ${tries} times)`;
  return new TrunklineError(code, message, { facts, problems, cause: error });
}

function toBranch(branch: Branch, mode: Mode): BranchAttachment {
  return {
    kind: "branch",
    mode,
    eniId: branch.eniId,
    mac: branch.macAddress,
    ipv4: branch.ipv4Address,
    subnetCidr: branch.subnetCidr,
    gateway: branch.gateway,
    vlanId: branch.vlanId,
    groupIds: branch.groupIds,
  };
}

function toOrdinary(address: Address): OrdinaryAttachment {
  return {
    kind: "ordinary",
    eniId: address.eniId,
    ipv4: address.ipv4Address,
    subnetCidr: address.subnetCidr,
    gateway: address.gateway,
    groupIds: address.groupIds,
  };
}

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const VLAN_ID_MAX = 4094;

// These words go into commands for the kernel: anything but an address must stop here.
function checked<T extends PodAttachment>(attachment: T): T {
  const problems: string[] = [];
  if (!IPV4.test(attachment.ipv4)) problems.push(`address "${attachment.ipv4}"`);
  if (!IPV4.test(attachment.gateway)) problems.push(`gateway "${attachment.gateway}"`);
  if (attachment.kind === "branch") {
    const { mac, vlanId } = attachment;
    if (!MAC.test(mac)) problems.push(`MAC address "${mac}"`);
    if (vlanId < 1 || vlanId > VLAN_ID_MAX) problems.push(`VLAN id ${vlanId}`);
  }
  if (problems.length === 0) return attachment;
  throw new Error(`the allocation service answered with ${problems.join(", ")}`);
}
