export { configSchema, type PolicyConfig } from "./config.ts";
export { type PolicyService, policyProcess, startPolicy } from "./start-policy.ts";
