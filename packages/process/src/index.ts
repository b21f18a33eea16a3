export { systemClock } from "./clock.ts";
export { type ConfigSchema, type ConfigSources, envName, readConfig } from "./config.ts";
export { createLog, LOG_LEVELS, type Log, type LogLevel } from "./log.ts";
export {
  commonEntries,
  EXIT_BUG,
  EXIT_CONFIG,
  EXIT_USAGE,
  type HostProcess,
  type ProcessContext,
  type ProcessSpec,
  type Running,
  runProcess,
} from "./run-process.ts";
