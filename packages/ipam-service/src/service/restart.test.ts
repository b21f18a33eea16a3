import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { IpamServiceDefinition } from "@trunkline/proto/ipam";
import { connect } from "@trunkline/rpc";
import { describe, expect, it } from "vitest";
import {
  failure,
  type Harness,
  type IpamClient,
  startHarness,
  until,
} from "../../test-support/harness.ts";
import {
  allocate,
  branchesOf,
  callCount,
  N1,
  resolveTo,
  trunksOf,
} from "../../test-support/pods.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** Starting a process that compiles its sources takes a while on a busy machine. */
const TIMEOUT_MS = 60_000;

interface IpamProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly client: IpamClient;
}

/** Starts the executable on the harness's cloud and policies, with a ledger of its own. */
async function startProcess(h: Harness): Promise<IpamProcess> {
  const values: Record<string, unknown> = {
    ...h.config,
    listen: "127.0.0.1:0",
    ledger: `${h.ledgerPath}.process`,
  };
  const env = Object.entries(values).map(([key, value]) => {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    return [`TRUNKLINE_IPAM_SERVICE_${name}`, JSON.stringify(value)];
  });
  const args = ["--conditions=@trunkline/source", "--import", "tsx", MAIN];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...Object.fromEntries(env) },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const address = line.replace("ipam-service ready grpc=", "");
  const connection = connect({ address, name: "ipam-service" });
  const client = connection.client(IpamServiceDefinition);
  const end = async () => {
    connection.close();
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return { child, client, [Symbol.asyncDispose]: end };
}

describe("a restart", () => {
  it("loses nothing", async () => {
    await using h = await startHarness();
    const { node } = await h.client.ensureTrunk(N1);
    const api = await allocate(h, resolveTo(h, "api", "sg-a"));
    await allocate(h, resolveTo(h, "web", "sg-b"));
    await h.client.releaseBranch({ nodeName: "n1", podUid: "uid-web" });
    const before = await h.client.listBranches({});
    await h.restart();
    expect(await h.client.listBranches({})).toEqual(before);
    expect((await h.client.listNodes({})).items[0]?.node).toEqual(node);
    const again = await allocate(h, resolveTo(h, "api", "sg-a"));
    expect(again).toEqual({ ...api, reused: true });
    expect(branchesOf(h)).toHaveLength(2);
  });

  it("waits for no answer that was lost: it asks again with the same token", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    h.proxy.faults.set("CreateNetworkInterface", ["loseAnswer"]);
    h.proxy.faults.set("AssociateTrunkInterface", ["loseAnswer"]);
    const branch = await allocate(h, resolveTo(h, "api", "sg-a"));
    expect(branchesOf(h).map(({ id }) => id)).toEqual([branch.eniId]);
    expect(callCount(h, "CreateNetworkInterface")).toBe(3);
  });

  it(
    "after kill -9 in the middle of a creation or association makes no second interface",
    async () => {
      await using h = await startHarness();
      const branchIds: string[] = [];
      for (const [name, action] of [
        ["api", "CreateNetworkInterface"],
        ["web", "AssociateTrunkInterface"],
      ] as const) {
        await using ipam = await startProcess(h);
        await ipam.client.ensureTrunk(N1);
        h.proxy.faults.set(action, [{ delayMs: 2_000 }]);
        const pod = resolveTo(h, name, "sg-a");
        const doomed = failure(ipam.client.allocateBranch({ nodeName: "n1", pod }));
        await until(() => h.proxy.faults.get(action)?.length === 0);
        ipam.child.kill("SIGKILL");
        expect((await doomed).code).toBe("NOT_READY");
      }
      await using last = await startProcess(h);
      for (const name of ["api", "web"]) {
        const pod = resolveTo(h, name, "sg-a");
        const { attachment } = await last.client.allocateBranch({ nodeName: "n1", pod });
        if (attachment?.$case === "branch") branchIds.push(attachment.value.eniId);
      }
      // The requests of the dead processes arrive late.
      await until(() => callCount(h, "AssociateTrunkInterface") >= 3);
      expect(
        branchesOf(h)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(branchIds.sort());
      expect(new Set(branchIds).size).toBe(2);
      expect(trunksOf(h)).toHaveLength(1);
      last.child.kill("SIGTERM");
      expect(await once(last.child, "exit")).toEqual([0, null]);
    },
    TIMEOUT_MS,
  );
});
