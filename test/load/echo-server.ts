// The empty call of the stack: a server that answers AllocateBranch with a constant of the real size.
// What it costs is what the transport costs; the rest is the allocation service's own.

import { commonEntries, runProcess } from "@trunkline/process";
import type { Branch } from "@trunkline/proto/ipam";
import { IpamServiceDefinition } from "@trunkline/proto/ipam";
import { listen, serve } from "@trunkline/rpc";
import * as v from "valibot";

const branch: Branch = {
  eniId: "eni-0123456789abcdef0",
  macAddress: "02:00:00:00:00:01",
  ipv4Address: "10.0.128.1",
  subnetCidr: "10.0.0.0/16",
  gateway: "10.0.0.1",
  vlanId: 7,
  associationId: "trunk-assoc-0123456789abcdef0",
  trunkEniId: "eni-0123456789abcdef1",
  nodeName: "node-1",
  groupIds: ["sg-app"],
  state: 3,
  pod: { namespace: "shop", name: "pod-1", uid: "uid-pod-1" },
  policies: ["shop/app"],
  stateTimeMs: 1_700_000_000_000n,
  reusableTimeMs: 0n,
  subnetId: "subnet-load",
};

const schema = v.strictObject({ ...commonEntries });

await runProcess(
  {
    name: "echo-server",
    summary: "answers AllocateBranch with a constant",
    schema,
    start: async (_config, { log }) => {
      const server = await listen({
        address: "127.0.0.1:0",
        log,
        services: [
          serve(IpamServiceDefinition, {
            allocateBranch: async () => ({
              attachment: { $case: "branch", value: branch },
              reused: true,
            }),
          }),
        ],
      });
      return { ready: `grpc=${server.address}`, close: () => server.close(0) };
    },
  },
  process,
  "0.1.0",
);
