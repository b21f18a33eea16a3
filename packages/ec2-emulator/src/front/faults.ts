import type { FieldProblem } from "@trunkline/core";
import { invalid } from "@trunkline/core";
import * as v from "valibot";
import type { Transition } from "../account/settings.ts";

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const amount = v.pipe(v.number(), v.minValue(0));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What every lasting fault can be told: which calls, how often, how long. */
const reach = {
  /** Action names, `*` at the end allowed; all actions when left out. */
  actions: v.optional(v.array(text), ["*"]),
  /** Chance for each call, 0..1. */
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1),
  /** Calls that it happens to, then it is over. */
  count: v.optional(whole),
  /** How long it lasts, milliseconds of the emulator's time. */
  forMs: v.optional(amount),
};

const tag = v.strictObject({ key: text, value: v.optional(text) });

const TRANSITIONS = [
  "attach",
  "detach",
  "instanceStart",
  "instanceStop",
  "prefixListChange",
  "natGateway",
] as const satisfies readonly Transition[];

/** Every fault that can be ordered, by kind. */
const faultSchema = v.variant("kind", [
  /** The call takes effect and its answer is lost: the connection ends without one. */
  v.strictObject({ kind: v.literal("dropResponse"), ...reach }),
  /** The call has no effect and answers 500 or 503. */
  v.strictObject({
    kind: v.literal("error"),
    code: v.optional(
      v.picklist([
        "InternalError",
        "InternalFailure",
        "Unavailable",
        "ServiceUnavailable",
        "RequestLimitExceeded",
        "OptInRequired",
        "PendingVerification",
      ]),
      "InternalError",
    ),
    ...reach,
  }),
  /** The call takes effect twice, as if the network had delivered it twice. */
  v.strictObject({ kind: v.literal("duplicate"), ...reach }),
  /** The answer is late. */
  v.strictObject({ kind: v.literal("latency"), minMs: amount, maxMs: amount, ...reach }),
  /** Another tenant of the account uses up tokens of the buckets. */
  v.strictObject({
    kind: v.literal("throttleNoise"),
    callsPerSec: amount,
    actions: v.array(text),
    forMs: v.optional(amount),
  }),
  /** UnauthorizedOperation, always or by the tags of what the call is about. */
  v.strictObject({
    kind: v.literal("deny"),
    unlessTag: v.optional(tag),
    ifTag: v.optional(tag),
    ...reach,
  }),
  /** The subnet gives out no address. */
  v.strictObject({
    kind: v.literal("subnetExhausted"),
    subnetId: text,
    forMs: v.optional(amount),
  }),
  /** Reads see changes late: new interfaces are hidden, old tags and attachments are shown. */
  v.strictObject({
    kind: v.literal("staleReads"),
    /** Types as tags name them (network-interface, …); every type when left out. */
    resourceTypes: v.optional(v.array(text), []),
    /** Access key of the one reader that is late; every reader when left out. */
    reader: v.optional(text),
    minMs: amount,
    maxMs: amount,
    forMs: v.optional(amount),
  }),
  /** A transition takes longer. */
  v.strictObject({
    kind: v.literal("slow"),
    transition: v.picklist(TRANSITIONS),
    extraMs: amount,
    forMs: v.optional(amount),
  }),
  /** An interface is gone, whatever held it: a trunk vanishes, a cleaner deleted a branch. */
  v.strictObject({ kind: v.literal("vanish"), eniId: text }),
  /** Somebody else edits an interface: its groups, description or association. */
  v.strictObject({
    kind: v.literal("foreignEdit"),
    eniId: text,
    groupIds: v.optional(v.array(text)),
    description: v.optional(v.string()),
    disassociate: v.optional(v.boolean(), false),
  }),
  /** The emulator's clock jumps. */
  v.strictObject({ kind: v.literal("clockJump"), byMs: v.number() }),
  /** Quotas change. */
  v.strictObject({ kind: v.literal("quota"), name: text, limit: whole }),
]);

/** A fault as it is ordered. */
export type Fault = v.InferOutput<typeof faultSchema>;
/** Faults that stay until they are over or taken back. */
export type LastingFault = Extract<Fault, { readonly forMs?: number | undefined }>;
/** Reads that are late, as they are ordered. */
export type StaleReads = Extract<Fault, { readonly kind: "staleReads" }>;
/** Faults that happen to single calls. */
export type CallFault = Extract<Fault, { readonly probability: number }>;

/** A lasting fault that is in force. */
export interface ActiveFault {
  readonly id: string;
  readonly fault: LastingFault;
  readonly sinceMs: number;
  /** Calls that it happened to. */
  hits: number;
  /** When throttle noise was last applied. */
  appliedMs: number;
}

/** Reads an order. Throws INVALID_ARGUMENT with every problem. */
export function readFault(input: unknown): Fault {
  const parsed = v.safeParse(faultSchema, input);
  if (parsed.success) return parsed.output;
  const problems: FieldProblem[] = parsed.issues.map((issue) => ({
    field: v.getDotPath(issue) ?? "",
    description: issue.message,
  }));
  throw invalid("the fault is wrong:", problems);
}

/** True when the fault is about the action. */
export function concerns(actions: readonly string[], action: string): boolean {
  return actions.some((pattern) =>
    pattern.endsWith("*") ? action.startsWith(pattern.slice(0, -1)) : pattern === action,
  );
}

/** True when a lasting fault is over by time or count. */
export function isOver({ fault, sinceMs, hits }: ActiveFault, nowMs: number): boolean {
  if (fault.forMs !== undefined && nowMs >= sinceMs + fault.forMs) return true;
  return "count" in fault && fault.count !== undefined && hits >= fault.count;
}
