export { type Address, checkAddress, socketPath } from "./address.ts";
export {
  type CallOptions,
  type Connection,
  type ConnectOptions,
  connect,
} from "./client.ts";
export { ERROR_DOMAIN, fromClientError, toServerError } from "./errors.ts";
export { type ListenOptions, listen, type RpcServer, type Served, serve } from "./server.ts";
export type { ServerLog } from "./server-middleware.ts";
