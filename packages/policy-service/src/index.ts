export { configSchema, type PolicyConfig } from "./config.ts";
export { type OpenedFiles, openPolicyFiles, type PolicyFiles } from "./offline/open-files.ts";
export { type PolicyService, policyProcess, startPolicy } from "./start-policy.ts";
