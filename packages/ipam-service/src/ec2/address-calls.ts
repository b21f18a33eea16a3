import {
  AssignPrivateIpAddressesCommand,
  UnassignPrivateIpAddressesCommand,
} from "@aws-sdk/client-ec2";
import { TrunklineError } from "@trunkline/core";
import type { Ec2 } from "./ec2-client.ts";
import { isGone } from "./ec2-errors.ts";
import { describeInterface } from "./interface-calls.ts";

/** Assigns new secondary addresses and returns them. Not idempotent: EC2 takes no token here. */
export async function assignAddresses(
  ec2: Ec2,
  { eniId, subnetId }: { readonly eniId: string; readonly subnetId: string },
  count: number,
): Promise<readonly string[]> {
  const input = { NetworkInterfaceId: eniId, SecondaryPrivateIpAddressCount: count };
  const answer = await ec2.call({
    action: "AssignPrivateIpAddresses",
    priority: "start",
    subnetId,
    send: (client) => client.send(new AssignPrivateIpAddressesCommand(input)),
  });
  return (answer.AssignedPrivateIpAddresses ?? []).flatMap((each) => each.PrivateIpAddress ?? []);
}

/** Returns the addresses of the interface that are not in `known`. */
export async function findAddresses(
  ec2: Ec2,
  eniId: string,
  known: readonly string[],
): Promise<readonly string[]> {
  const found = await describeInterface(ec2, eniId, "start");
  if (!found) throw new TrunklineError("NOT_FOUND", `interface ${eniId} does not exist`);
  return addressesOf(found).filter((address) => !known.includes(address));
}

/** Gives an address back; one that the interface does not have is given back already. */
export async function unassignAddress(ec2: Ec2, eniId: string, address: string): Promise<void> {
  const input = { NetworkInterfaceId: eniId, PrivateIpAddresses: [address] };
  try {
    await ec2.call({
      action: "UnassignPrivateIpAddresses",
      priority: "release",
      send: (client) => client.send(new UnassignPrivateIpAddressesCommand(input)),
    });
  } catch (error) {
    if (isGone(error)) return;
    // EC2 has no code of its own for an address that is not there.
    const isRefused = error instanceof TrunklineError && error.code === "UNSUPPORTED";
    if (!isRefused) throw error;
    const found = await describeInterface(ec2, eniId, "release");
    if (found && addressesOf(found).includes(address)) throw error;
  }
}

function addressesOf(found: {
  readonly PrivateIpAddresses?: { readonly PrivateIpAddress?: string | undefined }[] | undefined;
}): readonly string[] {
  return (found.PrivateIpAddresses ?? []).flatMap((each) => each.PrivateIpAddress ?? []);
}
