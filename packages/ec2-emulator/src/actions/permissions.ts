import type { EniPermission } from "../account/interface-rows.ts";
import type { Call, Decider } from "../domain/call.ts";
import { DONE } from "../domain/call.ts";
import { type DescribeSpec, describe } from "../domain/describe.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { newId } from "../wire/ids.ts";
import { missing, Refusal, wrongCombination, wrongValue } from "../wire/refusal.ts";
import type { TreeObject } from "../wire/xml.ts";

const PERMISSIONS = ["INSTANCE-ATTACH", "EIP-ASSOCIATE"] as const;

/** CreateNetworkInterfacePermission: granted at once; a repeat answers the existing grant. */
export const createNetworkInterfacePermission: Decider = (call) => {
  const { fields, account } = call;
  const eniId = fields.requiredText("NetworkInterfaceId");
  const permission = fields.choice("Permission", PERMISSIONS);
  if (permission === undefined) throw missing("permission");
  const accountId = fields.text("AwsAccountId");
  const service = fields.text("AwsService");
  if (accountId === undefined && service === undefined) throw missing("awsAccountId");
  if (accountId !== undefined && service !== undefined) {
    throw wrongCombination("The parameters awsAccountId and awsService cannot be used together");
  }
  if (accountId !== undefined && !/^[0-9]{12}$/.test(accountId)) {
    throw wrongValue("awsAccountId", accountId, "Expecting twelve digits.");
  }
  const eni = find(account.enis, KINDS.eni, eniId);
  const existing = findGrant(call, { eniId: eni.id, permission, accountId, service });
  const row =
    existing ??
    account.permissions.put({
      id: newId("eni-perm", call.random),
      eniId: eni.id,
      permission,
      ...(accountId !== undefined && { accountId }),
      ...(service !== undefined && { service }),
    });
  return { interfacePermission: renderPermission(row) };
};

function findGrant(
  { account }: Call,
  wanted: {
    readonly eniId: string;
    readonly permission: string;
    readonly accountId: string | undefined;
    readonly service: string | undefined;
  },
): EniPermission | undefined {
  for (const row of account.permissions.by("eniId", wanted.eniId)) {
    const isSame = row.accountId === wanted.accountId && row.service === wanted.service;
    if (isSame && row.permission === wanted.permission) return row;
    if (isSame) continue;
    throw new Refusal(
      "OperationNotPermitted",
      `The network interface '${wanted.eniId}' already has a permission for another account.`,
    );
  }
  return undefined;
}

/** DeleteNetworkInterfacePermission: refused while the interface is attached, unless forced. */
export const deleteNetworkInterfacePermission: Decider = ({ fields, account }) => {
  const id = fields.requiredText("NetworkInterfacePermissionId");
  const isForced = fields.boolean("Force") ?? false;
  const row = find(account.permissions, KINDS.permission, id);
  const eni = account.enis.get(row.eniId);
  if (eni?.attachment !== undefined && !isForced) {
    throw new Refusal(
      "OperationNotPermitted",
      `The network interface '${eni.id}' is attached; use force to revoke its permission.`,
    );
  }
  account.permissions.delete(row.id);
  return DONE;
};

const spec: DescribeSpec<EniPermission> = {
  source: (view) => view.permissions,
  kind: KINDS.permission,
  idParameter: "NetworkInterfacePermissionId",
  filters: {
    "network-interface-permission.network-interface-permission-id": (row) => [row.id],
    "network-interface-permission.network-interface-id": (row) => [row.eniId],
    "network-interface-permission.aws-account-id": (row) => [row.accountId],
    "network-interface-permission.aws-service": (row) => [row.service],
    "network-interface-permission.permission": (row) => [row.permission],
  },
  lookups: { "network-interface-permission.network-interface-id": { index: "eniId" } },
  pages: { min: 5, max: 255, byDefault: 50 },
  render: renderPermission,
};

/** DescribeNetworkInterfacePermissions. */
export const describeNetworkInterfacePermissions: Decider = (call) => {
  const { items, nextToken } = describe(call, spec);
  return { networkInterfacePermissions: items, nextToken };
};

function renderPermission(row: EniPermission): TreeObject {
  return {
    networkInterfacePermissionId: row.id,
    networkInterfaceId: row.eniId,
    awsAccountId: row.accountId,
    awsService: row.service,
    permission: row.permission,
    permissionState: { state: "granted" },
  };
}
