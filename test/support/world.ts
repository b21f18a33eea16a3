import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A subnet of the generated account. */
export interface SubnetSpec {
  readonly name: string;
  readonly cidr: string;
}

/** A node of the generated world. */
export interface NodeSpec {
  readonly name: string;
  readonly type: string;
  /** Name of its subnet. */
  readonly subnet: string;
  /** Address of the primary interface. */
  readonly address: string;
  /** Interfaces it has besides the primary one. Default 0. */
  readonly extraCount?: number;
}

/** A pod of the generated world. */
export interface PodSpec {
  readonly name: string;
  readonly nodeName: string;
  /** Namespace. Default "shop". */
  readonly namespace?: string;
  /** UID. Default "uid-" and the name. */
  readonly uid?: string;
  /** Label `role`; policies select by it. */
  readonly role?: string;
  /** Default "default". */
  readonly serviceAccount?: string;
  readonly hostNetwork?: boolean;
}

/** A policy of the generated world: pods with the label `role` get the groups. */
export interface PolicySpec {
  readonly name: string;
  readonly role: string;
  /** Names of groups. */
  readonly groups: readonly string[];
}

/** Interfaces that only take up addresses of a subnet. */
export interface FillerSpec {
  /** Name of the subnet. */
  readonly subnet: string;
  /** Address of the first one; the others follow. */
  readonly firstAddress: string;
  readonly count: number;
}

/** What a world is generated from. */
export interface WorldSpec {
  /** CIDR of the VPC. */
  readonly vpcCidr: string;
  readonly subnets: readonly SubnetSpec[];
  /** Names of groups besides that of the nodes. */
  readonly groups: readonly string[];
  readonly nodes: readonly NodeSpec[];
  readonly pods: readonly PodSpec[];
  readonly policies: readonly PolicySpec[];
  readonly fillers?: readonly FillerSpec[];
}

/**
 * An EC2 id of the usual form that is the same for the same word: prefix, 0, 16 hexadecimal digits.
 */
function ec2Id(prefix: string, word: string): string {
  return `${prefix}-0${createHash("sha256").update(word).digest("hex").slice(0, 16)}`;
}

/** Id of the group with that name. */
export const groupId = (name: string) => ec2Id("sg", name);

/** Id of the subnet with that name. */
export const subnetId = (name: string) => ec2Id("subnet", name);

/** EC2 instance id of a node. */
export const instanceId = (nodeName: string) => ec2Id("i", nodeName);

/** Id of a node's interface; index 0 is the primary one. */
export const nodeEniId = (nodeName: string, deviceIndex = 0) =>
  ec2Id("eni", `${nodeName}/${deviceIndex}`);

/** The group of every primary interface. */
export const NODE_GROUP_ID = groupId("node");

const VPC_ID = ec2Id("vpc", "test");
const ZONE = "us-west-2a";
const NAMESPACE = "shop";

/** The pod as requests name it. */
export function podRef(pod: PodSpec): { namespace: string; name: string; uid: string } {
  return { namespace: pod.namespace ?? NAMESPACE, name: pod.name, uid: uidOf(pod) };
}

/** UID of a pod. */
export function uidOf(pod: PodSpec): string {
  return pod.uid ?? `uid-${pod.name}`;
}

/** The cloud side in the shapes of `aws ec2 describe-…`. */
function cloudDocument(world: WorldSpec): object {
  return {
    Vpcs: [{ VpcId: VPC_ID, CidrBlock: world.vpcCidr }],
    Subnets: world.subnets.map(({ name, cidr }) => ({
      SubnetId: subnetId(name),
      VpcId: VPC_ID,
      CidrBlock: cidr,
      AvailabilityZone: ZONE,
    })),
    RouteTables: [
      {
        RouteTableId: ec2Id("rtb", "main"),
        VpcId: VPC_ID,
        Associations: [
          {
            RouteTableAssociationId: ec2Id("rtbassoc", "main"),
            RouteTableId: ec2Id("rtb", "main"),
            Main: true,
          },
        ],
        Routes: [{ DestinationCidrBlock: world.vpcCidr, GatewayId: "local", State: "active" }],
      },
    ],
    SecurityGroups: ["node", ...world.groups].map(group),
    Instances: world.nodes.map((node) => ({
      InstanceId: instanceId(node.name),
      InstanceType: node.type,
      VpcId: VPC_ID,
      SubnetId: subnetId(node.subnet),
      PrivateIpAddress: node.address,
      State: { Code: 16, Name: "running" },
      Tags: [{ Key: "Name", Value: node.name }],
    })),
    NetworkInterfaces: [
      ...world.nodes.flatMap(interfaces),
      ...(world.fillers ?? []).flatMap(fillers),
    ],
  };
}

