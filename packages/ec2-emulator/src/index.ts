export type { Account } from "./account/account.ts";
export { type Emulator, startEmulator } from "./emulator.ts";
export type { AuditEntry } from "./front/audit.ts";
export type { EmulatorOptions } from "./options.ts";
