import { resolve } from "node:path";
import {
  loadSync,
  type MessageTypeDefinition,
  type PackageDefinition,
  type ServiceDefinition,
} from "@grpc/proto-loader";

const root = resolve(import.meta.dirname, "../..");

/** Include paths: our contracts, and the wire forms of what gRPC itself defines. */
const INCLUDE_DIRS = [resolve(root, "proto"), resolve(import.meta.dirname, "proto")];

/** The services of the product with the .proto file that each is read from. */
export const SERVICES = {
  "trunkline.ipam.v1.IpamService": "trunkline/ipam/v1/ipam.proto",
  "trunkline.policy.v1.PolicyService": "trunkline/policy/v1/policy.proto",
  "trunkline.node.v1.NodeService": "trunkline/node/v1/node.proto",
} as const;

/** Full name of one of our services. */
export type ServiceName = keyof typeof SERVICES;

// Read from the .proto texts when the tests run: nothing that ts-proto made takes part.
const definition: PackageDefinition = loadSync(
  [
    ...Object.values(SERVICES),
    "google/rpc/status.proto",
    "google/rpc/error_details.proto",
    "grpc/health/v1/health.proto",
    "grpc/reflection/v1/reflection.proto",
  ],
  {
    includeDirs: INCLUDE_DIRS,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  },
);

/** The methods of a service by their .proto names. */
export function serviceDefinition(name: string): ServiceDefinition {
  const service = definition[name];
  if (service === undefined || "format" in service) throw new Error(`no service ${name}`);
  return service as ServiceDefinition;
}

/** Decodes one message of the given full name. */
export function decode<Message>(name: string, bytes: Uint8Array): Message {
  const message = definition[name];
  if (message === undefined || !("format" in message)) throw new Error(`no message ${name}`);
  return (message as MessageTypeDefinition<object, object>).deserialize(
    Buffer.from(bytes),
  ) as Message;
}
