export { type IpamConfig, ipamConfigSchema } from "./config.ts";
export { ipamSpec } from "./spec.ts";
export { type RunningIpam, startIpam } from "./start.ts";
