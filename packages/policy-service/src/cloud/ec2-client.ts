import { EC2Client, EC2ServiceException } from "@aws-sdk/client-ec2";
import { TrunklineError } from "@trunkline/core";

/** What the client needs; credentials come from the SDK's usual chain. */
export interface Ec2ClientOptions {
  readonly region?: string | undefined;
  /** URL of the API; absent: AWS_ENDPOINT_URL, else the region's own. */
  readonly endpoint?: string | undefined;
}

/** Time to reach the API and time for one answer; a page of 1000 interfaces takes about 1 s. */
const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Makes the EC2 client. Throws INVALID_ARGUMENT when no region is known, rather than at the first
 * call.
 */
export async function createEc2Client(options: Ec2ClientOptions): Promise<EC2Client> {
  const client = new EC2Client({
    maxAttempts: 3,
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    },
  });
  try {
    await client.config.region();
  } catch (error) {
    client.destroy();
    const message = "no region is known; set region, or AWS_REGION in the environment";
    throw new TrunklineError("INVALID_ARGUMENT", message, { cause: error });
  }
  return client;
}

/** EC2's words for "you may not" and for "this API has no such action". */
const REFUSALS = new Set([
  "UnauthorizedOperation",
  "AccessDenied",
  "AccessDeniedException",
  "InvalidAction",
  "UnsupportedOperation",
]);

/** Says whether an action is refused for good: the right is missing or the API has no such action. */
export function isRefused(error: unknown): boolean {
  return error instanceof EC2ServiceException && REFUSALS.has(error.name);
}

/** One line that says why a call failed, with EC2's code. */
export function describeEc2Error(error: unknown): string {
  if (error instanceof EC2ServiceException) return `${error.name}: ${error.message}`;
  if (!(error instanceof Error)) return String(error);
  // A refused connection arrives as an AggregateError without a text of its own.
  const inner = error instanceof AggregateError ? error.errors.map(String).join("; ") : "";
  return error.message || inner || error.name;
}
