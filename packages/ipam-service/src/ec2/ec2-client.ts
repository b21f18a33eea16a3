import { EC2Client } from "@aws-sdk/client-ec2";
import { type Clock, TrunklineError } from "@trunkline/core";
import { Budget, type BudgetSize, type Priority } from "./budget.ts";
import { fromEc2Error } from "./ec2-errors.ts";

const READ: BudgetSize = { capacity: 100, refillPerSec: 20 };
const WRITE: BudgetSize = { capacity: 50, refillPerSec: 5 };
const INTERFACE_WRITE: BudgetSize = { capacity: 100, refillPerSec: 5 };

/**
 * The actions that are called, with the sizes of EC2's own token buckets. Source: EC2 developer
 * guide, "Request throttling"; actions that it does not list have their class's size.
 */
const BUDGET_SIZES = {
  DescribeInstances: READ,
  DescribeSubnets: READ,
  DescribeVpcs: READ,
  DescribeNetworkInterfaces: READ,
  DescribeTrunkInterfaceAssociations: READ,
  CreateNetworkInterface: INTERFACE_WRITE,
  DeleteNetworkInterface: INTERFACE_WRITE,
  ModifyNetworkInterfaceAttribute: INTERFACE_WRITE,
  AssignPrivateIpAddresses: INTERFACE_WRITE,
  UnassignPrivateIpAddresses: INTERFACE_WRITE,
  AttachNetworkInterface: WRITE,
  DetachNetworkInterface: WRITE,
  AssociateTrunkInterface: WRITE,
  DisassociateTrunkInterface: WRITE,
  CreateNetworkInterfacePermission: WRITE,
} as const satisfies Record<string, BudgetSize>;

/** An EC2 action that the service calls. */
export type Ec2Action = keyof typeof BUDGET_SIZES;

/** Requests sent for one call that EC2 refuses for their rate. */
const THROTTLED_ATTEMPTS_MAX = 4;

/** Longest to wait for a connection and for an answer, milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 15_000;

/** Connections at once; more calls than these wait for one of them. */
const SOCKET_COUNT_MAX = 64;

/** Where EC2 is. */
export interface Ec2Options {
  readonly region: string;
  /** URL of an emulator or proxy; without it the SDK finds EC2, or what AWS_ENDPOINT_URL names. */
  readonly endpoint: string | undefined;
  /** "placeholder" signs with fixed words, for an emulator; "chain" is the SDK's search. */
  readonly credentials: "auto" | "chain" | "placeholder";
  /** Multiplies the sizes of all budgets, for accounts with other quotas; 0 means no budgets. */
  readonly budgetFactor: number;
  readonly clock: Clock;
}

/** One call: what it is, how urgent, and how it is sent. */
export interface Ec2Call<Output> {
  readonly action: Ec2Action;
  readonly priority: Priority;
  /** The subnet whose addresses it takes: a refusal names it, which EC2's own text does not. */
  readonly subnetId?: string | undefined;
  send(client: EC2Client): Promise<Output>;
}

/**
 * EC2 through the SDK. Every request is paid from its action's budget. The SDK's own retries are
 * off: a repetition must be paid for as well, and only the deciders know which ones are safe. The
 * exception is a refusal for rate, which EC2 gives before it does anything.
 */
export class Ec2 {
  readonly #client: EC2Client;
  readonly #budgets: ReadonlyMap<Ec2Action, Budget>;

  constructor(options: Ec2Options) {
    this.#client = makeClient(options);
    this.#budgets = makeBudgets(options);
  }

  /** Sends the call. Throws `TrunklineError` only, see `ec2-errors.ts`. */
  async call<Output>({ action, priority, subnetId, send }: Ec2Call<Output>): Promise<Output> {
    for (let attempt = 1; ; attempt++) {
      await this.#budgets.get(action)?.take(priority);
      try {
        return await send(this.#client);
      } catch (cause) {
        const error = fromEc2Error(cause, { action, ...(subnetId ? { subnetId } : {}) });
        if (error.code !== "THROTTLED") throw error;
        this.#budgets.get(action)?.slowDown();
        if (attempt >= THROTTLED_ATTEMPTS_MAX) throw error;
      }
    }
  }

  close(): void {
    this.#client.destroy();
  }
}

function makeBudgets({ budgetFactor, clock }: Ec2Options): ReadonlyMap<Ec2Action, Budget> {
  if (budgetFactor === 0) return new Map();
  const sizes = Object.entries(BUDGET_SIZES) as [Ec2Action, BudgetSize][];
  return new Map(
    sizes.map(([action, { capacity, refillPerSec }]) => {
      const size = {
        capacity: Math.max(1, capacity * budgetFactor),
        refillPerSec: refillPerSec * budgetFactor,
      };
      return [action, new Budget(action, size, clock)];
    }),
  );
}

function makeClient({ region, endpoint, credentials }: Ec2Options): EC2Client {
  const sockets = { keepAlive: true, maxSockets: SOCKET_COUNT_MAX };
  const isPlaceholder =
    credentials === "placeholder" || (credentials === "auto" && isLoopback(endpoint));
  return new EC2Client({
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      // Waiting for a connection is what the limit is for; the SDK's warning would be noise.
      socketAcquisitionWarningTimeout: 2 ** 31 - 1,
      httpAgent: sockets,
      httpsAgent: sockets,
    },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(isPlaceholder
      ? { credentials: { accessKeyId: "trunkline", secretAccessKey: "trunkline" } }
      : {}),
  });
}

// On this machine answers an emulator: the search for credentials would only cost time.
function isLoopback(endpoint: string | undefined): boolean {
  if (endpoint === undefined) return false;
  if (!URL.canParse(endpoint)) {
    throw new TrunklineError("INVALID_ARGUMENT", `ec2Endpoint "${endpoint}" is not a URL`);
  }
  const { hostname } = new URL(endpoint);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
