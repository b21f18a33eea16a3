export {
  type InstanceLimits,
  instanceTypes,
  limitsOf,
  type NetworkCard,
  requireLimits,
  trunkObstacle,
} from "./instance-limits.ts";
export { INSTANCE_TABLE_DATE } from "./instance-table.ts";
export {
  type CapacityOptions,
  capacityOf,
  type PodCapacity,
  type PodCounts,
} from "./pod-capacity.ts";
