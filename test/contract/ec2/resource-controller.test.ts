import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startEmulator } from "@trunkline/ec2-emulator";
import { systemClock } from "@trunkline/process";
import { describe, expect, it } from "vitest";
import { type Program, startProgram } from "../../support/child.ts";
import {
  type ControlPlane,
  controlPlanePrograms,
  startControlPlane,
} from "../../support/control-plane.ts";
import { eventually } from "../../support/eventually.ts";
import { tempDir } from "../../support/temp-dir.ts";
import {
  resourceController,
  resourceControllerSource,
  type Tool,
  unfetched,
} from "../../support/tools.ts";
import { brokenInvariants } from "./support/invariants.ts";

// AWS's controller and an API server for it are fetched and compiled, which takes minutes.
const missing = unfetched("AWS's controller with an API server");
const why = missing?.kind === "missing" ? ` (not tested here: ${missing.reason})` : "";
const BUILD_MS_MAX = 2_000_000;
/** Longest until the controller has done what it was asked for. */
const DONE_MS_MAX = 120_000;
const credential = { accessKeyId: "AKIDRC", secretAccessKey: "secret" };

const account = {
  Vpcs: [{ VpcId: "vpc-a", CidrBlock: "10.0.0.0/16" }],
  Subnets: [{ SubnetId: "subnet-a", VpcId: "vpc-a", CidrBlock: "10.0.1.0/24" }],
  SecurityGroups: ["sg-node", "sg-app"].map((id) => ({
    GroupId: id,
    GroupName: id.slice(3),
    VpcId: "vpc-a",
  })),
  Instances: [
    {
      InstanceId: "i-a",
      InstanceType: "m5.large",
      SubnetId: "subnet-a",
      SecurityGroups: [{ GroupId: "sg-node" }],
    },
  ],
};

describe.skipIf(missing !== undefined)(`AWS's controller and an API server${why}`, () => {
  it(
    "gives a pod of a policy a branch with its groups, and takes it back",
    async () => {
      const [programs, controller] = [await controlPlanePrograms(), await resourceController()];
      await using dir = await tempDir();
      await using emulator = await startEmulator({
        clock: systemClock,
        random: Math.random,
        credentials: [credential],
        metadataInstance: "i-a",
        account,
      });
      await using cluster = await startControlPlane(pathOf(programs), dir.path);
      await prepare(cluster, await resourceControllerSource());
      await using running = await startController(pathOf(controller), {
        cluster,
        endpoint: emulator.endpoint,
        at: dir.path,
      });
      const interfaces = () => (emulator.front.dump() as unknown as Dump).NetworkInterfaces;
      const done = <Seen>(look: () => Promise<Seen | false>) =>
        eventually(async () => {
          const seen = await look();
          if (seen !== false) return seen;
          throw new Error(`not done; the controller says:\n${running.stderr().slice(-4000)}`);
        }, DONE_MS_MAX);

      await done(async () => (await capacityOf(cluster)) === "9");
      const trunk = interfaces().find((eni) => eni.Description === "aws-k8s-trunk-eni");
      expect(trunk).toMatchObject({ InterfaceType: "trunk", Groups: [{ GroupId: "sg-node" }] });

      await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(pod("api", { role: "api" })));
      await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(pod("web", { role: "web" })));
      const branch = await done(() => annotationOf(cluster, "api"));
      expect(branch).toMatchObject({ vlanId: 1, subnetCidr: "10.0.1.0/24" });
      expect(interfaces().find((eni) => eni.NetworkInterfaceId === branch.eniId)).toMatchObject({
        Description: "aws-k8s-branch-eni",
        Status: "associated",
        PrivateIpAddress: branch.privateIp,
        MacAddress: branch.ifAddress,
        Groups: [{ GroupId: "sg-app" }],
      });
      expect(await annotationOf(cluster, "web")).toBe(false);
      expect(brokenInvariants(emulator.front.dump())).toEqual([]);

      // No kubelet runs that would confirm its end.
      await cluster.kubectl(["delete", "pod", "-n", "shop", "api", "--force"]);
      // Its cool-down is 30 s at least.
      await done(async () => interfaces().every((eni) => eni.NetworkInterfaceId !== branch.eniId));
      expect(interfaces()).toHaveLength(2);
    },
    BUILD_MS_MAX,
  );
});

interface Dump {
  readonly NetworkInterfaces: readonly {
    readonly NetworkInterfaceId: string;
    readonly Description: string;
  }[];
}

