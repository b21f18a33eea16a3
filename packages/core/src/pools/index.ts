export {
  type AddressCounts,
  AddressPool,
  type AddressPoolOptions,
  type AddressPoolState,
  type AddressState,
} from "./address-pool.ts";
export type { SlotCounts, SlotState } from "./slot-pool.ts";
export { VlanPool, type VlanPoolOptions, type VlanPoolState } from "./vlan-pool.ts";
