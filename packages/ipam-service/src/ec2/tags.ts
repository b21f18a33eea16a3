import type { TagSpecification } from "@aws-sdk/client-ec2";

// Names and values that other components look for. Sources: the stock controller's tags and
// descriptions; the owner is ours, so that its cleaners leave our interfaces alone.

/** Description of every trunk. */
export const TRUNK_DESCRIPTION = "aws-k8s-trunk-eni";

/** Description of every branch. */
export const BRANCH_DESCRIPTION = "aws-k8s-branch-eni";

/** Key of the tag that says which controller made an interface. */
export const OWNER_TAG = "eks:eni:owner";

/** Our value of {@link OWNER_TAG}. */
export const OWNER = "trunkline";

/** Key of the tag with the instance that an interface was made for. */
const INSTANCE_TAG = "node.k8s.amazonaws.com/instance_id";

/** Key of the tag with a branch's VLAN id. */
export const VLAN_TAG = "vpcresources.k8s.aws/vlan-id";

/** Key of the tag with the trunk that a branch was made for. */
export const TRUNK_TAG = "vpcresources.k8s.aws/trunk-eni-id";

/** Key of the tag that says which cluster an interface belongs to. */
function clusterTag(clusterName: string): string {
  return `kubernetes.io/cluster/${clusterName}`;
}

/** Tags of a trunk of ours. */
export function trunkTags(clusterName: string, instanceId: string): Record<string, string> {
  return { [OWNER_TAG]: OWNER, [clusterTag(clusterName)]: "owned", [INSTANCE_TAG]: instanceId };
}

/** Tags as a creation takes them. */
export function tagSpecifications(tags: Readonly<Record<string, string>>): TagSpecification[] {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return [{ ResourceType: "network-interface", Tags: list }];
}
