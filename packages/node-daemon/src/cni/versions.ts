/** CNI versions that are answered, oldest first. Source: CNI specification, releases. */
export const CNI_VERSIONS = ["0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"] as const;

/** One of {@link CNI_VERSIONS}. */
export type CniVersion = (typeof CNI_VERSIONS)[number];

/** The newest version. */
export const CNI_VERSION_NEWEST: CniVersion = "1.1.0";

/** Codes of a CNI error document. Source: CNI specification 1.1, section "Error". */
export const CNI_CODE = {
  incompatibleVersion: 1,
  unknownContainer: 3,
  environment: 4,
  io: 5,
  decode: 6,
  config: 7,
  tryAgainLater: 11,
  notAvailable: 50,
  internal: 100,
} as const;

/** True for a version that is answered. */
export function isCniVersion(text: unknown): text is CniVersion {
  return (CNI_VERSIONS as readonly unknown[]).includes(text);
}

/** True if `version` is at least `least`. */
export function isAtLeast(version: CniVersion, least: CniVersion): boolean {
  return CNI_VERSIONS.indexOf(version) >= CNI_VERSIONS.indexOf(least);
}
