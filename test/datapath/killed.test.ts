// The daemon as a process of its own, killed at the worst moments. Its clients are left alone with it.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { NodeServiceDefinition } from "@trunkline/proto/node";
import { connect } from "@trunkline/rpc";
import { expect, it } from "vitest";
import { type Child, start } from "../support/child.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type IpamDouble, startIpamDouble } from "./support/ipam-double.ts";
import { cniRequest, failure, until } from "./support/node.ts";

const api = { pod: "api", uid: "uid-1", containerId: "c1" };

async function startDaemon(folder: string, ipam: IpamDouble) {
  const child: Child = await start("node-daemon", {
    env: {
      TRUNKLINE_NODE_DAEMON_LISTEN: `unix:${folder}/node.sock`,
      TRUNKLINE_NODE_DAEMON_STATE_DIR: join(folder, "state"),
      TRUNKLINE_NODE_DAEMON_IPAM_ADDRESS: ipam.address,
      TRUNKLINE_NODE_DAEMON_NODE_NAME: "node-1",
      TRUNKLINE_NODE_DAEMON_INSTANCE_ID: "i-1",
      TRUNKLINE_NODE_DAEMON_DATAPATH: "plan",
    },
  });
  const connection = connect({ address: `unix:${folder}/node.sock`, name: "node daemon" });
  const client = connection.client(NodeServiceDefinition);
  await until(() =>
    client.status({}).then(
      () => true,
      () => false,
    ),
  );
  const end = async (signal: NodeJS.Signals) => {
    await child.end(signal);
    connection.close();
  };
  return { client, end };
}

it("killed within ADD, the next start gives back what the pod got, and a repeat succeeds", async () => {
  await using folder = await tempDir();
  await using ipam = await startIpamDouble();
  const first = await startDaemon(folder.path, ipam);
  let goOn = () => {};
  ipam.onAllocate = () =>
    new Promise((resolve) => {
      goOn = resolve;
    });
  const cut = failure(first.client.add({ cni: cniRequest(api) }));
  await until(() => ipam.calls.includes("allocateBranch uid-1"));
  await first.end("SIGKILL");
  expect((await cut).code).toBe("NOT_READY");
  // The service does not know that nobody waits for its answer any more.
  goOn();
  ipam.onAllocate = undefined;
  await until(() => ipam.held.has("uid-1"));

  const second = await startDaemon(folder.path, ipam);
  await until(() => !ipam.held.has("uid-1"));
  await until(async () => (await second.client.listPods({})).pods.length === 0);
  await second.client.add({ cni: cniRequest(api) });
  await second.client.delete({ cni: cniRequest(api) });
  expect(ipam.held.size).toBe(0);
  expect(await readdir(join(folder.path, "state", "attachments"))).toEqual([]);
  await second.end("SIGTERM");
});

it("killed between ADD and DEL, it knows its pods at the next start", async () => {
  await using folder = await tempDir();
  await using ipam = await startIpamDouble();
  const first = await startDaemon(folder.path, ipam);
  await first.client.add({ cni: cniRequest(api) });
  await first.end("SIGKILL");
  const second = await startDaemon(folder.path, ipam);
  await second.client.check({ cni: cniRequest(api) });
  expect(await second.client.delete({ cni: cniRequest(api) })).toEqual({ deleted: true });
  expect(ipam.held.size).toBe(0);
  await second.end("SIGTERM");
});
