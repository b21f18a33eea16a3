import { describe, expect, it } from "vitest";
import { edited, settings } from "../world/edits.test-support.ts";
import { fixtureF, group, groupId } from "../world/fixture-f.test-support.ts";
import { indexWorld } from "../world/world-index.ts";
import { editedGroup } from "./edited-group.ts";

const key = "kubernetes.io/cluster/shop";

/** What is said of an interface with these groups, by name with their tags. */
function asked(groups: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>) {
  const world = edited(fixtureF(), settings({ clusterName: "shop" }), (before) => ({
    ...before,
    groups: Object.entries(groups).map(([name, tags]) => {
      return tags === undefined ? group(name) : { ...group(name), tags };
    }),
  }));
  return editedGroup(Object.keys(groups).map(groupId), indexWorld(world));
}

describe("the group that the load balancer controller edits", () => {
  it("is the only one, tagged or not (R50, R51)", () => {
    expect(asked({ "sg-app": {} })).toEqual({ groupId: "sg-0app", problems: [] });
    expect(asked({ "sg-app": undefined })).toEqual({ groupId: "sg-0app", problems: [] });
  });

  it("is the one of several that carries the cluster's tag (R49, R50)", () => {
    for (const value of ["shared", "owned"]) {
      const found = asked({ "sg-app": {}, "sg-mon": { [key]: value } });
      expect(found).toEqual({ groupId: "sg-0mon", problems: [] });
    }
  });

  it("is none of several without the tag (R49)", () => {
    expect(asked({ "sg-app": {}, "sg-mon": {} })).toEqual({
      groupId: undefined,
      problems: [{ level: "error", text: `none of sg-app, sg-mon carries the tag ${key}` }],
    });
  });

  it("is none of two with the tag, and both are named (R49)", () => {
    const found = asked({ "sg-app": { [key]: "owned" }, "sg-mon": { [key]: "shared" } });
    expect(found.groupId).toBeUndefined();
    expect(found.problems).toEqual([
      { level: "error", text: `sg-app, sg-mon carry the tag ${key}, exactly one must` },
    ]);
  });

  it("is the tagged one whatever the value, with a warning (R49)", () => {
    const found = asked({ "sg-app": { [key]: "true" }, "sg-mon": {} });
    expect(found.groupId).toBe("sg-0app");
    expect(found.problems).toEqual([
      { level: "warning", text: `tag ${key} of sg-app is "true", not "shared" or "owned"` },
    ]);
  });

  it("is none with the tag of another cluster (R49)", () => {
    const found = asked({ "sg-app": { "kubernetes.io/cluster/other": "owned" }, "sg-mon": {} });
    expect(found.groupId).toBeUndefined();
    expect(found.problems).toEqual([
      {
        level: "error",
        text:
          `none of sg-app, sg-mon carries the tag ${key}` +
          "; sg-app has kubernetes.io/cluster/other, another cluster's",
      },
    ]);
  });

  it("is not known while tags or the cluster's name were not read", () => {
    expect(asked({ "sg-app": undefined, "sg-mon": {} }).problems).toMatchObject([
      { level: "unknown", text: "tags of sg-0app were not read" },
    ]);
    const nameless = editedGroup(["sg-0app", "sg-0mon"], indexWorld(fixtureF()));
    expect(nameless.problems).toMatchObject([{ level: "unknown" }]);
  });

  it("is none where there is no group", () => {
    expect(asked({}).problems).toMatchObject([{ level: "error" }]);
  });
});
