import { createHash } from "node:crypto";
import type { Mode } from "@trunkline/core";

/** What identifies an interface of a sandbox to a container runtime. */
export interface AttachmentKey {
  /** Network name of the CNI configuration. */
  readonly network: string;
  readonly containerId: string;
  readonly ifName: string;
}

/** How many hexadecimal digits of a hash name an attachment: 80 bits. */
const ATTACHMENT_ID_DIGITS = 20;

/** Hexadecimal digits in a veth name: IFNAMSIZ - 1 less a prefix of four. Source: VPC CNI names.go. */
const VETH_HASH_DIGITS = 11;

const ALIAS_PREFIX = "trunkline:";

/** Short stable name of an attachment: the journal's file name and the links' alias. */
export function attachmentId(key: AttachmentKey): string {
  return sha1(JSON.stringify([key.network, key.containerId, key.ifName])).slice(
    0,
    ATTACHMENT_ID_DIGITS,
  );
}

/** The alias (IFLA_IFALIAS) that marks a link as made for an attachment. */
export function ownerAlias(id: string): string {
  return ALIAS_PREFIX + id;
}

/** True for an alias that this project wrote, whoever the owner is. */
export function isOurAlias(alias: string): boolean {
  return alias.startsWith(ALIAS_PREFIX);
}

/**
 * Name of a pod's link in the host namespace, the same as the VPC CNI gives it, so that agents that
 * compute it find it: prefix, then the first 11 digits of SHA-1 over "namespace.name".
 */
export function hostVethName(namespace: string, name: string, mode: Mode | undefined): string {
  const prefix = mode === "strict" ? "vlan" : "eni";
  return prefix + sha1(`${namespace}.${name}`).slice(0, VETH_HASH_DIGITS);
}

/** Name of a branch's 802.1Q link. Source: VPC CNI driver.go. */
export function vlanName(vlanId: number): string {
  return `vlan.eth.${vlanId}`;
}

/** Routing table of a branch. Source: VPC CNI driver.go. */
export function branchTable(vlanId: number): number {
  return vlanId + 100;
}

/**
 * A locally administered unicast MAC address, always the same for the same text.
 *
 * Set when the link is made, so that systemd's MACAddressPolicy does not replace it after the
 * permanent neighbour entry was written. 46 bits of a hash: no two links of a node share it.
 */
export function derivedMac(text: string): string {
  const bytes = createHash("sha1").update(text).digest().subarray(0, 6);
  bytes[0] = (bytes[0] | 0x02) & 0xfe;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
