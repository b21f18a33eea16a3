import type { Attachment, ConnectionTracking, Eni } from "../account/interface-rows.ts";
import type { EnaSettings } from "../domain/ena.ts";
import type { Member } from "./document.ts";

type EniMember = Member<"NetworkInterfaces">;

/** Members of an interface that most interfaces do not have. */
export function extrasOf(
  eni: EniMember,
): Pick<Eni, "connectionTracking" | "operator" | "associatedSubnetIds" | "requesterId"> {
  const { RequesterId, ConnectionTrackingConfiguration: tracking, AssociatedSubnets } = eni;
  const principal = eni.Operator?.Principal;
  return {
    ...(RequesterId !== undefined && { requesterId: RequesterId }),
    ...(tracking !== undefined && { connectionTracking: trackingOf(tracking) }),
    ...(principal !== undefined && { operator: principal }),
    ...(AssociatedSubnets !== undefined && { associatedSubnetIds: AssociatedSubnets }),
  };
}

function trackingOf(
  tracking: NonNullable<EniMember["ConnectionTrackingConfiguration"]>,
): ConnectionTracking {
  const { TcpEstablishedTimeout: tcp, UdpTimeout: udp, UdpStreamTimeout: stream } = tracking;
  return {
    ...(tcp !== undefined && { tcpEstablishedTimeout: tcp }),
    ...(udp !== undefined && { udpTimeout: udp }),
    ...(stream !== undefined && { udpStreamTimeout: stream }),
  };
}

/** What an attachment of a document says of the network adapter. */
export function enaSettingsOf(attachment: EniMember["Attachment"]): EnaSettings {
  const { EnaSrdSpecification: srd, EnaQueueCount: enaQueueCount } = attachment ?? {};
  const enaSrd: Attachment["enaSrd"] = srd && {
    isEnabled: srd.EnaSrdEnabled,
    isUdpEnabled: srd.EnaSrdUdpSpecification.EnaSrdUdpEnabled ?? false,
  };
  return {
    ...(enaSrd !== undefined && { enaSrd }),
    ...(enaQueueCount !== undefined && { enaQueueCount }),
  };
}