// Every group lets its own members talk to each other and nobody else in.
function group(name: string): object {
  const GroupId = groupId(name);
  return {
    GroupId,
    GroupName: name,
    Description: `group ${name}`,
    VpcId: VPC_ID,
    IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId }] }],
    IpPermissionsEgress: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
  };
}

function interfaces(node: NodeSpec, index: number): object[] {
  return Array.from({ length: 1 + (node.extraCount ?? 0) }, (_, deviceIndex) => ({
    NetworkInterfaceId: nodeEniId(node.name, deviceIndex),
    InterfaceType: "interface",
    Description: `interface ${deviceIndex} of ${node.name}`,
    VpcId: VPC_ID,
    SubnetId: subnetId(node.subnet),
    MacAddress: mac(index, deviceIndex),
    PrivateIpAddress: deviceIndex === 0 ? node.address : next(node.address, deviceIndex),
    Groups: [{ GroupId: NODE_GROUP_ID }],
    Attachment: {
      AttachmentId: ec2Id("eni-attach", `${node.name}/${deviceIndex}`),
      InstanceId: instanceId(node.name),
      DeviceIndex: deviceIndex,
    },
  }));
}

function fillers({ subnet, firstAddress, count }: FillerSpec, filler: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    NetworkInterfaceId: ec2Id("eni", `filler/${filler}/${index}`),
    InterfaceType: "interface",
    Description: "takes up an address",
    VpcId: VPC_ID,
    SubnetId: subnetId(subnet),
    MacAddress: mac(0x100 + filler, index),
    PrivateIpAddress: next(firstAddress, index),
    Groups: [{ GroupId: NODE_GROUP_ID }],
  }));
}

function mac(nodeIndex: number, deviceIndex: number): string {
  const bytes = [0x06, 0xff, deviceIndex, 0, nodeIndex >> 8, nodeIndex & 0xff];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

function next(address: string, distance: number): string {
  const parts = address.split(".").map(Number);
  return [...parts.slice(0, 3), (parts[3] ?? 0) + distance].join(".");
}

/** The Kubernetes side as objects. */
function kubernetesObjects(world: WorldSpec): object[] {
  return [
    ...world.nodes.map((node) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: node.name },
      spec: { providerID: `aws:///${ZONE}/${instanceId(node.name)}` },
    })),
    ...[...new Set([NAMESPACE, ...world.pods.map((pod) => pod.namespace ?? NAMESPACE)])].flatMap(
      (name) => [
        { apiVersion: "v1", kind: "Namespace", metadata: { name } },
        {
          apiVersion: "v1",
          kind: "ServiceAccount",
          metadata: { namespace: name, name: "default" },
        },
      ],
    ),
    ...world.policies.map((policy) => ({
      apiVersion: "vpcresources.k8s.aws/v1beta1",
      kind: "SecurityGroupPolicy",
      metadata: { namespace: NAMESPACE, name: policy.name },
      spec: {
        podSelector: { matchLabels: { role: policy.role } },
        securityGroups: { groupIds: policy.groups.map(groupId) },
      },
    })),
    ...world.pods.map(podObject),
  ];
}

/** One pod as a Kubernetes object. */
function podObject(pod: PodSpec): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...podRef(pod),
      ...(pod.role === undefined ? {} : { labels: { role: pod.role } }),
    },
    spec: {
      serviceAccountName: pod.serviceAccount ?? "default",
      nodeName: pod.nodeName,
      ...(pod.hostNetwork ? { hostNetwork: true } : {}),
      containers: [{ name: "main", image: "registry.k8s.io/pause:3.10" }],
    },
  };
}

/** Writes objects as one YAML stream; JSON documents are YAML. */
async function writeObjects(file: string, objects: readonly object[]): Promise<void> {
  await writeFile(file, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
}

/** Paths of a world on disk. */
export interface WorldFiles {
  readonly cloudFile: string;
  readonly manifestsDir: string;
}

/** Writes both sides below the directory. */
export async function writeWorld(dir: string, world: WorldSpec): Promise<WorldFiles> {
  const files = { cloudFile: join(dir, "cloud.yaml"), manifestsDir: join(dir, "manifests") };
  await mkdir(files.manifestsDir, { recursive: true });
  await writeFile(files.cloudFile, JSON.stringify(cloudDocument(world)));
  await writeObjects(join(files.manifestsDir, "world.yaml"), kubernetesObjects(world));
  return files;
}
