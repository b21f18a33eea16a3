import { createHash } from "node:crypto";

/** The UUID namespace of names of the form "namespace/name"; made up once, never to change. */
const POD_NAMES_UUID = "6f9b3f6e-5d0c-5b7e-9a51-7c1f0a5d2e44";

/**
 * The uid of a pod whose manifest states none: a version 5 UUID (RFC 9562, section 5.5) of
 * "namespace/name". Whoever starts such a pod passes the same uid, so both mean one pod.
 */
export function manifestPodUid(namespace: string, name: string): string {
  const hash = createHash("sha1")
    .update(Buffer.from(POD_NAMES_UUID.replaceAll("-", ""), "hex"))
    .update(`${namespace}/${name}`)
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex", 0, 16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
