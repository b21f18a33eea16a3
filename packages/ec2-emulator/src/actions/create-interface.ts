import type { ConnectionTracking } from "../account/interface-rows.ts";
import { readAddressWish } from "../domain/address-wish.ts";
import type { Decider } from "../domain/call.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { makeEni, readEniGroups } from "../domain/make-interface.ts";
import { readOwnTags } from "../domain/tags.ts";
import { renderEni } from "../render/interface.ts";
import type { Fields } from "../wire/fields.ts";
import { wrongValue } from "../wire/refusal.ts";

/** Types that may be asked for. `interface` is EC2's default and accepted as its own name. */
const CREATABLE_TYPES = ["interface", "efa", "efa-only", "branch", "trunk"] as const;

/** Longest description. Source: EC2 API reference of security groups, applied here as well. */
const DESCRIPTION_LENGTH_MAX = 255;

/** CreateNetworkInterface: the answer carries the whole interface, still `pending`. */
export const createNetworkInterface: Decider = (call) => {
  const { fields, account } = call;
  const subnet = find(account.subnets, KINDS.subnet, fields.requiredText("SubnetId"));
  const connectionTracking = readConnectionTracking(fields);
  const eni = makeEni(call, {
    subnet,
    description: readDescription(fields),
    interfaceType: fields.choice("InterfaceType", CREATABLE_TYPES) ?? "interface",
    addresses: readAddressWish(fields),
    groupIds: readEniGroups(call, fields.texts("SecurityGroupId"), { subnet, style: "create" }),
    enablePrimaryIpv6: fields.boolean("EnablePrimaryIpv6") ?? false,
    ...(connectionTracking && { connectionTracking }),
    operator: fields.structure("Operator").text("Principal"),
    tags: readOwnTags(fields, "network-interface", account.settings.quotas.tagsPerResource),
  });
  return { networkInterface: { ...renderEni(eni, call), status: "pending" } };
};

function readDescription(fields: Fields): string {
  const text = fields.text("Description") ?? "";
  if (text.length <= DESCRIPTION_LENGTH_MAX) return text;
  throw wrongValue("description", text, `At most ${DESCRIPTION_LENGTH_MAX} characters.`);
}

/** Idle timeouts with EC2's bounds, seconds. Source: EC2 user guide, connection tracking. */
const TIMEOUTS = [
  { name: "TcpEstablishedTimeout", member: "tcpEstablishedTimeout", min: 60, max: 432_000 },
  { name: "UdpTimeout", member: "udpTimeout", min: 30, max: 60 },
  { name: "UdpStreamTimeout", member: "udpStreamTimeout", min: 60, max: 180 },
] as const;

/** Reads `ConnectionTrackingSpecification`, undefined when it was not sent. */
export function readConnectionTracking(fields: Fields): ConnectionTracking | undefined {
  if (!fields.has("ConnectionTrackingSpecification")) return undefined;
  const wanted = fields.structure("ConnectionTrackingSpecification");
  const tracking: { -readonly [Member in keyof ConnectionTracking]: number } = {};
  for (const { name, member, min, max } of TIMEOUTS) {
    const seconds = wanted.integer(name);
    if (seconds === undefined) continue;
    if (seconds < min || seconds > max) {
      throw wrongValue(name, String(seconds), `Expecting ${min} to ${max} seconds.`);
    }
    tracking[member] = seconds;
  }
  return tracking;
}
