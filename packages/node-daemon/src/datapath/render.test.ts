import { describe, expect, it } from "vitest";
import { desired } from "../desired/desired-pod.ts";
import { diff } from "../diff/diff.ts";
import { commandText } from "./render.ts";

const pod = {
  id: "0123456789abcdef0123",
  namespace: "default",
  name: "sample-pod",
  ifName: "eth0",
  attachment: {
    kind: "branch",
    mode: "strict",
    eniId: "eni-1",
    mac: "00:00:5e:00:53:af",
    ipv4: "192.168.120.42",
    subnetCidr: "192.168.120.0/24",
    gateway: "192.168.120.1",
    vlanId: 7,
    groupIds: [],
  },
} as const;

describe("the commands of a strict pod", () => {
  const objects = desired(pod, { trunkLink: "eth1", mtu: 9001 });

  it("make links before what hangs on them, and set links up after their settings", () => {
    const commands = commandText(diff(objects, []).batch).map((line) =>
      line.replaceAll(/(?<=address |lladdr )(?!00:00)[0-9a-f:]{17}/g, "MAC"),
    );
    expect(commands).toEqual([
      "ip -n POD link add name eth0 mtu 9001 address MAC type veth peer name vlancc21c2d7785 mtu 9001 address MAC netns $$",
      "ip -n POD link set dev eth0 up",
      "ip -n POD route add 169.254.1.1 dev eth0 scope link table main",
      "ip -n POD route add default via 169.254.1.1 dev eth0 table main",
      "ip -n POD address add 192.168.120.42/32 dev eth0",
      "ip -n POD neighbour add 169.254.1.1 lladdr MAC dev eth0 nud permanent",
      "ip link set dev vlancc21c2d7785 alias trunkline:0123456789abcdef0123",
      "ip link add link eth1 name vlan.eth.7 address 00:00:5e:00:53:af type vlan id 7",
      "ip link set dev vlan.eth.7 alias trunkline:0123456789abcdef0123",
      "sysctl net/ipv6/conf/vlancc21c2d7785/accept_ra=0",
      "sysctl net/ipv6/conf/vlancc21c2d7785/accept_redirects=1",
      "sysctl net/ipv6/conf/vlancc21c2d7785/forwarding=0",
      "sysctl net/ipv6/conf/vlan.eth.7/accept_ra=0",
      "sysctl net/ipv6/conf/vlan.eth.7/accept_redirects=1",
      "sysctl net/ipv6/conf/vlan.eth.7/forwarding=0",
      "ip link set dev vlancc21c2d7785 up",
      "ip link set dev vlan.eth.7 up",
      "ip route replace 192.168.120.1 dev vlan.eth.7 scope link table 107",
      "ip route replace default via 192.168.120.1 dev vlan.eth.7 table 107",
      "ip route replace 192.168.120.42 dev vlancc21c2d7785 scope link table 107",
      "ip rule add priority 10 iif vlan.eth.7 lookup 107",
      "ip rule add priority 10 iif vlancc21c2d7785 lookup 107",
    ]);
  });

  it("remove rules first and leave to the kernel what goes with a link", () => {
    const onNode = objects.filter((object) => object.space === "host");
    expect(commandText(diff([], objects, onNode).batch)).toEqual([
      "ip rule delete priority 10 iif vlan.eth.7 lookup 107",
      "ip rule delete priority 10 iif vlancc21c2d7785 lookup 107",
      "ip link delete dev vlancc21c2d7785",
      "ip link delete dev vlan.eth.7",
    ]);
  });
});