/** The pod's annotation, as the controller writes it and the VPC CNI reads it. */
interface BranchAnnotation {
  readonly eniId: string;
  readonly ifAddress: string;
  readonly privateIp: string;
  readonly vlanId: number;
  readonly subnetCidr: string;
}

function pathOf(tool: Tool): string {
  if (tool.kind === "missing") throw new Error(tool.reason);
  return tool.path;
}

/** What a cluster has before the controller comes: its manifests, a node and a policy. */
async function prepare(cluster: ControlPlane, source: string): Promise<void> {
  const apply = (manifest: unknown) =>
    cluster.kubectl(["apply", "-f", "-"], JSON.stringify(manifest));
  await cluster.kubectl(["apply", "-f", join(source, "config/crd/bases")]);
  await cluster.kubectl(["wait", "--for=condition=Established", "crd", "--all"]);
  await cluster.kubectl(["create", "namespace", "shop"]);
  await cluster.kubectl(["create", "serviceaccount", "default", "-n", "shop"]);
  await apply({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1", labels: { "kubernetes.io/os": "linux" } },
    spec: { providerID: "aws:///us-west-2a/i-a" },
  });
  // As its kubelet writes it; the controller adds to it.
  const status = JSON.stringify({ status: { capacity: { pods: "29" } } });
  await cluster.kubectl(["patch", "node", "n1", "--subresource=status", "-p", status]);
  // The node's agent says with this that the feature is on.
  await apply({
    apiVersion: "vpcresources.k8s.aws/v1alpha1",
    kind: "CNINode",
    metadata: { name: "n1" },
    spec: { features: [{ name: "SecurityGroupsForPods" }] },
  });
  await apply({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "amazon-vpc-cni", namespace: "kube-system" },
    data: { "branch-eni-cooldown": "30" },
  });
  await apply({
    apiVersion: "vpcresources.k8s.aws/v1beta1",
    kind: "SecurityGroupPolicy",
    metadata: { name: "api", namespace: "shop" },
    spec: {
      podSelector: { matchLabels: { role: "api" } },
      securityGroups: { groupIds: ["sg-app"] },
    },
  });
}

/** Where the controller runs. */
interface Site {
  readonly cluster: ControlPlane;
  readonly endpoint: string;
  readonly at: string;
}

/** Starts the controller and registers its webhooks, which listen on a port it does not let choose. */
async function startController(path: string, { cluster, endpoint, at }: Site): Promise<Program> {
  const certificates = join(at, "k8s-webhook-server/serving-certs");
  await mkdir(certificates, { recursive: true });
  await copyFile(cluster.certificateFile, join(certificates, "tls.crt"));
  await copyFile(cluster.keyFile, join(certificates, "tls.key"));
  const program = startProgram(path, {
    args: [
      "--cluster-name=shop",
      "--vpc-id=vpc-a",
      "--metrics-bind-address=0",
      "--introspect-bind-addr=127.0.0.1:0",
    ],
    env: {
      KUBECONFIG: cluster.kubeconfig,
      TMPDIR: at,
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint,
      AWS_ACCESS_KEY_ID: credential.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
      AWS_REGION: "us-west-2",
    },
  });
  const caBundle = (await readFile(cluster.certificateFile)).toString("base64");
  const webhook = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "vpc-resource" },
    webhooks: [
      {
        name: "mpod.vpc.k8s.aws",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        // A pod that the webhook has not seen would start with the groups of its node.
        failurePolicy: "Fail",
        clientConfig: { url: "https://127.0.0.1:9443/mutate-v1-pod", caBundle },
        rules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
        ],
      },
    ],
  };
  await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(webhook));
  return program;
}

async function capacityOf(cluster: ControlPlane): Promise<string> {
  const path = "jsonpath={.status.capacity.vpc\\.amazonaws\\.com/pod-eni}";
  return await cluster.kubectl(["get", "node", "n1", "-o", path]);
}

async function annotationOf(
  cluster: ControlPlane,
  name: string,
): Promise<BranchAnnotation | false> {
  const path = "jsonpath={.metadata.annotations.vpc\\.amazonaws\\.com/pod-eni}";
  const text = await cluster.kubectl(["get", "pod", "-n", "shop", name, "-o", path]);
  if (text === "") return false;
  const [branch] = JSON.parse(text) as BranchAnnotation[];
  return branch ?? false;
}

/** A pod that a scheduler has put on the node. */
function pod(name: string, labels: Readonly<Record<string, string>>) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", labels },
    spec: {
      nodeName: "n1",
      serviceAccountName: "default",
      containers: [{ name: "main", image: "registry.example/main:1" }],
    },
  };
}
