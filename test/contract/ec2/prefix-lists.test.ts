import { expect, it } from "vitest";
import { codeOf, openCloud } from "./support/cloud.ts";

it("a prefix list goes back to an earlier version, as a new one", async () => {
  await using cloud = await openCloud();
  const { ec2 } = cloud;
  const { PrefixList } = await ec2.createManagedPrefixList({
    PrefixListName: "l",
    AddressFamily: "IPv4",
    MaxEntries: 2,
    Entries: [{ Cidr: "192.0.2.0/24" }],
  });
  const PrefixListId = PrefixList?.PrefixListId ?? "";
  await ec2.modifyManagedPrefixList({
    PrefixListId,
    CurrentVersion: 1,
    AddEntries: [{ Cidr: "198.51.100.0/24" }],
  });
  const restore = (PreviousVersion: number, CurrentVersion: number) =>
    ec2.restoreManagedPrefixListVersion({ PrefixListId, PreviousVersion, CurrentVersion });
  expect(await codeOf(restore(1, 1))).toBe("PrefixListVersionMismatch");
  expect(await codeOf(restore(9, 2))).toBe("InvalidParameterValue");
  expect((await restore(1, 2)).PrefixList).toMatchObject({
    State: "restore-in-progress",
    Version: 3,
  });
  const { Entries } = await ec2.getManagedPrefixListEntries({ PrefixListId });
  expect(Entries).toMatchObject([{ Cidr: "192.0.2.0/24" }]);
  const { PrefixLists } = await ec2.describeManagedPrefixLists({ PrefixListIds: [PrefixListId] });
  expect(PrefixLists).toMatchObject([{ State: "restore-complete", Version: 3 }]);
});

it("a prefix list names the groups and route tables that use it", async () => {
  await using cloud = await openCloud();
  const { ec2, groupId, vpcId } = cloud;
  const { PrefixList } = await ec2.createManagedPrefixList({
    PrefixListName: "l",
    AddressFamily: "IPv4",
    MaxEntries: 1,
  });
  const PrefixListId = PrefixList?.PrefixListId ?? "";
  const users = async () => {
    const asked = await ec2.getManagedPrefixListAssociations({ PrefixListId });
    return asked.PrefixListAssociations?.map((one) => one.ResourceId);
  };
  expect(await users()).toEqual([]);
  const port = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
  await ec2.authorizeSecurityGroupEgress({
    GroupId: groupId,
    IpPermissions: [{ ...port, PrefixListIds: [{ PrefixListId }] }],
  });
  const { InternetGateway } = await ec2.createInternetGateway({});
  const { RouteTable } = await ec2.createRouteTable({ VpcId: vpcId });
  const RouteTableId = RouteTable?.RouteTableId ?? "";
  await ec2.createRoute({
    RouteTableId,
    DestinationPrefixListId: PrefixListId,
    GatewayId: InternetGateway?.InternetGatewayId,
  });
  expect(await users()).toEqual([groupId, RouteTableId]);
});
