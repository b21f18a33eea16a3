import { expect, it } from "vitest";
import { brokenInvariants } from "./support/invariants.ts";

const eni = (id: string, address: string, more: object = {}) => ({
  NetworkInterfaceId: id,
  SubnetId: "subnet-a",
  VpcId: "vpc-a",
  MacAddress: `mac of ${id}`,
  Status: "available",
  InterfaceType: "interface",
  RequesterManaged: false,
  Groups: [{ GroupId: "sg-a" }],
  PrivateIpAddresses: [{ PrivateIpAddress: address, Primary: true }],
  ...more,
});

const trunk = {
  InterfaceType: "trunk",
  Status: "in-use",
  Attachment: { InstanceId: "i-a", DeviceIndex: 1, NetworkCardIndex: 0, Status: "attached" },
};
const branch = { InterfaceType: "branch", Status: "associated" };
const healthy = {
  Subnets: [{ SubnetId: "subnet-a", CidrBlock: "10.0.0.0/28", AvailableIpAddressCount: 8 }],
  SecurityGroups: [{ GroupId: "sg-a", VpcId: "vpc-a" }],
  SecurityGroupRules: [],
  Reservations: [
    { Instances: [{ InstanceId: "i-a", InstanceType: "m5.large", State: { Name: "running" } }] },
  ],
  NetworkInterfaces: [
    eni("eni-t", "10.0.0.4", trunk),
    eni("eni-b", "10.0.0.5", branch),
    eni("eni-c", "10.0.0.6"),
  ],
  InterfaceAssociations: [{ BranchInterfaceId: "eni-b", TrunkInterfaceId: "eni-t", VlanId: 1 }],
};

it("a healthy account breaks no invariant", () => {
  expect(brokenInvariants(healthy)).toEqual([]);
});

it.each([
  ["an address held twice", { 2: eni("eni-c", "10.0.0.5") }, /held twice/],
  ["a reserved address", { 2: eni("eni-c", "10.0.0.3") }, /reserved/],
  ["an address outside", { 2: eni("eni-c", "10.0.1.6") }, /outside/],
  ["a branch that shows as available", { 1: eni("eni-b", "10.0.0.5") }, /associated/],
  ["a trunk that hangs on nothing", { 0: eni("eni-t", "10.0.0.4") }, /carries nothing/],
  [
    "a group that is gone",
    { 2: eni("eni-c", "10.0.0.6", { Groups: [{ GroupId: "x" }] }) },
    /not of/,
  ],
  ["a place taken twice", { 2: eni("eni-c", "10.0.0.6", trunk) }, /two interfaces/],
])("%s is noticed", (_, broken, pattern) => {
  const NetworkInterfaces = Object.values({ ...healthy.NetworkInterfaces, ...broken });
  expect(brokenInvariants({ ...healthy, NetworkInterfaces }).join("\n")).toMatch(pattern);
});

it("a VLAN id held twice is noticed", () => {
  const twice = [
    ...healthy.InterfaceAssociations,
    { BranchInterfaceId: "eni-c", TrunkInterfaceId: "eni-t", VlanId: 1 },
  ];
  expect(brokenInvariants({ ...healthy, InterfaceAssociations: twice }).join("\n")).toMatch(
    /VLAN id 1 is held twice/,
  );
});
