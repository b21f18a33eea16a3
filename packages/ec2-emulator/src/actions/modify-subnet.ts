import type { LaunchNames, Subnet } from "../account/network-rows.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { Refusal, wrongCombination } from "../wire/refusal.ts";

/** Parameters of ModifySubnetAttribute of which exactly one must be sent. */
const ATTRIBUTES = [
  "AssignIpv6AddressOnCreation",
  "EnableDns64",
  "EnableResourceNameDnsAAAARecordOnLaunch",
  "EnableResourceNameDnsARecordOnLaunch",
  "MapPublicIpOnLaunch",
  "PrivateDnsHostnameTypeOnLaunch",
] as const;

type Attribute = (typeof ATTRIBUTES)[number];

/** ModifySubnetAttribute: one attribute a call. */
export const modifySubnetAttribute: Decider = (call) => {
  const { fields, account } = call;
  const subnet = find(account.subnets, KINDS.subnet, fields.requiredText("SubnetId"));
  const [attribute, ...others] = ATTRIBUTES.filter((name) => fields.has(name));
  if (attribute === undefined || others.length > 0) {
    throw wrongCombination("Exactly one attribute must be modified in a call");
  }
  account.subnets.put(modified(call, subnet, attribute));
  return DONE;
};

function modified({ fields }: Call, subnet: Subnet, attribute: Attribute): Subnet {
  const isOn = () => fields.structure(attribute).boolean("Value") ?? false;
  switch (attribute) {
    case "AssignIpv6AddressOnCreation":
      return withIpv6(subnet, isOn());
    case "MapPublicIpOnLaunch":
      return { ...subnet, mapPublicIpOnLaunch: isOn() };
    case "EnableDns64":
      return withNames(subnet, { dns64: isOn() });
    case "EnableResourceNameDnsARecordOnLaunch":
      return withNames(subnet, { aRecord: isOn() });
    case "EnableResourceNameDnsAAAARecordOnLaunch":
      return withNames(subnet, { aaaaRecord: isOn() });
    case "PrivateDnsHostnameTypeOnLaunch": {
      const hostnameType = fields.choice(attribute, ["ip-name", "resource-name"]) ?? "ip-name";
      return withNames(subnet, { hostnameType });
    }
  }
}

function withIpv6(subnet: Subnet, assignIpv6OnCreation: boolean): Subnet {
  if (assignIpv6OnCreation && subnet.ipv6Cidrs.length === 0) {
    throw new Refusal(
      "InvalidParameterValue",
      `The subnet '${subnet.id}' does not have an IPv6 CIDR block associated with it`,
    );
  }
  return { ...subnet, assignIpv6OnCreation };
}

const USUAL_NAMES: LaunchNames = {
  dns64: false,
  hostnameType: "ip-name",
  aRecord: false,
  aaaaRecord: false,
};

function withNames(subnet: Subnet, change: Partial<LaunchNames>): Subnet {
  return { ...subnet, launchNames: { ...USUAL_NAMES, ...subnet.launchNames, ...change } };
}
