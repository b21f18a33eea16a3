export { configSchema, type NodeConfig } from "./config.ts";
export type { Datapath } from "./datapath/datapath.ts";
export { openKernel } from "./datapath/kernel.ts";
export {
  type BranchAttachment,
  desired,
  type HostFacts,
  type OrdinaryAttachment,
  type PodAttachment,
  type PodWiring,
} from "./desired/desired-pod.ts";
export { identity, type KernelObject, objectText } from "./desired/kernel-object.ts";
export { attachmentId, branchTable, hostVethName, vlanName } from "./desired/names.ts";
export { type Batch, type Change, diff, type Plan } from "./diff/diff.ts";
export { drift } from "./diff/drift.ts";
export { nodeSpec, startNode } from "./start.ts";
