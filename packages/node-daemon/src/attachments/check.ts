import { TrunklineError } from "@trunkline/core";
import type { CniRequest } from "../cni/request.ts";
import { CNI_CODE } from "../cni/versions.ts";
import { attachmentId } from "../desired/names.ts";
import type { NodeContext } from "./node-context.ts";
import { driftOf } from "./wire.ts";

/**
 * CNI CHECK: throws NOT_FOUND (CNI 3) for an attachment that is not recorded, DRIFT with every
 * difference between the record and the kernel, or between the record and the runtime's result.
 */
export function checkAttachment(context: NodeContext, request: CniRequest): Promise<void> {
  const id = attachmentId(request.key);
  return context.locks.run(`attachment ${id}`, async () => {
    const { containerId, ifName, network } = request.key;
    const record = context.journal.get(id);
    if (record === undefined || record.state !== "ready" || record.attachment === undefined) {
      const text = `network ${network} has no attachment ${containerId}/${ifName}`;
      const cniCode = String(CNI_CODE.unknownContainer);
      throw new TrunklineError("NOT_FOUND", text, { facts: { cniCode } });
    }
    const differences = [
      ...resultDifferences(`${record.attachment.ipv4}/32`, request.config.prevAddresses),
      ...(await driftOf(context, record)),
    ];
    if (differences.length === 0) return;
    const text = `${differences.length} objects are not as desired: ${differences.join("; ")}`;
    throw new TrunklineError("DRIFT", text);
  });
}

function resultDifferences(
  address: string,
  prevAddresses: readonly string[] | undefined,
): readonly string[] {
  if (prevAddresses === undefined || prevAddresses.includes(address)) return [];
  return [`prevResult has ${prevAddresses.join(", ") || "no address"} instead of ${address}`];
}
