import type { ProcessSpec } from "@trunkline/process";
import { ipamConfigSchema } from "./config.ts";
import { startIpam } from "./start.ts";

/** ipam-service as a process. */
export const ipamSpec: ProcessSpec<typeof ipamConfigSchema> = {
  name: "ipam-service",
  summary: "gives pods their branch interfaces and addresses, and keeps who holds what",
  schema: ipamConfigSchema,
  start: startIpam,
};
