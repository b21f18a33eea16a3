import type { Account } from "./account.ts";
import type { PrefixList } from "./group-rows.ts";
import type { Eni, Instance } from "./interface-rows.ts";
import type { NatGateway } from "./network-rows.ts";
import type { Row } from "./table.ts";

/** Most transitions that one step settles; the rest waits for the next step. */
const STEP_MAX = 100_000;

/** Lets everything happen that was due by now: attaching → attached and the like. */
export function settle(account: Account, nowMs: number): void {
  for (let step = 0; step < STEP_MAX; step++) {
    const due = account.takeDue(nowMs);
    if (due === undefined) return;
    settleRow(account, due.timer.table, due.row);
  }
}

// The table's name says which kind of row it is; the casts follow from that.
const SETTLERS: Readonly<Record<string, (account: Account, row: Row) => void>> = {
  enis: (account, row) => settleEni(account, row as Eni),
  instances: (account, row) => settleInstance(account, row as Instance),
  prefixLists: (account, row) => settlePrefixList(account, row as PrefixList),
  natGateways: (account, row) => settleNatGateway(account, row as NatGateway),
  tokens: (account, row) => account.tokens.delete(row.id),
};

function settleRow(account: Account, table: string, row: Row): void {
  const settler = SETTLERS[table];
  if (settler === undefined) throw new Error(`invariant broken: ${table} change by themselves`);
  settler(account, row);
}

function settleEni(account: Account, eni: Eni): void {
  const { attachment, ...rest } = eni;
  if (attachment === undefined) return;
  const still = { ...eni, changesAtMs: undefined };
  const { detachedVisibleMs } = account.settings;
  switch (attachment.status) {
    case "attaching":
      account.enis.put({ ...still, attachment: { ...attachment, status: "attached" } });
      return;
    case "detaching":
      if (detachedVisibleMs > 0) {
        account.enis.put({
          ...eni,
          attachment: { ...attachment, status: "detached" },
          changesAtMs: (eni.changesAtMs ?? 0) + detachedVisibleMs,
        });
        return;
      }
      dropAttachment(account, rest);
      return;
    case "detached":
      dropAttachment(account, rest);
      return;
    case "attached":
      return;
  }
}

/** Takes an interface off its instance: a trunk loses its branches with it. */
function dropAttachment(account: Account, eni: Eni): void {
  account.enis.put({ ...eni, changesAtMs: undefined });
  if (eni.interfaceType === "trunk") dropBranches(account, eni.id);
}

/** Ends every association of a trunk; the branches become available. */
function dropBranches(account: Account, trunkId: string): void {
  for (const branch of [...account.enis.by("trunkId", trunkId)]) {
    const { association, ...rest } = branch;
    account.enis.put(rest);
  }
}

function settleInstance(account: Account, instance: Instance): void {
  const still = { ...instance, changesAtMs: undefined };
  switch (instance.state) {
    case "pending":
      account.instances.put({ ...still, state: "running" });
      return;
    case "stopping":
      account.instances.put({ ...still, state: "stopped" });
      return;
    case "shutting-down":
      terminate(account, instance);
      return;
    case "terminated":
      // EC2 forgets a terminated instance after about an hour.
      account.instances.delete(instance.id);
      return;
    case "running":
    case "stopped":
      return;
  }
}

/** How long a terminated instance stays visible, milliseconds. Source: EC2 user guide. */
const TERMINATED_VISIBLE_MS = 3_600_000;

/** Ends an instance: interfaces go or become available, as deleteOnTermination says. */
function terminate(account: Account, instance: Instance): void {
  for (const eni of [...account.enis.by("attachment.instance-id", instance.id)]) {
    const { attachment, ...rest } = eni;
    if (attachment?.deleteOnTermination) removeEni(account, eni);
    else dropAttachment(account, rest);
  }
  account.instances.put({
    ...instance,
    state: "terminated",
    changesAtMs: (instance.changesAtMs ?? 0) + TERMINATED_VISIBLE_MS,
  });
}

/** Removes an interface with everything that hangs on it. */
export function removeEni(account: Account, eni: Eni): void {
  if (eni.interfaceType === "trunk") dropBranches(account, eni.id);
  for (const permission of [...account.permissions.by("eniId", eni.id)]) {
    account.permissions.delete(permission.id);
  }
  for (const ip of [...account.elasticIps.by("eniId", eni.id)]) {
    const { association, ...rest } = ip;
    if (ip.isEphemeral) account.elasticIps.delete(ip.id);
    else account.elasticIps.put(rest);
  }
  account.enis.delete(eni.id);
}

function settlePrefixList(account: Account, list: PrefixList): void {
  if (list.state === "delete-in-progress") {
    account.prefixLists.delete(list.id);
    return;
  }
  const state = list.state.replace("-in-progress", "-complete");
  account.prefixLists.put({ ...list, state, changesAtMs: undefined });
}

/** How long a deleted NAT gateway stays visible, milliseconds. Source: VPC user guide. */
const DELETED_VISIBLE_MS = 3_600_000;

function settleNatGateway(account: Account, gateway: NatGateway): void {
  const dueMs = gateway.changesAtMs ?? 0;
  const still = { ...gateway, changesAtMs: undefined };
  switch (gateway.state) {
    case "pending":
      account.natGateways.put({ ...still, state: "available" });
      return;
    case "deleting": {
      const eni = gateway.eniId === undefined ? undefined : account.enis.get(gateway.eniId);
      if (eni !== undefined) removeEni(account, eni);
      const changesAtMs = dueMs + DELETED_VISIBLE_MS;
      account.natGateways.put({ ...gateway, state: "deleted", deletedAtMs: dueMs, changesAtMs });
      return;
    }
    case "deleted":
      account.natGateways.delete(gateway.id);
      return;
    case "available":
      return;
  }
}
