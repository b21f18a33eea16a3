// A VPC of one subnet made of network namespaces: the router answers for every address, and each
// VLAN of the trunk is one branch. Needs root; the namespaces are gone with the mount namespace.
import type { Branch } from "@trunkline/proto/ipam";
import { PRIMARY_MAC, TRUNK_MAC } from "./ipam-double.ts";
import { shell } from "./shell.ts";

export const NODE_ADDRESS = "192.168.120.5";
const GATEWAY = "192.168.120.1";
/** An address outside of the subnet that the router answers for: the database, say. */
export const OUTSIDE = "10.200.0.1";

/** What several `show` commands of `ip` print, each as it stands: "-n vpc link show". */
export async function show(...commands: string[]): Promise<readonly unknown[]> {
  // One process for all: starting one is the slow part inside User-mode Linux.
  const text = await shell(...commands.map((words) => `ip -json -details ${words}`));
  const documents = text.split("\n").filter((line) => line.trim() !== "");
  return documents.map((document) => JSON.parse(document) as unknown);
}

/**
 * Makes the node's primary link, its trunk, and the router's ends of both. The router forwards and
 * answers ARP for every address it has a route to, as a VPC does.
 */
export async function makeFabric(): Promise<void> {
  await shell(
    "mkdir -p /run/netns",
    "ip netns add vpc",
    linkLine("eth0", "to-node", PRIMARY_MAC),
    linkLine("eth1", "to-trunk", TRUNK_MAC),
    `ip address add ${NODE_ADDRESS}/24 dev eth0`,
    "ip link set eth0 up",
    `ip route add default via ${GATEWAY} dev eth0`,
    "ip -n vpc -batch - <<END",
    "link set lo up",
    `address add ${OUTSIDE}/32 dev lo`,
    "link set to-node up",
    "link set to-trunk up",
    `address add ${GATEWAY}/32 dev to-node`,
    `route add ${NODE_ADDRESS} dev to-node`,
    "END",
    "nsenter --net=/run/netns/vpc bash -ec '",
    "echo 1 >/proc/sys/net/ipv4/ip_forward",
    "echo 1 >/proc/sys/net/ipv4/conf/to-node/proxy_arp",
    "echo 0 >/proc/sys/net/ipv4/neigh/to-node/proxy_delay",
    "'",
  );
}

function linkLine(name: string, end: string, mac: string): string {
  return `ip link add ${name} address ${mac} mtu 9001 type veth peer name ${end} mtu 9001 netns vpc`;
}

/** Makes the router's end of branches: it knows a branch's MAC address, as a VPC does. */
export async function joinBranches(branches: readonly Branch[]): Promise<void> {
  const lines = branches.flatMap(({ ipv4Address: address, macAddress: mac, vlanId }) => [
    `link add link to-trunk name branch.${vlanId} type vlan id ${vlanId}`,
    `address add ${GATEWAY}/32 dev branch.${vlanId}`,
    `link set branch.${vlanId} up`,
    `route add ${address} dev branch.${vlanId}`,
    `neighbour add ${address} lladdr ${mac} dev branch.${vlanId} nud permanent`,
  ]);
  await shell("ip -n vpc -batch - <<END", ...lines, "END");
}

/** Packets that the router has received from a branch. */
export async function packetsFrom(branch: Branch): Promise<number> {
  const [links] = await show(`-n vpc -s link show branch.${branch.vlanId}`);
  const [link] = links as { stats64: { rx: { packets: number } } }[];
  return link?.stats64.rx.packets ?? 0;
}
