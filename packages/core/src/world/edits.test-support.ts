import type { NetworkInterface } from "./cloud.ts";
import type { NodeObject, Pod } from "./cluster.ts";
import { group, groupId, rule } from "./fixture-f.test-support.ts";
import type { NetworkAclEntry } from "./network-acl.ts";
import type { Settings } from "./settings.ts";
import type { World } from "./world.ts";

/** A change of a world. */
export type Edit = (world: World) => World;

/** Makes one edit after the other. */
export function edited(world: World, ...edits: readonly Edit[]): World {
  return edits.reduce((current, edit) => edit(current), world);
}

/** Gives a group these rules and no others; makes the group if there is none. */
export function rules(name: string, ...texts: readonly string[]): Edit {
  return (world) => {
    const others = world.groups.filter((one) => one.groupId !== groupId(name));
    return { ...world, groups: [...others, group(name, texts)] };
  };
}

/** Changes one pod. */
export function podParts(fullName: string, parts: Partial<Pod>): Edit {
  return (world) => ({
    ...world,
    pods: world.pods.map((one) => {
      return `${one.namespace}/${one.name}` === fullName ? { ...one, ...parts } : one;
    }),
  });
}

/** Forgets that a pod was started: no interface, no address. */
export function notStarted(fullName: string, parts: Partial<Pod> = {}): Edit {
  return (world) => {
    const found = world.pods.find((one) => `${one.namespace}/${one.name}` === fullName);
    const { branchEniId, phase: _phase, ...rest } = found!;
    const pods = world.pods.map((one) => {
      return one === found ? { ...rest, addresses: [], ...parts } : one;
    });
    const interfaces = world.interfaces.filter((eni) => eni.eniId !== branchEniId);
    return { ...world, pods, interfaces };
  };
}

/** Changes one interface. */
export function eniParts(eniId: string, parts: Partial<NetworkInterface>): Edit {
  return (world) => ({
    ...world,
    interfaces: world.interfaces.map((eni) => (eni.eniId === eniId ? { ...eni, ...parts } : eni)),
  });
}

/** Adds an interface. */
export function addEni(eni: NetworkInterface): Edit {
  return (world) => ({ ...world, interfaces: [...world.interfaces, eni] });
}

/** Adds a pod. */
export function addPod(pod: Pod): Edit {
  return (world) => ({ ...world, pods: [...world.pods, pod] });
}

/** Changes settings. */
export function settings(parts: Partial<Settings>): Edit {
  return (world) => ({ ...world, settings: { ...world.settings, ...parts } });
}

/** Puts a route into every table, in place of the one with the same destination. */
export function route(destination: string, target: string, isBlackhole = false): Edit {
  return (world) => ({
    ...world,
    routeTables: (world.routeTables ?? []).map((table) => ({
      ...table,
      routes: [
        ...table.routes.filter((one) => one.destination !== destination),
        { destination, target, isBlackhole },
      ],
    })),
  });
}

/**
 * Adds a network ACL from entries as people write them: "in 100 allow tcp/443 from 0.0.0.0/0",
 * "out 90 deny all to 10.0.2.0/24". The last entries, "*", are EC2's own and need not be written.
 */
export function acl(name: string, subnets: readonly string[], ...texts: readonly string[]): Edit {
  const entries = [
    ...texts.map(aclEntry),
    ...["in", "out"].map((way) => aclEntry(`${way} 32767 deny all x 0.0.0.0/0`)),
  ];
  const made = {
    networkAclId: `acl-${name}`,
    vpcId: "vpc-f",
    subnetIds: subnets.map((one) => `subnet-${one}`),
    isDefault: subnets.length === 0,
    entries,
  };
  return (world) => ({ ...world, networkAcls: [...(world.networkAcls ?? []), made] });
}

/** One entry of a network ACL from its text, as {@link acl} reads it. */
export function aclEntry(text: string): NetworkAclEntry {
  const [direction, ruleNumber, action, traffic, , cidr] = text.split(" ");
  const { isEgress, protocol, fromPort, toPort } = rule(`${direction} ${traffic} x ${cidr}`);
  return {
    ruleNumber: Number(ruleNumber),
    isEgress,
    action: action === "allow" ? "allow" : "deny",
    protocol,
    fromPort,
    toPort,
    cidr,
  };
}

/** Changes one node. */
export function nodeParts(name: string, parts: Partial<NodeObject>): Edit {
  return (world) => ({
    ...world,
    nodes: world.nodes.map((node) => (node.name === name ? { ...node, ...parts } : node)),
  });
}
