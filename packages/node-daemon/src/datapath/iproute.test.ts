import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { hasTools, openIproute } from "./iproute.ts";

const isThere = await hasTools(false);
const suite = isThere ? "iproute2" : "iproute2 (not tested here: it is not installed)";

// Only reads, so that it may run on any machine and as anybody.
describe.skipIf(!isThere)(suite, () => {
  const iproute = openIproute();
  afterAll(() => iproute.close());

  it("answers several questions at once, each with its own list", async () => {
    const [links, rules] = await iproute.show("", ["link show dev lo", "rule show"]);
    expect(links).toMatchObject([{ ifname: "lo" }]);
    expect(rules).toContainEqual(expect.objectContaining({ table: "main" }));
  });

  it("names the line that was refused, and goes on with the next command", async () => {
    const wrong = iproute.show("", ["link show dev lo", "link show dev nowhere-1"]);
    await expect(wrong).rejects.toMatchObject({
      code: "DATAPLANE_FAILED",
      message: expect.stringMatching(/^"ip link show dev nowhere-1": .*does not exist/),
    });
    expect(await iproute.show("", ["link show dev lo"])).toHaveLength(1);
  });

  it("takes a path for a path, whatever is in it", async () => {
    for (const path of ["/nowhere/it's", "/nowhere/$(exit 3)", "/nowhere/a b;c"]) {
      await expect(iproute.show(path, ["link show"])).rejects.toThrow(`in ${path}`);
    }
  });

  it("starts anew after its shell was killed", async () => {
    await iproute.show("", ["link show dev lo"]);
    const children = `/proc/${process.pid}/task/${process.pid}/children`;
    const [shell] = (await readFile(children, "utf8")).trim().split(" ").slice(-1);
    process.kill(Number(shell), "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await iproute.show("", ["link show dev lo"])).toHaveLength(1);
  });
});
