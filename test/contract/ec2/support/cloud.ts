import { EC2 } from "@aws-sdk/client-ec2";
import { type Clock, seededRandom } from "@trunkline/core";
import { type Emulator, type EmulatorOptions, startEmulator } from "@trunkline/ec2-emulator";

/** A clock that stands still until it is told to move. */
export class StillClock implements Clock {
  #nowMs = Date.parse("2026-01-02T03:04:05.000Z");

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** Waiting moves the clock, so that latency costs a test nothing. */
  sleep(durationMs: number): Promise<void> {
    this.#nowMs += durationMs;
    return Promise.resolve();
  }
}

/** A VPC with two zones behind a real client, on the emulator or on the endpoint given. */
export interface Cloud extends AsyncDisposable {
  readonly ec2: EC2;
  readonly endpoint: string;
  readonly vpcId: string;
  /** 10.0.1.0/24 in the first zone. */
  readonly subnetId: string;
  /** 10.0.2.0/24 in the second zone. */
  readonly otherZoneSubnetId: string;
  /** A group of the VPC. */
  readonly groupId: string;
  /** Absent when an endpoint was given. */
  readonly emulator: Emulator | undefined;
  readonly clock: StillClock;
}

/** Endpoint of another EC2 to run the suite against. */
export const foreignEndpoint = process.env.TRUNKLINE_EC2_ENDPOINT;

/** A client of an endpoint that asks once. */
export function clientOf(endpoint: string, accessKeyId = "AKIDEXAMPLE"): EC2 {
  const region = process.env.TRUNKLINE_EC2_REGION ?? "us-west-2";
  return new EC2({
    endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: "wJalrXUtnFEMI" },
  });
}

/** Starts an emulator, or takes the endpoint given, and makes a VPC through the API. */
export async function openCloud(options: Partial<EmulatorOptions> = {}): Promise<Cloud> {
  const clock = new StillClock();
  const quotas = { vpcs: 100, interfaces: 5000, ...options.quotas };
  const emulator =
    foreignEndpoint === undefined
      ? await startEmulator({ clock, random: seededRandom(7), ...options, quotas })
      : undefined;
  const endpoint = emulator?.endpoint ?? foreignEndpoint ?? "";
  const ec2 = clientOf(endpoint);
  const { Vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/16" });
  const vpcId = Vpc?.VpcId ?? "";
  const zones = (await ec2.describeAvailabilityZones({})).AvailabilityZones ?? [];
  const [first, second] = await Promise.all(
    [1, 2].map((n) =>
      ec2.createSubnet({
        VpcId: vpcId,
        CidrBlock: `10.0.${n}.0/24`,
        AvailabilityZone: zones[n - 1]?.ZoneName,
      }),
    ),
  );
  const group = await ec2.createSecurityGroup({
    GroupName: "app",
    Description: "of the suite",
    VpcId: vpcId,
  });
  return {
    ec2,
    endpoint,
    vpcId,
    subnetId: first?.Subnet?.SubnetId ?? "",
    otherZoneSubnetId: second?.Subnet?.SubnetId ?? "",
    groupId: group.GroupId ?? "",
    emulator,
    clock,
    [Symbol.asyncDispose]: async () => {
      ec2.destroy();
      await emulator?.close();
    },
  };
}

/** An instance of the cloud, running. */
export async function launch(cloud: Cloud, instanceType = "m5.large"): Promise<string> {
  const { Instances } = await cloud.ec2.runInstances({
    ImageId: "ami-0123456789abcdef0",
    InstanceType: instanceType as "m5.large",
    MinCount: 1,
    MaxCount: 1,
    SubnetId: cloud.subnetId,
  });
  return Instances?.[0]?.InstanceId ?? "";
}

/** A network interface of the cloud. */
export async function makeInterface(
  cloud: Cloud,
  more: Parameters<EC2["createNetworkInterface"]>[0] | object = {},
): Promise<string> {
  const { NetworkInterface } = await cloud.ec2.createNetworkInterface({
    SubnetId: cloud.subnetId,
    ...more,
  });
  return NetworkInterface?.NetworkInterfaceId ?? "";
}

/** A trunk attached to a new instance. */
export async function makeTrunk(cloud: Cloud, instanceType = "m5.large"): Promise<string> {
  const trunkId = await makeInterface(cloud, { InterfaceType: "trunk" });
  const instanceId = await launch(cloud, instanceType);
  await cloud.ec2.attachNetworkInterface({
    NetworkInterfaceId: trunkId,
    InstanceId: instanceId,
    DeviceIndex: 1,
  });
  return trunkId;
}

/** What a call was refused with. */
export interface Refused {
  readonly code: string;
  readonly status: number | undefined;
  readonly message: string;
}

/** The refusal of a call; fails when the call succeeds. */
export async function refused(call: Promise<unknown>): Promise<Refused> {
  try {
    await call;
  } catch (error) {
    const known = error as {
      name: string;
      message: string;
      $metadata?: { httpStatusCode?: number };
    };
    return {
      code: known.name,
      status: known.$metadata?.httpStatusCode,
      message: known.message,
    };
  }
  throw new Error("the call was expected to be refused, and succeeded");
}

/** The error code of a refused call. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return (await refused(call)).code;
}

/** Ids that are well formed and name nothing. */
export const nobody = {
  eni: "eni-0aaaaaaaaaaaaaaaa",
  instance: "i-0aaaaaaaaaaaaaaaa",
  subnet: "subnet-0aaaaaaaaaaaaaaaa",
  vpc: "vpc-0aaaaaaaaaaaaaaaa",
  group: "sg-0aaaaaaaaaaaaaaaa",
  rule: "sgr-0aaaaaaaaaaaaaaaa",
  list: "pl-0aaaaaaaaaaaaaaaa",
  attachment: "eni-attach-0aaaaaaaaaaaaaaaa",
  association: "trunk-assoc-0aaaaaaaaaaaaaaaa",
} as const;
