import type { Account } from "../account/account.ts";
import type { Tags } from "../account/interface-rows.ts";
import type { Row } from "../account/table.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { find, KINDS, type Kind } from "../domain/kinds.ts";
import { checkTagCount, readTags } from "../domain/tags.ts";
import { checkFilterNames, type FilterSpec, passes, readFilters } from "../wire/filters.ts";
import { encodeToken, readPage } from "../wire/paging.ts";
import { missing, Refusal } from "../wire/refusal.ts";

/** Kinds by prefix. Groups are once in the list: tags name them as group actions do. */
const TAGGABLE: ReadonlyMap<string, Kind> = new Map(
  Object.values(KINDS)
    .filter((kind) => kind !== KINDS.eniGroup && kind !== KINDS.permission)
    .map((kind) => [kind.prefix, kind]),
);

interface TaggedRow extends Row {
  readonly tags: Tags;
}

/** Most resources in one call. Source: EC2 API reference, CreateTags. */
const RESOURCES_MAX = 1000;

function readResources({ fields, account }: Call): { readonly kind: Kind; row: TaggedRow }[] {
  const ids = [...new Set(fields.texts("ResourceId"))];
  if (ids.length === 0) throw missing("resourceIdSet");
  if (ids.length > RESOURCES_MAX) {
    throw new Refusal("InvalidParameterValue", `At most ${RESOURCES_MAX} resources are allowed.`);
  }
  return ids.map((id) => {
    const kind = TAGGABLE.get(id.slice(0, id.lastIndexOf("-"))) ?? kindByLookup(account, id);
    if (kind === undefined) {
      throw new Refusal("InvalidID", `The ID '${id.slice(0, 100)}' is not valid`);
    }
    return { kind, row: find(tableOf(account, kind), kind, id) };
  });
}

// Ids of a loaded file may be words with dashes in them, "subnet-priv-a".
function kindByLookup(account: Account, id: string): Kind | undefined {
  const kinds = [...TAGGABLE.values()];
  return (
    kinds.find((kind) => tableOf(account, kind).get(id) !== undefined) ??
    TAGGABLE.get(id.slice(0, Math.max(0, id.indexOf("-"))))
  );
}

// The kind names the table whose rows it is about; all of them carry tags.
function tableOf(account: Account, kind: Kind) {
  return account.tables.get(kind.table) as unknown as {
    get(id: string): TaggedRow | undefined;
    put(row: TaggedRow): TaggedRow;
    all(): Iterable<TaggedRow>;
    sequenceOf(id: string): number;
  };
}

/** CreateTags: adds and replaces by key, on all resources or none. */
export const createTags: Decider = (call) => {
  const { fields, account } = call;
  const resources = readResources(call);
  const tags = readTags(fields, "Tag");
  if (Object.keys(tags).length === 0) throw missing("tagSet");
  for (const { kind, row } of resources) {
    const merged = { ...row.tags, ...tags };
    checkTagCount(merged, account.settings.quotas.tagsPerResource);
    tableOf(account, kind).put({ ...row, tags: merged });
  }
  return DONE;
};

/** DeleteTags: by key, or by key and value when one is given; without tags, all of them. */
export const deleteTags: Decider = (call) => {
  const { fields, account } = call;
  const resources = readResources(call);
  const wanted = fields.list("Tag").map((tag) => ({
    key: tag.requiredText("Key"),
    value: tag.text("Value"),
  }));
  const isGone = (key: string, value: string) =>
    wanted.length === 0 ||
    wanted.some((one) => one.key === key && (one.value === undefined || one.value === value));
  for (const { kind, row } of resources) {
    const kept = Object.entries(row.tags).filter(([key, value]) => !isGone(key, value));
    tableOf(account, kind).put({ ...row, tags: Object.fromEntries(kept) });
  }
  return DONE;
};

interface TagRow extends Row {
  readonly resourceType: string;
  readonly key: string;
  readonly value: string;
}

const tagFilters: FilterSpec<TagRow, Call> = {
  key: (row) => [row.key],
  "resource-id": (row) => [row.id],
  "resource-type": (row) => [row.resourceType],
  value: (row) => [row.value],
};

/** DescribeTags: every tag of every resource that has one. */
export const describeTags: Decider = (call) => {
  const { fields, account } = call;
  const filters = readFilters(fields);
  const byTag = filters.filter((filter) => filter.name.startsWith("tag:"));
  checkFilterNames(
    filters.filter((filter) => !byTag.includes(filter)),
    tagFilters,
  );
  const page = readPage(fields, { min: 5, max: 1000 }, { query: call.query });
  const named = filters.find((filter) => filter.name === "resource-id" && filter.isExact);
  const tagSet: TagRow[] = [];
  let place = 0;
  for (const row of allTags(account, named?.literals)) {
    const isWanted =
      byTag.every(({ name, matches }) => name === `tag:${row.key}` && matches(row.value)) &&
      passes(
        row,
        filters.filter((filter) => !byTag.includes(filter)),
        tagFilters,
        call,
      );
    if (!isWanted) continue;
    if (++place <= page.after) continue;
    if (tagSet.length === page.size) {
      return { tagSet: tagSet.map(renderTag), nextToken: encodeToken(page, place - 1) };
    }
    tagSet.push(row);
  }
  return { tagSet: tagSet.map(renderTag), nextToken: undefined };
};

function renderTag({ id, key, resourceType, value }: TagRow) {
  return { key, resourceId: id, resourceType, value };
}

function* allTags(account: Account, ids: readonly string[] | undefined): Iterable<TagRow> {
  for (const kind of TAGGABLE.values()) {
    const table = tableOf(account, kind);
    const rows = ids === undefined ? table.all() : ids.flatMap((id) => table.get(id) ?? []);
    for (const { id, tags } of rows) {
      for (const [key, value] of Object.entries(tags)) {
        yield { id, key, value, resourceType: kind.tagType };
      }
    }
  }
}
