import { hostMacOf, hostVethOf, POD_GATEWAY, podMacOf } from "../desired/desired-pod.ts";
import type { AttachmentRecord } from "../journal/record.ts";
import { type CniVersion, isAtLeast } from "./versions.ts";

/** What the result needs besides the record. */
export interface ResultFacts {
  readonly cniVersion: CniVersion;
  readonly mtu: number;
}

/**
 * The result document of ADD in the version asked for, JSON.
 *
 * Before 1.0.0 an address says which IP version it is; since 1.1.0 links say their MTU.
 * Source: CNI specification 0.3.1, 0.4.0, 1.0.0, 1.1.0, section "Result types".
 */
export function resultJson(record: AttachmentRecord, facts: ResultFacts): string {
  const { attachment } = record;
  if (attachment === undefined) throw new Error("a result for a record without attachment");
  const { cniVersion } = facts;
  const mtu = isAtLeast(cniVersion, "1.1.0") ? { mtu: facts.mtu } : {};
  const version = isAtLeast(cniVersion, "1.0.0") ? {} : { version: "4" };
  const hostName = hostVethOf({ ...record.pod, ...record, attachment });
  return JSON.stringify({
    cniVersion,
    interfaces: [
      { name: hostName, mac: hostMacOf(record.id), ...mtu },
      { name: record.ifName, mac: podMacOf(record.id), ...mtu, sandbox: record.netns },
    ],
    ips: [
      {
        ...version,
        interface: 1,
        address: `${attachment.ipv4}/32`,
        gateway: attachment.gateway,
      },
    ],
    routes: [{ dst: "0.0.0.0/0", gw: POD_GATEWAY }],
    dns: {},
  });
}
