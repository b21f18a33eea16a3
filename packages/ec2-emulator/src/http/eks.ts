import type { Front } from "../front/front.ts";
import type { AdminAnswer } from "./admin.ts";

/** EKS DescribeCluster, `GET /clusters/NAME`, of the clusters that were configured. */
export function describeCluster(front: Front, name: string): AdminAnswer {
  const cluster = (front.options.clusters ?? []).find((one) => one.name === name);
  if (cluster === undefined) {
    const message = `No cluster found for name: ${name.slice(0, 100)}.`;
    return { status: 404, data: { __type: "ResourceNotFoundException", message } };
  }
  const { region, accountId } = front.account.settings;
  return {
    status: 200,
    data: {
      cluster: {
        name,
        arn: `arn:aws:eks:${region}:${accountId}:cluster/${name}`,
        createdAt: Math.floor(front.nowMs() / 1000),
        version: cluster.version ?? "1.33",
        endpoint: cluster.endpoint,
        status: "ACTIVE",
        certificateAuthority: { data: cluster.certificateAuthority ?? "" },
        kubernetesNetworkConfig: {
          serviceIpv4Cidr: cluster.serviceIpv4Cidr ?? "172.20.0.0/16",
          ipFamily: "ipv4",
        },
        resourcesVpcConfig: {
          vpcId: cluster.vpcId ?? "",
          subnetIds: cluster.subnetIds ?? [],
          securityGroupIds: [],
          clusterSecurityGroupId: cluster.clusterSecurityGroupId ?? "",
        },
        tags: {},
      },
    },
  };
}
