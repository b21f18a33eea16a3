import {
  CreateNetworkInterfaceCommand,
  type CreateNetworkInterfaceCommandInput,
  CreateNetworkInterfacePermissionCommand,
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  type Filter,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
} from "@aws-sdk/client-ec2";
import { assert } from "@trunkline/core";
import type { Priority } from "./budget.ts";
import type { Ec2 } from "./ec2-client.ts";
import { isGone } from "./ec2-errors.ts";

/** Pages read of one list; 1000 interfaces each. */
const PAGE_COUNT_MAX = 100;

/** Creates an interface; idempotent by `ClientToken`. */
export async function createInterface(
  ec2: Ec2,
  input: CreateNetworkInterfaceCommandInput & { readonly ClientToken: string },
): Promise<NetworkInterface> {
  const { NetworkInterface: made } = await ec2.call({
    action: "CreateNetworkInterface",
    priority: "start",
    subnetId: input.SubnetId,
    send: (client) => client.send(new CreateNetworkInterfaceCommand(input)),
  });
  assert(made, "CreateNetworkInterface answers with the interface");
  return made;
}

/**
 * Lets the account attach the interface. Needed only when another account than the interface's owner
 * calls; within one account every call of ours works without it.
 */
export async function permitInterface(ec2: Ec2, made: NetworkInterface): Promise<void> {
  const input = {
    NetworkInterfaceId: made.NetworkInterfaceId,
    AwsAccountId: made.OwnerId,
    Permission: "INSTANCE-ATTACH" as const,
  };
  await ec2.call({
    action: "CreateNetworkInterfacePermission",
    priority: "start",
    send: (client) => client.send(new CreateNetworkInterfacePermissionCommand(input)),
  });
}

/** Replaces the groups of an interface; repeating it changes nothing. */
export async function replaceGroups(
  ec2: Ec2,
  eniId: string,
  groupIds: readonly string[],
): Promise<void> {
  const input = { NetworkInterfaceId: eniId, Groups: [...groupIds] };
  await ec2.call({
    action: "ModifyNetworkInterfaceAttribute",
    priority: "start",
    send: (client) => client.send(new ModifyNetworkInterfaceAttributeCommand(input)),
  });
}

/** Deletes an interface; one that does not exist is deleted already. */
export async function deleteInterface(ec2: Ec2, eniId: string): Promise<void> {
  try {
    await ec2.call({
      action: "DeleteNetworkInterface",
      priority: "release",
      send: (client) =>
        client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eniId })),
    });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Returns an interface as it is, undefined if EC2 does not know it. */
export async function describeInterface(
  ec2: Ec2,
  eniId: string,
  priority: Priority,
): Promise<NetworkInterface | undefined> {
  try {
    const answer = await ec2.call({
      action: "DescribeNetworkInterfaces",
      priority,
      send: (client) =>
        client.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eniId] })),
    });
    return answer.NetworkInterfaces?.[0];
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Returns the interfaces that have all these tags. */
export async function findInterfaces(
  ec2: Ec2,
  tags: Readonly<Record<string, string>>,
  priority: Priority,
): Promise<readonly NetworkInterface[]> {
  const filters: Filter[] = Object.entries(tags).map(([key, value]) => ({
    Name: `tag:${key}`,
    Values: [value],
  }));
  const found: NetworkInterface[] = [];
  let token: string | undefined;
  // A page may be empty and still have one after it.
  for (let page = 0; page < PAGE_COUNT_MAX; page++) {
    const input = {
      Filters: filters,
      MaxResults: 1000,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const answer = await ec2.call({
      action: "DescribeNetworkInterfaces",
      priority,
      send: (client) => client.send(new DescribeNetworkInterfacesCommand(input)),
    });
    found.push(...(answer.NetworkInterfaces ?? []));
    token = answer.NextToken || undefined;
    if (token === undefined) break;
  }
  return found;
}
