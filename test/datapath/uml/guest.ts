// Runs the daemon with the kernel datapath in a kernel of its own, and writes what it saw as JSON.
// usage: guest.mjs branches|ordinary RESULT-FILE
import { readFile, writeFile } from "node:fs/promises";
import type { Branch } from "@trunkline/proto/ipam";
import {
  joinBranches,
  makeFabric,
  NODE_ADDRESS,
  OUTSIDE,
  packetsFrom,
  show,
} from "../support/fabric.ts";
import { branchFor, startIpamDouble } from "../support/ipam-double.ts";
import {
  cniRequest,
  failure,
  type Sandbox,
  startTestNode,
  type TestNode,
  untilReady,
} from "../support/node.ts";
import { closeShell, shell } from "../support/shell.ts";
import { callFrom, listenIn } from "../support/talk.ts";

/** What was seen, by name; the tests on the outside say what it should have been. */
const seen: Record<string, unknown> = {};

const SAMPLE: Branch = {
  ...branchFor(42, "node-1"),
  vlanId: 7,
  macAddress: "00:00:5e:00:53:af",
};
const OTHER: Branch = branchFor(43, "node-1");

const sample = sandbox("sample-pod", "uid-sample", "sample");
const other = sandbox("other-pod", "uid-other", "other");

function sandbox(pod: string, uid: string, containerId: string): Sandbox {
  return { namespace: "default", pod, uid, containerId, netns: `/run/netns/${containerId}` };
}

const ipam = await startIpamDouble();
await makeFabric();
const before = await snapshot();
const node = await startTestNode({
  ipamAddress: ipam.address,
  config: { datapath: "kernel", addTimeoutMs: 10_000 },
});
try {
  await untilReady(node);
  if (process.argv[2] === "branches") await branches(node);
  else await ordinary(node);
} finally {
  await node.close();
  await ipam.stop();
  closeShell();
  await writeFile(process.argv[3] ?? "", JSON.stringify(seen));
}

async function branches(daemon: TestNode): Promise<void> {
  ipam.preset.set("default/sample-pod", SAMPLE).set("default/other-pod", OTHER);
  await joinBranches([SAMPLE, OTHER]);
  const outside = await listenIn("vpc", OUTSIDE);
  const own = await listenIn("", NODE_ADDRESS);
  seen.strictNode = await nodeState();
  await strictPods(daemon);
  await drift(daemon);
  await supersede(daemon);
  for (const pod of [sample, other]) await remove(daemon, pod);
  seen.strictAfter = await snapshot();
  seen.before = before;
  await daemon.restart({ mode: "standard" });
  await untilReady(daemon);
  seen.standardNode = await nodeState();
  await standardPods(daemon);
  await ordinary(daemon);
  await Promise.all([outside.stop(), own.stop()]);
}

async function strictPods(daemon: TestNode): Promise<void> {
  seen.strictAddMs = await timed(() => add(daemon, sample));
  seen.strict = await podState(daemon, "sample", "107");
  await add(daemon, other);
  seen.strictOutside = await callFrom("sample", OUTSIDE);
  const branchBefore = await packetsFrom(SAMPLE);
  seen.strictOwnNode = await callFrom("sample", NODE_ADDRESS);
  seen.strictOwnNodePackets = (await packetsFrom(SAMPLE)) - branchBefore;
  const listener = await listenIn("other", OTHER.ipv4Address);
  const peerBefore = await packetsFrom(OTHER);
  seen.strictPeer = await callFrom("sample", OTHER.ipv4Address);
  seen.strictPeerPackets = (await packetsFrom(OTHER)) - peerBefore;
  seen.strictProbe = await callFrom("", OTHER.ipv4Address);
  await listener.stop();
}

async function drift(daemon: TestNode): Promise<void> {
  await daemon.client.check({ cni: cniRequest(sample) });
  await shell("ip rule delete priority 10 iif vlan.eth.7", "ip link set vlan.eth.7 down");
  seen.drift = (await failure(daemon.client.check({ cni: cniRequest(sample) }))).message;
}

