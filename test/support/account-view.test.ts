import type { NetworkInterface, TrunkInterfaceAssociation } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { type AccountView, accountFaults, leftovers } from "./account-view.ts";

function eni(id: string, address: string): NetworkInterface {
  return {
    NetworkInterfaceId: id,
    VpcId: "vpc-1",
    InterfaceType: "branch",
    Description: "d",
    PrivateIpAddresses: [{ PrivateIpAddress: address, Primary: true }],
  };
}

function joined(branch: string, vlanId: number, id = `assoc-${branch}`): TrunkInterfaceAssociation {
  return {
    AssociationId: id,
    BranchInterfaceId: branch,
    TrunkInterfaceId: "eni-t",
    VlanId: vlanId,
  };
}

const sound: AccountView = {
  interfaces: [eni("eni-t", "10.0.0.9"), eni("eni-1", "10.0.0.1"), eni("eni-2", "10.0.0.2")],
  associations: [joined("eni-1", 1), joined("eni-2", 2)],
};

describe("the checker of accounts", () => {
  it("finds nothing in a sound account", () => {
    expect(accountFaults(sound)).toEqual([]);
  });

  it.each<[string, AccountView, string]>([
    [
      "a VLAN id that two branches of a trunk have",
      { ...sound, associations: [joined("eni-1", 1), joined("eni-2", 1)] },
      "VLAN id eni-t vlan 1 is held by eni-1 and by eni-2",
    ],
    [
      "an address on two interfaces",
      { ...sound, interfaces: [...sound.interfaces, eni("eni-3", "10.0.0.1")] },
      "address vpc-1 10.0.0.1 is held by eni-1 and by eni-3",
    ],
    [
      "a branch that is associated twice",
      { ...sound, associations: [joined("eni-1", 1), joined("eni-1", 2, "assoc-x")] },
      "branch eni-1 is held by assoc-eni-1 and by assoc-x",
    ],
    [
      "an association with an interface that is gone",
      { ...sound, interfaces: sound.interfaces.slice(0, 2) },
      "assoc-eni-2 joins interfaces that do not exist",
    ],
  ])("finds %s", (_name, view, fault) => {
    expect(accountFaults(view)).toEqual([fault]);
  });

  it("names everything that was not there before", () => {
    const before = { interfaces: sound.interfaces.slice(0, 1), associations: [] };
    expect(leftovers(before, { ...sound, interfaces: sound.interfaces.slice(0, 2) })).toEqual([
      'branch eni-1 "d"',
      "association assoc-eni-1 of vlan 1",
      "association assoc-eni-2 of vlan 2",
      "address eni-1 10.0.0.1",
    ]);
    expect(leftovers(before, before)).toEqual([]);
  });
});
