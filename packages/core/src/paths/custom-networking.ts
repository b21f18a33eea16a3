import type { WorldIndex } from "../world/world-index.ts";
import { type Attachment, unknownAttachment } from "./attachment.ts";

/** What the ENIConfig of a node says about the interfaces of its pods. */
export interface CustomNetworking {
  /** "ENIConfig pod-a". */
  readonly title: string;
  /** Undefined when the ENIConfig is not in the world. */
  readonly subnetId: string | undefined;
  /** Its own, else those of the primary interface. */
  readonly groupIds: readonly string[] | undefined;
  /** Which of the two. */
  readonly groupsFrom: string;
}

/** Which level supplies groups, the first that has any. Source: EKS best practices, "Custom networking". */
const levels = "SecurityGroupPolicy > ENIConfig > node primary ENI";

/** The custom networking of a node; undefined for a node without. */
export function customNetworking(
  nodeName: string | undefined,
  primary: Attachment,
  index: WorldIndex,
): CustomNetworking | undefined {
  const name = index.nodes.get(nodeName ?? "")?.eniConfig;
  if (name === undefined) return undefined;
  const title = `ENIConfig ${name}`;
  const config = index.eniConfigs.get(name);
  if (config === undefined) {
    return { title, subnetId: undefined, groupIds: undefined, groupsFrom: title };
  }
  const { subnetId, groupIds } = config;
  if (groupIds.length > 0) return { title, subnetId, groupIds, groupsFrom: title };
  const groupsFrom = `${primary.title} primary interface, as ${title} names no groups`;
  return { title, subnetId, groupIds: primary.groupIds, groupsFrom };
}

/** The interface that an ordinary pod will get under custom networking. */
export function customAttachment(
  { title: config, subnetId, groupIds }: CustomNetworking,
  title: string,
  primary: Attachment,
): Attachment {
  const because = subnetId === undefined ? `${config} is not in the world` : primary.unknownBecause;
  return { ...unknownAttachment(title, because), vpcId: primary.vpcId, subnetId, groupIds };
}

/** Where groups come from, with the order of levels where there is custom networking. */
export function withLevels(
  groupsFrom: string,
  nodeName: string | undefined,
  index: WorldIndex,
): string {
  const hasConfig = index.nodes.get(nodeName ?? "")?.eniConfig !== undefined;
  return hasConfig ? `${groupsFrom} (${levels})` : groupsFrom;
}
