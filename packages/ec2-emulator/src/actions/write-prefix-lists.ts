import { entriesOf, type PrefixList, type PrefixListEntry } from "../account/group-rows.ts";
import { type Call, type Decider, endOf } from "../domain/call.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { checkRuleQuota } from "../domain/rule-quota.ts";
import { readCidr } from "../domain/rule-text.ts";
import { readOwnTags } from "../domain/tags.ts";
import type { Fields } from "../wire/fields.ts";
import { newId } from "../wire/ids.ts";
import { missing, Refusal, wrongValue } from "../wire/refusal.ts";
import { renderPrefixList } from "./prefix-lists.ts";

/** Most versions that are kept. Source: VPC quotas. */
const VERSIONS_MAX = 1000;

/** CreateManagedPrefixList: create-in-progress first. */
export const createManagedPrefixList: Decider = (call) => {
  const { fields, account, random } = call;
  const name = readName(fields.requiredText("PrefixListName"));
  const family = fields.choice("AddressFamily", ["IPv4", "IPv6"]);
  if (family === undefined) throw missing("addressFamily");
  const maxEntries = readMaxEntries(call);
  if (maxEntries === undefined) throw missing("maxEntries");
  const entries = readEntries(fields.list("Entry"), family);
  checkFit(entries, maxEntries);
  const { quotas, accountId } = account.settings;
  const own = [...account.prefixLists.all()].filter((list) => list.ownerId === accountId);
  if (own.length >= quotas.prefixLists) {
    throw new Refusal(
      "PrefixListLimitExceeded",
      "The maximum number of prefix lists has been reached.",
    );
  }
  const list = account.prefixLists.put({
    id: newId("pl", random),
    name,
    ownerId: accountId,
    family,
    maxEntries,
    state: "create-in-progress",
    changesAtMs: endOf("prefixListChange", call),
    version: 1,
    versions: [{ version: 1, entries }],
    tags: readOwnTags(fields, "prefix-list", quotas.tagsPerResource),
  });
  return { prefixList: renderPrefixList(list, call) };
};

function readName(name: string): string {
  if (name.length > 255 || name.toLowerCase().startsWith("com.amazonaws")) {
    throw wrongValue("prefixListName", name, "Up to 255 characters, not starting com.amazonaws.");
  }
  return name;
}

function readMaxEntries({ fields, account }: Call): number | undefined {
  const maxEntries = fields.integer("MaxEntries");
  const limit = account.settings.quotas.prefixListEntries;
  if (maxEntries === undefined || (maxEntries >= 1 && maxEntries <= limit)) return maxEntries;
  throw wrongValue("maxEntries", String(maxEntries), `Expecting 1 to ${limit}.`);
}

function readEntries(list: readonly Fields[], family: "IPv4" | "IPv6"): PrefixListEntry[] {
  const entries = list.map((entry): PrefixListEntry => {
    const cidr = readCidr(entry.requiredText("Cidr"), family === "IPv4" ? 4 : 6);
    const description = entry.text("Description");
    return { cidr, ...(description !== undefined && { description }) };
  });
  if (new Set(entries.map((entry) => entry.cidr)).size < entries.length) {
    throw new Refusal("InvalidParameterValue", "The same entry must not appear multiple times");
  }
  return entries;
}

function checkFit(entries: readonly PrefixListEntry[], maxEntries: number): void {
  if (entries.length <= maxEntries) return;
  throw new Refusal(
    "PrefixListMaxEntriesExceeded",
    `You've reached the maximum number of entries for the prefix list: ${maxEntries}`,
  );
}

