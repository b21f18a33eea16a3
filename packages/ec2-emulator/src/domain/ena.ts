import type { Attachment } from "../account/interface-rows.ts";
import type { Fields } from "../wire/fields.ts";
import { wrongCombination, wrongValue } from "../wire/refusal.ts";

/** What an attachment says of the network adapter, which moves no packet here. */
export type EnaSettings = Pick<Attachment, "enaSrd" | "enaQueueCount">;

/** Most queues that are accepted; EC2's own bound follows from the size of the instance. */
const QUEUES_MAX = 128;

/** Reads `EnaSrdSpecification` and `EnaQueueCount` of an attachment that is to be made. */
export function readEnaSettings(fields: Fields): EnaSettings {
  const enaQueueCount = readQueueCount(fields);
  return {
    ...(fields.has("EnaSrdSpecification") && { enaSrd: readEnaSrd(fields, undefined) }),
    ...(enaQueueCount !== undefined && { enaQueueCount }),
  };
}

/** ENA Express as it is after the call; what is not named stays as it was. */
export function readEnaSrd(
  fields: Fields,
  before: Attachment["enaSrd"],
): NonNullable<Attachment["enaSrd"]> {
  const wanted = fields.structure("EnaSrdSpecification");
  const isEnabled = wanted.boolean("EnaSrdEnabled") ?? before?.isEnabled ?? false;
  const udp = wanted.structure("EnaSrdUdpSpecification").boolean("EnaSrdUdpEnabled");
  if (udp === true && !isEnabled) {
    throw wrongCombination("ENA Express for UDP cannot be enabled while ENA Express is disabled");
  }
  return { isEnabled, isUdpEnabled: isEnabled && (udp ?? before?.isUdpEnabled ?? false) };
}

/** The number of queues asked for, undefined when none was named. */
export function readQueueCount(fields: Fields): number | undefined {
  const count = fields.integer("EnaQueueCount");
  if (count === undefined || (count >= 1 && count <= QUEUES_MAX)) return count;
  throw wrongValue("enaQueueCount", String(count), `Expecting 1 to ${QUEUES_MAX}.`);
}
