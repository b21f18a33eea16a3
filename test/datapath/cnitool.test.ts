// The reference runtime of CNI drives the plugin: what it reads, caches and passes on is not ours.
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, run } from "../support/child.ts";
import { cnitool } from "../support/tools.ts";
import { type IpamDouble, startIpamDouble } from "./support/ipam-double.ts";
import { startTestNode, type TestNode, untilReady } from "./support/node.ts";

const tool = process.getuid?.() === 0 ? await cnitool() : needsRoot();
const suite = tool.kind === "ready" ? "cnitool" : `cnitool (not tested here: ${tool.reason})`;

// The tool keeps results in /var/lib/cni; in a mount namespace of its own nobody else sees them.
function needsRoot() {
  return { kind: "missing", reason: "its cache needs root" } as const;
}

describe.skipIf(tool.kind !== "ready")(suite, () => {
  let ipam: IpamDouble;
  let node: TestNode;

  beforeAll(async () => {
    ipam = await startIpamDouble();
    node = await startTestNode({ ipamAddress: ipam.address });
    await untilReady(node);
    await mkdir(join(node.folder, "bin"));
    const plugin = resolve(ROOT, "packages/node-daemon/dist/cni/main.js");
    await symlink(plugin, join(node.folder, "bin", "trunkline-cni"));
    await mkdir(join(node.folder, "net.d"));
    const plugins = [{ type: "trunkline-cni", socket: node.socket }];
    const list = { cniVersion: "1.1.0", name: "trunkline", plugins };
    await writeFile(join(node.folder, "net.d", "10-trunkline.conflist"), JSON.stringify(list));
  });

  afterAll(async () => {
    await node?.close();
    await ipam?.stop();
  });

  /** Runs verbs one after another, with one cache; ends at the first that fails. */
  function verbs(...words: string[]) {
    const path = tool.kind === "ready" ? tool.path : "";
    const lines = words.map((verb) => `${path} ${verb} trunkline /run/netns/cnitool`);
    const script = ["mount -t tmpfs tmpfs /var/lib", ...lines].join("\n");
    const args = "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=api;K8S_POD_UID=uid-1";
    return run("unshare", {
      args: ["-m", "bash", "-ec", script],
      env: {
        CNI_PATH: join(node.folder, "bin"),
        NETCONFPATH: join(node.folder, "net.d"),
        CNI_ARGS: args,
      },
    });
  }

  it("adds, checks and deletes a pod, twice", async () => {
    const { code, stdout, stderr } = await verbs("status", "add", "check", "del", "del");
    expect(`${code} ${stderr}`).toBe("0 ");
    expect(JSON.parse(stdout)).toMatchObject({
      cniVersion: "1.1.0",
      ips: [{ address: "192.168.120.10/32" }],
    });
    expect(ipam.held.size).toBe(0);
    expect((await node.client.listPods({})).pods).toEqual([]);
  });

  it("is refused garbage collection that does not say what is valid", async () => {
    await verbs("add");
    const { code, stderr } = await verbs("gc");
    expect(code).not.toBe(0);
    expect(stderr).toContain("cni.dev/valid-attachments is missing");
    expect((await node.client.listPods({})).pods).toHaveLength(1);
    await verbs("del");
    expect((await node.client.listPods({})).pods).toEqual([]);
  });

  it("prints the error of a pod that has to wait", async () => {
    ipam.failures.set("allocateBranch", {
      code: "BRANCH_EXHAUSTED",
      message: "node node-1 has 9 of 9 branches in use",
      times: 1,
    });
    const { code, stdout, stderr } = await verbs("add");
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain("node node-1 has 9 of 9 branches in use");
  });
});