/** ModifyManagedPrefixList: entries need the current version; every change makes a new one. */
export const modifyManagedPrefixList: Decider = (call) => {
  const { fields, account } = call;
  const list = readList(call);
  const changesEntries = fields.has("AddEntry") || fields.has("RemoveEntry");
  const maxEntries = readMaxEntries(call);
  if (changesEntries && maxEntries !== undefined) {
    throw new Refusal(
      "InvalidParameterCombination",
      "You cannot modify the entries and the size of a prefix list at the same time",
    );
  }
  if (changesEntries) checkVersion(call, list);
  const name = fields.text("PrefixListName");
  const entries = changesEntries ? changedEntries(call, list) : entriesOf(list);
  checkFit(entries, maxEntries ?? list.maxEntries);
  const version = changesEntries ? list.version + 1 : list.version;
  const kept = list.versions.filter((known) => known.version !== version);
  const modified = account.prefixLists.put({
    ...list,
    ...(name !== undefined && { name: readName(name) }),
    maxEntries: maxEntries ?? list.maxEntries,
    state: "modify-in-progress",
    changesAtMs: endOf("prefixListChange", call),
    version,
    versions: [...kept, { version, entries }].slice(-VERSIONS_MAX),
  });
  if (maxEntries !== undefined) checkReferrers(call, list);
  return { prefixList: renderPrefixList(modified, call) };
};

function readList({ fields, account }: Call): PrefixList {
  const id = fields.requiredText("PrefixListId");
  const list = find(account.prefixLists, KINDS.prefixList, id);
  if (list.ownerId !== account.settings.accountId) {
    throw new Refusal("OperationNotPermitted", `The prefix list '${id}' is managed by AWS.`);
  }
  if (list.state.endsWith("-complete")) return list;
  throw new Refusal(
    "IncorrectState",
    `The prefix list '${id}' is in the state ${list.state} and cannot be changed.`,
  );
}

function checkVersion({ fields }: Call, list: PrefixList): void {
  const version = fields.integer("CurrentVersion");
  if (version === undefined) throw missing("currentVersion");
  if (version === list.version) return;
  throw new Refusal(
    "PrefixListVersionMismatch",
    `The prefix list has the incorrect version number: ${version}, expected ${list.version}`,
  );
}

function changedEntries({ fields }: Call, list: PrefixList): PrefixListEntry[] {
  const added = readEntries(fields.list("AddEntry"), list.family);
  const removed = readEntries(fields.list("RemoveEntry"), list.family);
  const entries = new Map(entriesOf(list).map((entry) => [entry.cidr, entry]));
  for (const { cidr } of removed) {
    if (entries.delete(cidr)) continue;
    throw new Refusal("InvalidParameterValue", `The entry ${cidr} is not in the prefix list`);
  }
  for (const entry of added) entries.set(entry.cidr, entry);
  return [...entries.values()];
}

/** RestoreManagedPrefixListVersion: the entries of an earlier version, as a new version. */
export const restoreManagedPrefixListVersion: Decider = (call) => {
  const { fields, account } = call;
  const list = readList(call);
  const previous = fields.requiredInteger("PreviousVersion");
  checkVersion(call, list);
  if (list.versions.every((known) => known.version !== previous)) {
    throw wrongValue("previousVersion", String(previous), "The prefix list has no such version.");
  }
  const entries = entriesOf(list, previous);
  checkFit(entries, list.maxEntries);
  const version = list.version + 1;
  const restored = account.prefixLists.put({
    ...list,
    state: "restore-in-progress",
    changesAtMs: endOf("prefixListChange", call),
    version,
    versions: [...list.versions, { version, entries }].slice(-VERSIONS_MAX),
  });
  return { prefixList: renderPrefixList(restored, call) };
};

/** A larger list weighs more in every group that names it, which must still fit. */
function checkReferrers({ account }: Call, list: PrefixList): void {
  const groups = new Set([...account.rules.by("prefixListId", list.id)].map((r) => r.groupId));
  for (const groupId of groups) checkRuleQuota(account, groupId);
}

/** DeleteManagedPrefixList: refused while a rule or route names it. */
export const deleteManagedPrefixList: Decider = (call) => {
  const { account } = call;
  const list = readList(call);
  const isRouted = [...account.routeTables.all()].some((table) =>
    table.routes.some((route) => route.destination === list.id),
  );
  if (isRouted || account.rules.estimate("prefixListId", list.id) > 0) {
    throw new Refusal("DependencyViolation", `The prefix list '${list.id}' is in use.`);
  }
  const deleting = account.prefixLists.put({
    ...list,
    state: "delete-in-progress",
    changesAtMs: endOf("prefixListChange", call),
  });
  return { prefixList: renderPrefixList(deleting, call) };
};
