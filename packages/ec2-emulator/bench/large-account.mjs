/** Sizes of the large account: those of the largest accounts that are known. */
export const SIZES = { interfaces: 100_000, groups: 2500, rulesPerGroup: 60, instances: 2000 };

const hex = (n) => n.toString(16).padStart(17, "0");

/** Ids that the measured calls ask for. */
export const ids = {
  group: (n) => `sg-${hex(n)}`,
  eni: (n) => `eni-${hex(n)}`,
  instance: (n) => `i-${hex(n)}`,
  trunk: (n) => `eni-trunk-${n}`,
};

/** 100,000 interfaces with a controller's tags, 2,500 groups with 60 rules each, 2,000 instances. */
export function largeAccount() {
  const blocks = ["10.0.0.0/16", "10.1.0.0/16"];
  return {
    Vpcs: [
      {
        VpcId: "vpc-a",
        CidrBlock: blocks[0],
        CidrBlockAssociationSet: blocks.map((CidrBlock) => ({ CidrBlock })),
      },
    ],
    Subnets: Array.from({ length: 8 }, (_, n) => ({
      SubnetId: `subnet-${n}`,
      VpcId: "vpc-a",
      CidrBlock: `10.${n >> 2}.${(n & 3) * 64}.0/18`,
    })),
    SecurityGroups: Array.from({ length: SIZES.groups }, (_, n) => groupOf(n)),
    NetworkInterfaces: Array.from({ length: SIZES.interfaces }, (_, n) => interfaceOf(n)),
    Instances: Array.from({ length: SIZES.instances }, (_, n) => ({
      InstanceId: ids.instance(n),
      InstanceType: "m5.large",
      SubnetId: `subnet-${n % 7}`,
    })),
  };
}

function groupOf(n) {
  return {
    GroupId: ids.group(n),
    GroupName: `group-${n}`,
    VpcId: "vpc-a",
    IpPermissions: Array.from({ length: SIZES.rulesPerGroup }, (_, port) => ({
      IpProtocol: "tcp",
      FromPort: 1000 + port,
      ToPort: 1000 + port,
      UserIdGroupPairs: [{ GroupId: ids.group((n + port) % SIZES.groups) }],
    })),
  };
}

function interfaceOf(n) {
  return {
    NetworkInterfaceId: ids.eni(n),
    // The eighth subnet stays empty for what is made while it is measured.
    SubnetId: `subnet-${n % 7}`,
    Groups: [
      { GroupId: ids.group(n % SIZES.groups) },
      { GroupId: ids.group((n * 7 + 1) % SIZES.groups) },
    ],
    TagSet: [
      { Key: "eks:eni:owner", Value: "eks-vpc-resource-controller" },
      { Key: "vpcresources.k8s.aws/trunk-eni-id", Value: ids.trunk(n % 1000) },
      { Key: "kubernetes.io/cluster/demo", Value: "owned" },
      { Key: "vpcresources.k8s.aws/vlan-id", Value: String(1 + (n % 120)) },
    ],
  };
}
