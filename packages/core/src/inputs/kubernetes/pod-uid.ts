import { sha1 } from "./sha1.ts";

/** The UUID namespace of names of the form "namespace/name"; made up once, never to change. */
const POD_NAMES_UUID = "6f9b3f6e-5d0c-5b7e-9a51-7c1f0a5d2e44";

/**
 * The uid of a pod whose manifest states none: a version 5 UUID (RFC 9562, section 5.5) of
 * "namespace/name". Whoever starts such a pod passes the same uid, so both mean one pod.
 */
export function manifestPodUid(namespace: string, name: string): string {
  const digest = sha1(
    Uint8Array.from([...uuidBytes(POD_NAMES_UUID), ...utf8(`${namespace}/${name}`)]),
  );
  digest[1] = (digest[1] & 0xffff0fff) | 0x5000;
  digest[2] = (digest[2] & 0x3fffffff) | 0x80000000;
  const hex = [...digest.subarray(0, 4)].map((word) => word.toString(16).padStart(8, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function uuidBytes(uuid: string): readonly number[] {
  const pairs = uuid.replaceAll("-", "").match(/../g) ?? [];
  return pairs.map((pair) => Number.parseInt(pair, 16));
}

// No encoder is at hand in every place where this runs; half a surrogate pair counts as U+FFFD.
function utf8(text: string): readonly number[] {
  return [...text].flatMap((character) => {
    const point = character.codePointAt(0) ?? 0;
    const code = point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
    if (code < 0x80) return [code];
    if (code < 0x800) return [0xc0 | (code >> 6), tail(code)];
    if (code < 0x10000) return [0xe0 | (code >> 12), tail(code >> 6), tail(code)];
    return [0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code)];
  });
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
