import { type ErrorCode, type ErrorFacts, TrunklineError } from "@trunkline/core";
import type { Failure } from "../allocation/events.ts";

/** Wait that is suggested after EC2 refused a request for its rate. */
const THROTTLED_RETRY_AFTER_MS = 2_000;

/**
 * EC2 error codes that we act on and what they are to us. Sources: EC2 API reference, "Error codes";
 * the codes of the trunk actions are not documented.
 */
const CODES: Readonly<Record<string, ErrorCode>> = {
  "InvalidSecurityGroupID.NotFound": "NOT_FOUND",
  "InvalidSecurityGroupId.Malformed": "NOT_FOUND",
  "InvalidGroup.NotFound": "NOT_FOUND",
  "InvalidGroupId.Malformed": "NOT_FOUND",
  "InvalidNetworkInterfaceID.NotFound": "NOT_FOUND",
  "InvalidNetworkInterfaceId.Malformed": "NOT_FOUND",
  "InvalidInstanceID.NotFound": "NOT_FOUND",
  "InvalidInstanceID.Malformed": "NOT_FOUND",
  "InvalidSubnetID.NotFound": "NOT_FOUND",
  "InvalidVpcID.NotFound": "NOT_FOUND",
  "InvalidAssociationID.NotFound": "NOT_FOUND",
  "InvalidAttachmentID.NotFound": "NOT_FOUND",
  InsufficientFreeAddressesInSubnet: "SUBNET_FULL",
  InsufficientCidrBlocks: "SUBNET_FULL",
  PrivateIpAddressLimitExceeded: "ADDRESS_EXHAUSTED",
  NetworkInterfaceLimitExceeded: "QUOTA",
  AttachmentLimitExceeded: "QUOTA",
  SecurityGroupsPerInterfaceLimitExceeded: "QUOTA",
  TagLimitExceeded: "QUOTA",
  RequestLimitExceeded: "THROTTLED",
  Throttling: "THROTTLED",
  ThrottlingException: "THROTTLED",
  UnauthorizedOperation: "NOT_PERMITTED",
  OperationNotPermitted: "NOT_PERMITTED",
  AuthFailure: "NOT_PERMITTED",
  InvalidClientTokenId: "NOT_PERMITTED",
  SignatureDoesNotMatch: "NOT_PERMITTED",
  OptInRequired: "NOT_PERMITTED",
  PendingVerification: "NOT_PERMITTED",
  IncorrectState: "NOT_READY",
  IncorrectInstanceState: "NOT_READY",
  "InvalidNetworkInterface.InUse": "DRIFT",
  IdempotentParameterMismatch: "DRIFT",
};

/** Errors of the machine below HTTP that say that no request was sent. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** What was asked of EC2: facts of every error about it. */
type AskedFacts = ErrorFacts & { readonly action: string; readonly subnetId?: string };

/** What the SDK throws, as far as it is read here. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly errors?: readonly { readonly code?: string }[];
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * Turns what the SDK threw into our error. Facts: those of `asked`, `ec2Code`, the id that EC2 names
 * (`groupId`, `eniId`, `instanceId`), `isInUse`, and `outcome` "unknown" when EC2 may have done what
 * was asked although no answer says so.
 */
export function fromEc2Error(cause: unknown, asked: AskedFacts): TrunklineError {
  if (cause instanceof TrunklineError) return cause;
  if (!(cause instanceof Error)) throw cause;
  const error = cause as Error & SdkError;
  const status = error.$metadata?.httpStatusCode;
  if (status === undefined || error.name === "TimeoutError") return unanswered(error, asked);
  if (status >= 500 && CODES[error.name] === undefined) {
    return ec2Error("NOT_READY", error, { ...asked, outcome: "unknown" });
  }
  const code = CODES[error.name] ?? codeByText(error);
  const facts = { ...asked, ...namedIds(error.message), ...inUse(error) };
  if (code !== "THROTTLED") return ec2Error(code, error, facts);
  return ec2Error(code, error, { ...facts, retryAfterMs: String(THROTTLED_RETRY_AFTER_MS) });
}

/** The error as the deciders take it. */
export function failureOf(error: TrunklineError): Failure {
  const { outcome, ...facts } = error.facts;
  const isOutcomeUnknown = outcome === "unknown";
  return { code: error.code, message: error.message, facts, isOutcomeUnknown };
}

/** True if EC2 said that the thing does not exist: a delete has nothing left to do. */
export function isGone(error: unknown): boolean {
  return error instanceof TrunklineError && error.code === "NOT_FOUND";
}

function ec2Error(code: ErrorCode, error: Error, facts: AskedFacts): TrunklineError {
  const { action, subnetId } = facts;
  const where = subnetId === undefined ? "" : ` in ${subnetId}`;
  const text = `EC2 refused ${action}${where}: ${error.name}: ${error.message}`;
  return new TrunklineError(code, text, { facts: { ...facts, ec2Code: error.name }, cause: error });
}

// No HTTP status: the request did not get there, or its answer did not get back or was cut.
function unanswered(error: Error & SdkError, asked: AskedFacts): TrunklineError {
  const { action } = asked;
  if (error.name === "CredentialsProviderError") {
    const text = `no AWS credentials for ${action}: ${error.message}`;
    return new TrunklineError("NOT_PERMITTED", text, { facts: asked, cause: error });
  }
  const systemCode = error.code ?? error.errors?.[0]?.code ?? error.name;
  const isSent = !NOT_SENT.has(systemCode);
  const facts: ErrorFacts = { ...asked, ...(isSent ? { outcome: "unknown" } : {}) };
  const reason = error.message || systemCode;
  const text = isSent
    ? `EC2 did not answer ${action}: ${reason}`
    : `EC2 cannot be reached for ${action}: ${reason}`;
  return new TrunklineError("NOT_READY", text, { facts, cause: error });
}

// EC2 uses the general codes for several things that only the text tells apart.
function codeByText({ message }: Error): ErrorCode {
  if (/interface security group memberships/i.test(message)) return "QUOTA";
  if (/sufficient free ipv4 addresses/i.test(message)) return "SUBNET_FULL";
  if (/currently in use|already has an interface attached/i.test(message)) return "DRIFT";
  return "UNSUPPORTED";
}

function inUse({ name, message }: Error): ErrorFacts {
  const isInUse = name === "InvalidNetworkInterface.InUse" || /currently in use/i.test(message);
  return isInUse ? { isInUse: "true" } : {};
}

function namedIds(message: string): ErrorFacts {
  const groupId = /\bsg-[0-9a-zA-Z-]+/.exec(message)?.[0];
  const eniId = /\beni-(?!attach-|perm-)[0-9a-z-]+/.exec(message)?.[0];
  const instanceId = /\bi-[0-9a-z-]+/.exec(message)?.[0];
  return {
    ...(groupId ? { groupId } : {}),
    ...(eniId ? { eniId } : {}),
    ...(instanceId ? { instanceId } : {}),
  };
}
