import { entriesOf, type PrefixList } from "../account/group-rows.ts";
import type { Call, Decider } from "../domain/call.ts";
import { type DescribeSpec, describe } from "../domain/describe.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { tagSet } from "../render/shared.ts";
import { encodeToken, readPage } from "../wire/paging.ts";
import { Refusal } from "../wire/refusal.ts";
import type { TreeObject } from "../wire/xml.ts";

const PAGES = { min: 1, max: 100, byDefault: 100 };

const spec: DescribeSpec<PrefixList> = {
  source: (view) => view.prefixLists,
  kind: KINDS.prefixList,
  idParameter: "PrefixListId",
  filters: {
    "owner-id": (list) => [list.ownerId],
    "prefix-list-id": (list) => [list.id],
    "prefix-list-name": (list) => [list.name],
    "tag-key": (list) => Object.keys(list.tags),
  },
  pages: PAGES,
  mayPageIds: true,
  render: renderPrefixList,
};

/** DescribeManagedPrefixLists. */
export const describeManagedPrefixLists: Decider = (call) => {
  const { items, nextToken } = describe(call, spec);
  return { prefixListSet: items, nextToken };
};

/** A prefix list as EC2 shows it. */
export function renderPrefixList(list: PrefixList, { account }: Call): TreeObject {
  const { region } = account.settings;
  const isAws = list.ownerId === "AWS";
  return {
    prefixListId: list.id,
    addressFamily: list.family,
    state: list.state,
    prefixListArn: `arn:aws:ec2:${region}:${isAws ? "aws" : list.ownerId}:prefix-list/${list.id}`,
    prefixListName: list.name,
    maxEntries: isAws ? undefined : list.maxEntries,
    version: isAws ? undefined : list.version,
    tagSet: tagSet(list.tags),
    ownerId: list.ownerId,
  };
}

/** GetManagedPrefixListAssociations: the groups and route tables that name the list. */
export const getManagedPrefixListAssociations: Decider = (call) => {
  const { fields, view } = call;
  const list = find(view.prefixLists, KINDS.prefixList, fields.requiredText("PrefixListId"));
  const page = readPage(fields, { min: 5, max: 255 }, { query: call.query });
  const users = new Set<string>();
  for (const rule of view.rules.by("prefixListId", list.id)) users.add(rule.groupId);
  for (const table of view.routeTables.all()) {
    if (table.routes.some((route) => route.destination === list.id)) users.add(table.id);
  }
  const shown = [...users].slice(page.after, page.after + page.size);
  const end = page.after + shown.length;
  const resourceOwner = call.account.settings.accountId;
  return {
    prefixListAssociationSet: shown.map((resourceId) => ({ resourceId, resourceOwner })),
    nextToken: end < users.size ? encodeToken(page, end) : undefined,
  };
};

/** GetManagedPrefixListEntries, of the latest version or of the one asked for. */
export const getManagedPrefixListEntries: Decider = (call) => {
  const { fields, view } = call;
  const list = find(view.prefixLists, KINDS.prefixList, fields.requiredText("PrefixListId"));
  const version = fields.integer("TargetVersion");
  if (version !== undefined && list.versions.every((known) => known.version !== version)) {
    throw new Refusal(
      "InvalidParameterValue",
      `The prefix list '${list.id}' has no version ${version}`,
    );
  }
  const page = readPage(fields, PAGES, { query: call.query });
  const entries = entriesOf(list, version);
  const shown = entries.slice(page.after, page.after + page.size);
  const end = page.after + shown.length;
  return {
    entrySet: shown.map(({ cidr, description }) => ({ cidr, description })),
    nextToken: end < entries.length ? encodeToken(page, end) : undefined,
  };
};
