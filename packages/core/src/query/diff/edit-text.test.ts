import { expect, it } from "vitest";
import { acl, aclEntry, edited } from "../../world/edits.test-support.ts";
import { fixtureF } from "../../world/fixture-f.test-support.ts";
import { indexWorld } from "../../world/world-index.ts";
import { compareWorlds } from "../compare-worlds.ts";
import type { WorldEdit } from "../edit.ts";
import { overlay } from "../overlay.ts";
import { editText } from "./edit-text.ts";

const index = indexWorld(fixtureF());
const object = { networkAclId: "acl-1", entry: aclEntry("in 90 deny tcp/22 from ::/0") };

it.each<[text: string, edit: WorldEdit]>([
  ["add entry of acl-1: 90 deny tcp/22 from ::/0", { action: "add", kind: "aclEntry", object }],
  ["remove entry acl-1/egress/7", { action: "remove", kind: "aclEntry", key: "acl-1/egress/7" }],
  ["remove networkAcl acl-1", { action: "remove", kind: "networkAcl", key: "acl-1" }],
  ["read all network ACLs", { action: "change", kind: "networkAcls", object: [] }],
  ["forget all network ACLs", { action: "change", kind: "networkAcls", object: undefined }],
])("an edit of network ACLs reads %s", (text, edit) => {
  expect(editText(edit, index)).toBe(text);
});

it("worlds that differ in their network ACLs lead to each other", () => {
  const without = fixtureF();
  const one = edited(without, acl("one", ["priv-a"], "in 100 allow all from ::/0"));
  const other = edited(without, acl("one", ["iso-a"]), acl("two", ["priv-a"]));
  for (const [from, to] of [
    [without, one],
    [one, without],
    [one, other],
    [other, one],
  ] as const) {
    const made = overlay(from, compareWorlds(from, to));
    expect(made.networkAcls).toEqual(to.networkAcls);
    expect("networkAcls" in made).toBe("networkAcls" in to);
  }
  expect(compareWorlds(one, other).map(({ kind }) => kind)).toEqual(["networkAcl", "networkAcl"]);
});
