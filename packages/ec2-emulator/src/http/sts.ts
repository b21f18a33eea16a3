import type { Front } from "../front/front.ts";
import { Fields } from "../wire/fields.ts";
import type { FormNode } from "../wire/form.ts";
import { hexDigits, newUuid } from "../wire/ids.ts";
import { escapeText } from "../wire/xml.ts";

/** Version of the STS API, by which its calls are told from EC2's. */
export const STS_VERSION = "2011-06-15";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/** An answer of STS: status and XML. */
export interface StsAnswer {
  readonly action: string;
  readonly code: string | undefined;
  readonly requestId: string;
  readonly status: number;
  readonly document: string;
}

/** GetCallerIdentity and AssumeRole: any role of any account is given. */
export function answerSts(front: Front, form: FormNode, accessKeyId: string): StsAnswer {
  const requestId = newUuid(front.random);
  const fields = new Fields(form);
  const action = fields.text("Action") ?? "";
  const result =
    action === "GetCallerIdentity"
      ? callerIdentity(front, accessKeyId)
      : action === "AssumeRole"
        ? assumeRole(front, fields)
        : undefined;
  if (result === undefined) {
    const message = `<Code>InvalidAction</Code><Message>${escapeText(action.slice(0, 100))} is not served.</Message>`;
    const document = `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type>${message}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { action, code: "InvalidAction", requestId, status: 400, document };
  }
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const document = `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`;
  return { action, code: undefined, requestId, status: 200, document };
}

function callerIdentity(front: Front, accessKeyId: string): string {
  const { accountId } = front.account.settings;
  const arn = `arn:aws:iam::${accountId}:user/${escapeText(accessKeyId)}`;
  return `<Arn>${arn}</Arn><UserId>AIDA${accountId}</UserId><Account>${accountId}</Account>`;
}

/** How long the credentials of a role last when nothing is said, seconds. Source: STS API. */
const ROLE_LIFE_SEC = 3600;

function assumeRole(front: Front, fields: Fields): string {
  const role = fields.requiredText("RoleArn");
  const session = fields.requiredText("RoleSessionName");
  const life = fields.integer("DurationSeconds") ?? ROLE_LIFE_SEC;
  const expiration = new Date(front.nowMs() + life * 1000).toISOString();
  const [, , , , accountId = "", name = ""] = role.split(":");
  const assumed = `arn:aws:sts::${accountId}:assumed-role/${name.replace("role/", "")}/${session}`;
  const key = hexDigits(16, front.random).toUpperCase();
  const secretAccessKey = hexDigits(40, front.random);
  front.issue({ accessKeyId: `ASIA${key}`, secretAccessKey });
  return [
    "<Credentials>",
    `<AccessKeyId>ASIA${key}</AccessKeyId>`,
    `<SecretAccessKey>${secretAccessKey}</SecretAccessKey>`,
    `<SessionToken>${hexDigits(64, front.random)}</SessionToken>`,
    `<Expiration>${expiration}</Expiration>`,
    "</Credentials>",
    `<AssumedRoleUser><Arn>${escapeText(assumed)}</Arn>`,
    `<AssumedRoleId>AROA${key}:${escapeText(session)}</AssumedRoleId></AssumedRoleUser>`,
  ].join("");
}
