import type { Random } from "@trunkline/core";

/** Prefixes of the ids that are made here. Source: EC2 service model and answers. */
export const ID_PREFIXES = [
  "eni",
  "eni-attach",
  "eni-perm",
  "trunk-assoc",
  "sg",
  "sgr",
  "pl",
  "subnet",
  "subnet-cidr-assoc",
  "vpc",
  "vpc-cidr-assoc",
  "i",
  "r",
  "acl",
  "aclassoc",
  "pcx",
  "rtb",
  "rtbassoc",
  "igw",
  "nat",
  "eipalloc",
  "eipassoc",
  "dopt",
] as const;

/** One of {@link ID_PREFIXES}. */
export type IdPrefix = (typeof ID_PREFIXES)[number];

const HEX_DIGITS = 17;

/** A new id: prefix, "-", 17 hexadecimal digits, the first of them 0 as EC2's are. */
export function newId(prefix: IdPrefix, random: Random): string {
  return `${prefix}-0${hexDigits(HEX_DIGITS - 1, random)}`;
}

/** True for the prefix and 8 or 17 lower-case hexadecimal digits. */
export function isWellFormed(prefix: IdPrefix, id: string): boolean {
  if (!id.startsWith(`${prefix}-`)) return false;
  return /^(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id.slice(prefix.length + 1));
}

/** Hexadecimal digits by chance. */
export function hexDigits(count: number, random: Random): string {
  let text = "";
  while (text.length < count) {
    text += Math.floor(random() * 0x10000)
      .toString(16)
      .padStart(4, "0");
  }
  return text.slice(0, count);
}

/** A version 4 UUID by the given chance: request ids and the like. */
export function newUuid(random: Random): string {
  const hex = hexDigits(30, random);
  const variant = "89ab"[Math.floor(random() * 4)] ?? "8";
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(12, 15)}`,
    `${variant}${hex.slice(15, 18)}`,
    hex.slice(18, 30),
  ].join("-");
}