// A new sandbox of the same pod, whose predecessor's DEL comes late.
async function supersede(daemon: TestNode): Promise<void> {
  const young = { ...sample, containerId: "young", netns: "/run/netns/young" };
  await add(daemon, young);
  await daemon.client.delete({ cni: cniRequest(sample) });
  await shell("ip netns delete sample");
  seen.supersededDrift = (
    await daemon.client.getPod({ namespace: "default", name: "sample-pod" })
  ).drift;
  seen.supersededOutside = await callFrom("young", OUTSIDE);
  // The sandbox dies without a DEL that knows its namespace.
  await shell("ip netns delete young");
  await daemon.client.delete({ cni: { ...cniRequest(young), netns: "" } });
}

async function standardPods(daemon: TestNode): Promise<void> {
  await add(daemon, sample);
  seen.standard = await podState(daemon, "sample", "107");
  seen.standardOutside = await callFrom("sample", OUTSIDE);
  const listener = await listenIn("sample", SAMPLE.ipv4Address);
  const branchBefore = await packetsFrom(SAMPLE);
  seen.standardProbe = await callFrom("", SAMPLE.ipv4Address);
  seen.standardProbePackets = (await packetsFrom(SAMPLE)) - branchBefore;
  await listener.stop();
  await remove(daemon, sample);
  seen.standardAfter = await snapshot();
}

async function ordinary(daemon: TestNode): Promise<void> {
  const web = sandbox("web", "uid-web", "web");
  ipam.ordinary.add("default/web");
  const { pod } = await add(daemon, web);
  seen.ordinary = await podState(daemon, "web", "main");
  const listener = await listenIn("web", pod?.ipv4Address ?? "");
  seen.ordinaryProbe = await callFrom("", pod?.ipv4Address ?? "");
  await listener.stop();
  const taken = { ...web, containerId: "web2", uid: "uid-web2" };
  seen.ordinaryTaken = (
    await failure(daemon.client.add({ cni: cniRequest({ ...taken, netns: "/run/netns/web" }) }))
  ).message;
  seen.ownNamespace = await failure(
    daemon.client.add({ cni: cniRequest({ ...taken, netns: "/proc/self/ns/net" }) }),
  );
  await remove(daemon, web);
  seen.ordinaryBefore = before;
  seen.ordinaryAfter = await snapshot();
}

async function add(daemon: TestNode, pod: Sandbox) {
  await shell(`ip netns add ${pod.containerId}`);
  const answer = await daemon.client.add({ cni: cniRequest(pod) });
  seen.result = JSON.parse(Buffer.from(answer.result).toString());
  return answer;
}

async function remove(daemon: TestNode, pod: Sandbox): Promise<void> {
  await daemon.client.delete({ cni: cniRequest(pod) });
  // The sandbox that was superseded above is gone already.
  await shell(`ip netns delete ${pod.containerId} || true`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return Math.round(performance.now() - startMs);
}

async function nodeState() {
  const read = async (key: string) => (await readFile(`/proc/sys/net/ipv4/${key}`, "utf8")).trim();
  const [rules] = await show("rule show");
  return {
    rules,
    earlyDemux: await read("tcp_early_demux"),
    forward: await read("ip_forward"),
    rpFilter: await read("conf/eth0/rp_filter"),
  };
}

async function podState(daemon: TestNode, netns: string, table: string) {
  const name = netns === "sample" ? "sample-pod" : netns;
  const { drift: differences } = await daemon.client.getPod({ namespace: "default", name });
  const [links, rules, tableRoutes, mainRoutes, pod, podRoutes, podNeighbours] = await show(
    "link show",
    "rule show",
    `route show table ${table}`,
    "route show table main",
    `-n ${netns} address show`,
    `-n ${netns} route show`,
    `-n ${netns} neighbour show nud permanent`,
  );
  return {
    drift: differences,
    links,
    rules,
    tableRoutes,
    mainRoutes,
    pod,
    podRoutes,
    podNeighbours,
  };
}

/** What a pod may leave behind, without what the node itself has. */
async function snapshot() {
  const [links, rules, routes] = await show("link show", "rule show", "-4 route show table all");
  return {
    links: (links as { ifname: string }[]).map((link) => link.ifname).sort(),
    rules: (rules as { priority: number }[])
      .map((rule) => rule.priority)
      .filter((priority) => ![0, 20].includes(priority)),
    routes: (routes as { dst: string; dev: string }[])
      .map(({ dst, dev }) => `${dst} ${dev}`)
      .sort(),
  };
}
