import type { Random } from "@trunkline/core";
import type { Account } from "../account/account.ts";
import type { IndexedTables } from "../account/indexes.ts";
import { settle } from "../account/settle.ts";
import type { Change } from "../account/table.ts";
import type { Call } from "../domain/call.ts";
import { Fields } from "../wire/fields.ts";
import { type FormNode, flatten } from "../wire/form.ts";
import { newUuid } from "../wire/ids.ts";
import { digest, queryText } from "../wire/paging.ts";
import { parametersOf } from "../wire/parameters.ts";
import { Refusal, wrongValue } from "../wire/refusal.ts";
import { refuseUnsupported } from "../wire/refused-parameters.ts";
import { answerDocument, refusalDocument, type TreeObject } from "../wire/xml.ts";
import { SERVED_ACTIONS, type ServedAction } from "./served-actions.ts";

/** The one version of the API that is spoken. */
const VERSION = "2016-11-15";
/** How long a client token is remembered, milliseconds: 24 hours, not documented by EC2. */
const TOKEN_LIFE_MS = 86_400_000;
const TOKEN_LENGTH_MAX = 64;
/** Most tokens that are remembered, and characters of their answers; then the oldest are forgotten. */
const TOKENS_MAX = 50_000;
const TOKENS_LENGTH_MAX = 64 * 1024 * 1024;

/** Parameters of the protocol, on every action. */
const PROTOCOL_PARAMETERS: ReadonlySet<string> = new Set([
  "Action",
  "Version",
  "AWSAccessKeyId",
  "Timestamp",
  "Signature",
  "SignatureMethod",
  "SignatureVersion",
  "DryRun",
]);

/** Time and chance of one call, and what its reader sees. */
export interface Moment {
  readonly nowMs: number;
  readonly random: Random;
  /** What a read sees; a call that changes the account always sees the truth. */
  readonly view: () => IndexedTables;
  /** Throws a Refusal when the front door does not let the call in. */
  readonly admit?: (action: ServedAction, call: Call) => void;
}

/** An answer before it is sent. */
export interface Answer {
  readonly action: string;
  readonly requestId: string;
  readonly status: number;
  /** The body, in bytes when it is long. */
  readonly document: string | Buffer;
  /** EC2 error code of a refusal. */
  readonly code: string | undefined;
  /** What the call changed, settled transitions included. */
  readonly changes: readonly Change[];
  /** A bug of ours, answered as InternalError. */
  readonly bug?: unknown;
}

/** The answer to one request: the account moves on, or stays as it was when it is refused. */
export function answer(account: Account, form: FormNode, moment: Moment): Answer {
  const requestId = newUuid(moment.random);
  const fields = new Fields(form);
  const name = fields.text("Action") ?? "";
  settle(account, moment.nowMs);
  const settled = account.commit();
  try {
    const action = readAction(fields, name);
    const tree = decide(account, action, { form, fields, moment });
    const document = answerDocument(action.name, requestId, tree);
    const changes = [...settled, ...account.commit()];
    return { action: name, requestId, status: 200, document, code: undefined, changes };
  } catch (error) {
    account.undo();
    const known = error instanceof Refusal;
    const refusal = known ? error : new Refusal("InternalError", "An internal error has occurred.");
    return {
      action: name,
      requestId,
      status: refusal.status,
      document: refusalDocument(refusal.code, refusal.message, requestId),
      code: refusal.code,
      changes: settled,
      ...(known ? {} : { bug: error }),
    };
  }
}

function readAction(fields: Fields, name: string): ServedAction {
  if (name === "") {
    throw new Refusal("MissingAction", "The request is missing an action or a required parameter.");
  }
  const action = SERVED_ACTIONS.get(name);
  if (action === undefined) {
    throw new Refusal(
      "InvalidAction",
      `The action ${name.slice(0, 100)} is not valid for this web service.`,
    );
  }
  const version = fields.text("Version");
  if (version !== undefined && version !== VERSION) {
    throw new Refusal(
      "NoSuchVersion",
      `The requested version (${version.slice(0, 100)}) of service AmazonEC2 does not exist`,
    );
  }
  const known = parametersOf(name);
  for (const parameter of fields.names()) {
    if (known?.has(parameter) || isProtocolParameter(parameter)) continue;
    throw new Refusal(
      "UnknownParameter",
      `The parameter ${parameter.slice(0, 100)} is not recognized`,
    );
  }
  refuseUnsupported(name, fields);
  return action;
}

function isProtocolParameter(name: string): boolean {
  return PROTOCOL_PARAMETERS.has(name) || name.startsWith("X-Amz-");
}

interface Question {
  readonly form: FormNode;
  readonly fields: Fields;
  readonly moment: Moment;
}

function decide(account: Account, action: ServedAction, question: Question): TreeObject {
  const { form, fields, moment } = question;
  const call: Call = {
    action: action.name,
    fields,
    account,
    view: action.mutates ? account : moment.view(),
    nowMs: moment.nowMs,
    random: moment.random,
    query: () => queryText(action.name, flatten(form)),
  };
  moment.admit?.(action, call);
  const tree = action.tokens === "none" ? action.decide(call) : decideOnce(call, action);
  if (fields.boolean("DryRun")) {
    throw new Refusal("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
  }
  return tree;
}

/** Decides a call that carries a client token: at most once, then the first answer again. */
function decideOnce(call: Call, action: ServedAction): TreeObject {
  const token = call.fields.text("ClientToken");
  if (token === undefined || token === "") return action.decide(call);
  if (token.length > TOKEN_LENGTH_MAX || !/^[\x20-\x7e]*$/.test(token)) {
    throw wrongValue("clientToken", token, `At most ${TOKEN_LENGTH_MAX} ASCII characters.`);
  }
  const { tokens } = call.account;
  const id = `${action.name} ${token}`;
  const fingerprint = digest(call.query());
  const first = tokens.get(id);
  if (first !== undefined) {
    if (first.fingerprint === fingerprint) return JSON.parse(first.answer) as TreeObject;
    throw new Refusal(
      "IdempotentParameterMismatch",
      "The client token you have provided is associated with a resource that is already " +
        "deleted or was made with other parameters: use a different client token",
    );
  }
  const echo = action.tokens === "echo" ? { clientToken: token } : {};
  const tree = { ...action.decide(call), ...echo };
  const changesAtMs = call.nowMs + TOKEN_LIFE_MS;
  forgetTokens(call.account);
  tokens.put({ id, fingerprint, answer: JSON.stringify(tree), changesAtMs });
  return tree;
}

function forgetTokens(account: Account): void {
  const { tokens } = account;
  while (tokens.size >= TOKENS_MAX || account.tokensLength > TOKENS_LENGTH_MAX) {
    const [oldest] = tokens.all();
    if (oldest === undefined) return;
    tokens.delete(oldest.id);
  }
}
