import {
  type KernelObject,
  linkOf,
  type Neighbour,
  type Route,
  type Rule,
  type Space,
  type Sysctl,
  type Veth,
  type Vlan,
} from "../desired/kernel-object.ts";
import type { Batch, Change } from "../diff/diff.ts";

/** A run of commands in one namespace, or of settings to write. */
export type Stage =
  | { readonly kind: "ip"; readonly space: Space; readonly lines: readonly string[] }
  | { readonly kind: "sysctl"; readonly settings: readonly Sysctl[] };

/**
 * The commands of a batch, grouped so that few processes are needed: removals; the pod's side, which
 * makes the pair of links; the node's links; their settings, before they are up; the rest.
 *
 * `hostPid` is a process in the host's network namespace: creating the far end straight there is 30
 * times faster than moving it. Source: amazon-vpc-cni-k8s PR 3764.
 */
export function stages(batch: Batch, hostPid: number): readonly Stage[] {
  const removals = batch.filter((change) => change.op === "remove");
  const additions = batch.filter((change) => change.op === "add").map(({ object }) => object);
  const settings = additions.filter((object) => object.kind === "sysctl");
  const all: readonly Stage[] = [
    { kind: "ip", space: "host", lines: linesIn("host", removals) },
    { kind: "ip", space: "pod", lines: linesIn("pod", removals) },
    { kind: "ip", space: "pod", lines: additions.flatMap((object) => podLines(object, hostPid)) },
    { kind: "ip", space: "host", lines: additions.flatMap(linkLines) },
    { kind: "sysctl", settings },
    { kind: "ip", space: "host", lines: additions.flatMap(hostLines) },
  ];
  return all.filter((stage) => (stage.kind === "ip" ? stage.lines : stage.settings).length > 0);
}

/** The commands of a batch as a person would type them, the host's process shown as `$$`. */
export function commandText(batch: Batch): readonly string[] {
  return stages(batch, 0).flatMap((stage) => {
    if (stage.kind === "sysctl")
      return stage.settings.map(({ key, value }) => `sysctl ${key}=${value}`);
    const command = stage.space === "host" ? "ip" : "ip -n POD";
    return stage.lines.map((line) => `${command} ${line.replace(/ netns 0$/, () => " netns $$")}`);
  });
}

function linesIn(space: Space, removals: readonly Change[]): string[] {
  return removals
    .filter(({ object }) => object.space === space)
    .flatMap(({ object }) => removalLines(object));
}

function removalLines(object: KernelObject): readonly string[] {
  switch (object.kind) {
    case "veth":
    case "vlan":
    case "peer":
    case "foreign":
      return [`link delete dev ${object.name}`];
    case "address":
      return [`address delete ${object.address} dev ${object.dev}`];
    case "route":
      return [`route delete ${routeWords(object)}`];
    case "rule":
      return [`rule delete ${ruleWords(object)}`];
    case "neighbour":
      return [`neighbour delete ${object.address} dev ${object.dev}`];
    case "uplink":
    case "sysctl":
      return [];
  }
}

function podLines(object: KernelObject, hostPid: number): readonly string[] {
  if (object.kind === "veth") return [vethLine(object, hostPid)];
  if (object.space !== "pod") return [];
  switch (object.kind) {
    case "peer":
      return [`link set dev ${object.name} up`];
    case "address":
      return [`address add ${object.address} dev ${object.dev}`];
    case "route":
      return [`route add ${routeWords(object)}`];
    case "neighbour":
      return [neighbourLine(object)];
    case "foreign":
      return [];
  }
}

function linkLines(object: KernelObject): readonly string[] {
  switch (object.kind) {
    case "veth":
      return aliasLine(object);
    case "vlan":
      return [
        `link add link ${object.parent} name ${object.name} address ${object.mac} type vlan id ${object.vlanId}`,
        ...aliasLine(object),
      ];
    default:
      return [];
  }
}

function hostLines(object: KernelObject): readonly string[] {
  if (object.space !== "host") return [];
  switch (object.kind) {
    case "veth":
    case "vlan":
      return [`link set dev ${object.name} up`];
    case "uplink":
      return [`link set dev ${object.name} mtu ${object.mtu} up`];
    case "route":
      return [`route replace ${routeWords(object)}`];
    case "rule":
      return [`rule add ${ruleWords(object)}`];
    case "address":
      return [`address add ${object.address} dev ${object.dev}`];
    case "neighbour":
      return [neighbourLine(object)];
    case "sysctl":
    case "foreign":
      return [];
  }
}

function vethLine(veth: Veth, hostPid: number): string {
  const near = `link add name ${veth.peer} mtu ${veth.mtu} address ${veth.peerMac} type veth`;
  const far = `peer name ${veth.name} mtu ${veth.mtu} address ${veth.mac} netns ${hostPid}`;
  return `${near} ${far}`;
}

function aliasLine(link: Veth | Vlan): readonly string[] {
  return link.alias === undefined ? [] : [`link set dev ${link.name} alias ${link.alias}`];
}

function neighbourLine(neighbour: Neighbour): string {
  const { address, mac, dev } = neighbour;
  return `neighbour add ${address} lladdr ${mac} dev ${dev} nud permanent`;
}

function routeWords(route: Route): string {
  const via = route.via === undefined ? "" : ` via ${route.via}`;
  const scope = route.scope === "link" ? " scope link" : "";
  return `${route.to}${via} dev ${linkOf(route)}${scope} table ${route.table}`;
}

function ruleWords(rule: Rule): string {
  const from = rule.from === undefined ? "" : ` from ${rule.from}`;
  const to = rule.to === undefined ? "" : ` to ${rule.to}`;
  const iif = rule.iif === undefined ? "" : ` iif ${rule.iif}`;
  return `priority ${rule.priority}${from}${to}${iif} lookup ${rule.table}`;
}
