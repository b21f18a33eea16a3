import type { References } from "../../groups/peer-match.ts";
import { groupLabel, ruleText } from "../../groups/rule-text.ts";
import { entryText } from "../../network-acls/entry-text.ts";
import { routeText } from "../../paths/route.ts";
import { editKey, type WorldEdit } from "../edit.ts";

/** An edit for people: "add rule sgr-2 to sg-db: tcp/5432 from sg-node". */
export function editText(edit: WorldEdit, references: References): string {
  const key = editKey(edit);
  switch (edit.kind) {
    case "settings":
      return "change settings";
    case "routeTables":
      return edit.object === undefined ? "forget all route tables" : "read all route tables";
    case "networkAcls":
      return edit.object === undefined ? "forget all network ACLs" : "read all network ACLs";
    case "aclEntry":
      if (edit.action === "remove") return `remove entry ${key}`;
      return `${edit.action} entry of ${edit.object.networkAclId}: ${entryText(edit.object.entry)}`;
    case "rule": {
      if (edit.action === "remove") return `remove rule ${key}`;
      const { groupId, rule } = edit.object;
      const direction = rule.isEgress ? "egress" : "ingress";
      const where = `${direction} rule ${rule.ruleId} of ${groupLabel(groupId, references)}`;
      return `${edit.action} ${where}: ${ruleText(rule, references)}`;
    }
    case "route":
      if (edit.action === "remove") return `remove route ${key}`;
      return `${edit.action} route of ${edit.object.routeTableId}: ${routeText(edit.object.route)}`;
    default:
      return `${edit.action} ${edit.kind} ${key}`;
  }
}
