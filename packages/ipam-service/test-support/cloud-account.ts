/** A VPC with one small subnet and a few instances, in the shapes of `aws ec2 describe-…`. */
export function accountFixture() {
  const group = (GroupId: string) => ({
    GroupId,
    GroupName: GroupId,
    Description: GroupId,
    VpcId: "vpc-1",
    IpPermissions: [],
    IpPermissionsEgress: [],
  });
  const instance = (InstanceId: string, InstanceType: string, PrivateIpAddress: string) => ({
    InstanceId,
    InstanceType,
    VpcId: "vpc-1",
    SubnetId: "subnet-1",
    PrivateIpAddress,
    State: { Code: 16, Name: "running" },
  });
  const primary = (index: number) => ({
    NetworkInterfaceId: `eni-n${index}`,
    InterfaceType: "interface",
    Description: "",
    VpcId: "vpc-1",
    SubnetId: "subnet-1",
    MacAddress: `02:00:00:00:01:1${index}`,
    PrivateIpAddress: `10.0.1.1${index}`,
    Groups: [{ GroupId: "sg-node" }],
    Attachment: {
      AttachmentId: `eni-attach-n${index}`,
      InstanceId: `i-0000000000000000${index}`,
      DeviceIndex: 0,
    },
  });
  return {
    Vpcs: [
      {
        VpcId: "vpc-1",
        CidrBlock: "10.0.0.0/16",
        CidrBlockAssociationSet: [{ AssociationId: "vpc-cidr-1", CidrBlock: "10.0.0.0/16" }],
      },
    ],
    Subnets: [
      {
        SubnetId: "subnet-1",
        VpcId: "vpc-1",
        CidrBlock: "10.0.1.0/26",
        AvailabilityZone: "us-west-2a",
      },
    ],
    SecurityGroups: ["sg-node", "sg-a", "sg-b", "sg-c"].map(group),
    Instances: [
      instance("i-00000000000000001", "m5.large", "10.0.1.11"),
      instance("i-00000000000000002", "m5.large", "10.0.1.12"),
      instance("i-00000000000000003", "t3.large", "10.0.1.13"),
      instance("i-00000000000000004", "m4.large", "10.0.1.14"),
    ],
    NetworkInterfaces: [1, 2, 3, 4].map(primary),
  };
}
