// A daemon with the plan datapath and its allocation service, anew for each test.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type IpamDouble, startIpamDouble } from "./ipam-double.ts";
import { cniRequest, type Sandbox, startTestNode, type TestNode, untilReady } from "./node.ts";

interface PlacedObject {
  readonly object: { kind: string; key?: string; priority?: number; table?: string };
}

/** The world of one test; its parts are there while a test runs. */
export class ServiceWorld {
  ipam!: IpamDouble;
  node!: TestNode;

  add(sandbox: Sandbox, config?: object) {
    return this.node.client.add({ cni: cniRequest(sandbox, config) });
  }

  remove(sandbox: Sandbox) {
    return this.node.client.delete({ cni: cniRequest(sandbox) });
  }

  getPod(name: string) {
    return this.node.client.getPod({ namespace: "shop", name });
  }

  /** What the plan has for pods, and not for the node as a whole. */
  async planned(): Promise<readonly string[]> {
    const placed = await this.readPlan();
    return placed
      .filter(({ object }) => !isNodeWide(object))
      .map(({ object }) => JSON.stringify(object));
  }

  /** Priorities of the rules for the local table. */
  async localRules(): Promise<readonly (number | undefined)[]> {
    const placed = await this.readPlan();
    return placed
      .filter(({ object }) => object.table === "local")
      .map(({ object }) => object.priority);
  }

  private async readPlan(): Promise<readonly PlacedObject[]> {
    const text = await readFile(join(this.node.folder, "state", "plan.json"), "utf8");
    return JSON.parse(text) as readonly PlacedObject[];
  }
}

/** Makes a world before each test of the file and ends it after. */
export function useServiceWorld(): ServiceWorld {
  const world = new ServiceWorld();
  beforeEach(async () => {
    world.ipam = await startIpamDouble();
    world.node = await startTestNode({ ipamAddress: world.ipam.address });
    await untilReady(world.node);
  });
  afterEach(async () => {
    await world.node.close();
    await world.ipam.stop();
  });
  return world;
}

function isNodeWide({ kind, key = "", priority = 0 }: PlacedObject["object"]): boolean {
  const isSetting = kind === "sysctl" && !key.startsWith("net/ipv6/conf");
  return kind === "uplink" || isSetting || (kind === "rule" && [0, 20].includes(priority));
}
