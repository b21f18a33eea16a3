export { rememberingIndex } from "./memory.ts";
