export { configSchema, type PolicyConfig } from "./config.ts";
export { manifestPodUid } from "./manifests/pod-uid.ts";
export { type PolicyService, policyProcess, startPolicy } from "./start-policy.ts";
