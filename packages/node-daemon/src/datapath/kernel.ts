import { readFile, stat, writeFile } from "node:fs/promises";
import { TrunklineError } from "@trunkline/core";
import { identity, type KernelObject, type Sysctl } from "../desired/kernel-object.ts";
import type { Datapath } from "./datapath.ts";
import { type Iproute, openIproute } from "./iproute.ts";
import {
  byIdentity,
  type PrintedLink,
  toAddresses,
  toLinks,
  toNeighbours,
  toRoutes,
  toRules,
} from "./parse.ts";
import { stages } from "./render.ts";

/** The namespace the daemon itself is in. */
const OWN_NETNS = "/proc/self/ns/net";

const HOST_QUERIES = ["link show", "rule show", "route show table all"];
const POD_QUERIES = ["address show", "route show table main", "neighbour show nud permanent"];

/**
 * The datapath that changes the kernel. `hostPid` is a process in the network namespace of the host,
 * as a rule the daemon itself.
 */
export function openKernel(hostPid: number): Datapath {
  const iproute = openIproute();
  return {
    kind: "kernel",
    checkNetns,
    observe: async (netns, asked) => {
      const wanted = byIdentity(asked);
      const hasPodObjects = asked.some((object) => object.space === "pod");
      const [host, pod] = await Promise.all([
        observeHost(iproute, wanted),
        hasPodObjects && (await exists(netns)) ? observePod(iproute, netns, wanted) : [],
      ]);
      const settings = await observeSettings(asked, host);
      return [...host, ...pod, ...settings].filter((object) => wanted.has(identity(object)));
    },
    apply: async (netns, batch) => {
      for (const stage of stages(batch, hostPid)) {
        if (stage.kind === "sysctl") await writeSettings(stage.settings);
        else await iproute.batch(stage.space === "host" ? "" : netns, stage.lines);
      }
    },
    findLink: async ({ mac }) => {
      const [links] = await iproute.show("", ["link show"]);
      return (links as readonly PrintedLink[]).find(
        (link) => link.address === mac && link.linkinfo?.info_kind !== "vlan",
      )?.ifname;
    },
    close: iproute.close,
  };
}

async function observeHost(
  iproute: Iproute,
  wanted: ReadonlyMap<string, KernelObject>,
): Promise<readonly KernelObject[]> {
  const [links, rules, routes] = await iproute.show("", HOST_QUERIES);
  return [
    ...toLinks(links as readonly PrintedLink[], wanted, "host"),
    ...toRules(rules ?? []),
    ...toRoutes(routes ?? [], "host"),
  ];
}

async function observePod(
  iproute: Iproute,
  netns: string,
  wanted: ReadonlyMap<string, KernelObject>,
): Promise<readonly KernelObject[]> {
  const [links, routes, neighbours] = await iproute.show(netns, POD_QUERIES);
  return [
    ...toLinks(links as readonly PrintedLink[], wanted, "pod"),
    ...toAddresses(links as readonly PrintedLink[], "pod"),
    ...toRoutes(routes ?? [], "pod"),
    ...toNeighbours(neighbours ?? [], "pod"),
  ];
}

// A kernel without the setting (no IPv6, say) has nothing to be set: it counts as it should be.
async function observeSettings(
  asked: readonly KernelObject[],
  host: readonly KernelObject[],
): Promise<readonly Sysctl[]> {
  const links = new Set(host.map((object) => ("name" in object ? object.name : "")));
  const found: Sysctl[] = [];
  for (const setting of asked) {
    if (setting.kind !== "sysctl") continue;
    if (setting.dev !== undefined && !links.has(setting.dev)) continue;
    const value = await readSetting(setting.key);
    found.push({ ...setting, value: value ?? setting.value });
  }
  return found;
}

async function readSetting(key: string): Promise<string | undefined> {
  try {
    return (await readFile(`/proc/sys/${key}`, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function writeSettings(settings: readonly Sysctl[]): Promise<void> {
  for (const { key, value } of settings) {
    try {
      await writeFile(`/proc/sys/${key}`, value, { flag: "r+" });
    } catch (error) {
      // See observeSettings: a setting that does not exist needs no value.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw new TrunklineError("DATAPLANE_FAILED", `${key} cannot be set to ${value}: ${error}`, {
        cause: error,
      });
    }
  }
}

async function checkNetns(netns: string): Promise<void> {
  const problem = await netnsProblem(netns);
  if (problem === undefined) return;
  const description = `CNI_NETNS ${netns} ${problem}`;
  // Code 8: invalid network namespace. Source: containernetworking/cni pkg/types/types.go.
  throw new TrunklineError("INVALID_ARGUMENT", description, {
    facts: { cniCode: "8" },
    problems: [{ field: "CNI_NETNS", description }],
  });
}

async function netnsProblem(netns: string): Promise<string | undefined> {
  if (!(await exists(netns))) return "does not exist";
  const [given, own] = await Promise.all([stat(netns), stat(OWN_NETNS)]);
  if (given.dev !== own.dev) return "is not a network namespace";
  return given.ino === own.ino ? "is the node's own network namespace" : undefined;
}

async function exists(path: string): Promise<boolean> {
  if (path === "") return false;
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
