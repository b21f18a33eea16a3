import { describe, expect, it } from "vitest";
import { readEc2Describe } from "./read-ec2-describe.ts";

const eni = (ConnectionTrackingConfiguration: unknown) => ({
  NetworkInterfaces: [{ NetworkInterfaceId: "eni-1", ConnectionTrackingConfiguration }],
});

describe("the timeouts of an interface", () => {
  it("are those that its owner has set", () => {
    const set = { TcpEstablishedTimeout: 350, UdpTimeout: 60, UdpStreamTimeout: 120 };
    const { cloud } = readEc2Describe([eni(set)]);
    expect(cloud.interfaces[0].trackingTimeouts).toEqual({
      tcpEstablishedS: 350,
      udpS: 60,
      udpStreamS: 120,
    });
    expect("trackingTimeouts" in readEc2Describe([eni(undefined)]).cloud.interfaces[0]).toBe(false);
    expect("trackingTimeouts" in readEc2Describe([eni({})]).cloud.interfaces[0]).toBe(false);
  });

  it("are problems where EC2 would not have taken them", () => {
    const { problems } = readEc2Describe([eni({ TcpEstablishedTimeout: 59, UdpTimeout: "30" })]);
    expect(problems.map(({ description }) => description)).toEqual([
      "must be a whole number of 60..432000, found 59",
      'must be a whole number of 30..60, found "30"',
    ]);
  });
});

describe("a reference to a group", () => {
  const rule = (group: object) => ({
    SecurityGroups: [{ GroupId: "sg-1" }],
    SecurityGroupRules: [
      {
        SecurityGroupRuleId: "sgr-1",
        GroupId: "sg-1",
        IpProtocol: "-1",
        ReferencedGroupInfo: { GroupId: "sg-2", ...group },
      },
    ],
  });
  const peerOf = (group: object) => readEc2Describe([rule(group)]).cloud.groups[0].rules[0].peer;

  it.each(["deleted", "rejected", "expired", "failed", "deleting"])(
    "over a peering that is %s is stale",
    (PeeringStatus) => {
      expect(peerOf({ PeeringStatus })).toEqual({ kind: "group", groupId: "sg-2", isStale: true });
    },
  );

  it("over a peering that works, or over none, is not", () => {
    const fresh = { kind: "group", groupId: "sg-2" };
    expect(peerOf({ PeeringStatus: "active", VpcPeeringConnectionId: "pcx-1" })).toEqual(fresh);
    expect(peerOf({})).toEqual(fresh);
  });
});
