export type { Account } from "./account/account.ts";
export { type Emulator, startEmulator } from "./emulator.ts";
export type { AuditEntry } from "./front/audit.ts";
export type { ActiveFault, Fault } from "./front/faults.ts";
export type { Front } from "./front/front.ts";
export type { Credential } from "./front/signature.ts";
export type { ClusterFacts, EmulatorOptions } from "./options.ts";
