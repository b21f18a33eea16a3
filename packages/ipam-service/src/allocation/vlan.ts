import { assert } from "@trunkline/core";
import { VlanPool } from "@trunkline/core/pools";
import type { NodeState } from "./node-state.ts";

/** Most VLAN ids of one trunk. Source: the stock controller hands out 1..120. */
const VLAN_ID_MAX = 120;

/**
 * Returns the lowest VLAN id that no branch of the node has, in whatever phase it is: an id is free
 * again only when EC2 has said that the interface is gone.
 */
export function lowestFreeVlanId({ node, branches }: NodeState): number {
  const pool = new VlanPool({ limit: VLAN_ID_MAX, quarantineMs: 0 });
  for (const { vlanId } of branches.values()) {
    const outcome = pool.take(vlanId, 0);
    assert(outcome === "taken", `VLAN id ${vlanId} on the trunk of ${node.name} is ${outcome}`);
  }
  const vlanId = pool.takeLowest(0);
  assert(vlanId !== undefined, `more than ${VLAN_ID_MAX} branches on the trunk of ${node.name}`);
  return vlanId;
}
