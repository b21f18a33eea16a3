// What any kernel can: ordinary pods, in private namespaces of this machine.
import { beforeAll, describe, expect, it } from "vitest";
import { runOnHost, UML_RUN_MS_MAX } from "./uml/boot.ts";
import type { OrdinarySeen } from "./uml/seen.ts";

const isRoot = process.getuid?.() === 0;
const suite = isRoot ? "the host's kernel" : "the host's kernel (not tested: needs root)";

describe.skipIf(!isRoot)(suite, () => {
  let seen: OrdinarySeen;

  beforeAll(async () => {
    seen = (await runOnHost()) as OrdinarySeen;
  }, UML_RUN_MS_MAX);

  it("wires an ordinary pod with one route and one rule of the node", () => {
    const { ordinary } = seen;
    expect(ordinary.drift).toEqual([]);
    expect(ordinary.mainRoutes).toContainEqual(
      expect.objectContaining({ dst: "192.168.120.10", dev: "eni68caf03a5f4", scope: "link" }),
    );
    expect(ordinary.rules).toContainEqual(
      expect.objectContaining({ priority: 512, dst: "192.168.120.10", table: "main" }),
    );
    expect(ordinary.rules.filter((rule) => rule.priority === 1536)).toEqual([]);
  });

  it("lets the node reach the pod", () => {
    expect(seen.ordinaryProbe).toBe("192.168.120.5");
  });

  it("refuses a namespace that has the interface already", () => {
    expect(seen.ordinaryTaken).toContain("is in the pod's namespace already");
  });

  it("refuses the node's own namespace with code 8", () => {
    expect(seen.ownNamespace).toMatchObject({
      code: "INVALID_ARGUMENT",
      facts: { cniCode: "8" },
    });
  });

  it("leaves nothing behind", () => {
    expect(seen.ordinaryAfter).toEqual(seen.ordinaryBefore);
  });
});
