import type { Tags } from "../account/interface-rows.ts";
import type { Call } from "../domain/call.ts";

/** A tag that a resource carries, with any value when none is given. */
export interface TagCondition {
  readonly key: string;
  readonly value?: string | undefined;
}

/** Parameters that name what a call is about; the first that was sent counts. */
const SUBJECTS = [
  "ResourceId",
  "NetworkInterfaceId",
  "BranchInterfaceId",
  "AttachmentId",
  "AssociationId",
  "NetworkInterfacePermissionId",
  "GroupId",
  "PrefixListId",
  "InstanceId",
  "RouteTableId",
  "AllocationId",
  "SubnetId",
  "VpcId",
] as const;

/**
 * Tags of each resource that a call is about: of those that it names, or those that it gives to
 * what it makes. Like the conditions aws:ResourceTag and aws:RequestTag of IAM.
 */
export function tagsConcerned(call: Call): Tags[] {
  const { fields } = call;
  if (fields.has("TagSpecification") || MAKES.test(call.action)) return [requestTags(call)];
  const name = SUBJECTS.find((one) => fields.has(one));
  if (name === undefined) return [];
  const single = fields.text(name);
  const ids = single === undefined ? fields.texts(name) : [single];
  return ids.map((id) => tagsOf(call, id));
}

/** Actions that make something taggable out of nothing but where it goes. */
const MAKES = /^(?:Create(?!NetworkInterfacePermission|Tags|Route$|NetworkAclEntry)|Run|Allocate)/;

function requestTags({ fields }: Call): Tags {
  const tags: Record<string, string> = {};
  for (const specification of fields.list("TagSpecification")) {
    for (const tag of specification.list("Tag")) {
      tags[tag.text("Key") ?? ""] = tag.text("Value") ?? "";
    }
  }
  return tags;
}

function tagsOf({ account }: Call, id: string): Tags {
  const eniId = account.permissions.get(id)?.eniId;
  const eni =
    account.enis.first("attachment.attachment-id", id) ??
    account.enis.first("associationId", id) ??
    account.enis.get(eniId ?? id);
  if (eni !== undefined) return eni.tags;
  for (const table of account.tables.values()) {
    const row = table.get(id);
    if (row !== undefined && "tags" in row) return row.tags as Tags;
  }
  return {};
}

/** True when the tags meet the condition. */
export function meets(tags: Tags, { key, value }: TagCondition): boolean {
  if (!Object.hasOwn(tags, key)) return false;
  return value === undefined || tags[key] === value;
}
