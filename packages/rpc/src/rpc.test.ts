import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invalid, TrunklineError } from "@trunkline/core";
import { IpamServiceDefinition } from "@trunkline/proto/ipam";
import { HealthDefinition } from "nice-grpc-server-health";
import { describe, expect, it, vi } from "vitest";
import { connect, listen, serve } from "./index.ts";

const log = { debug: () => {}, error: () => {} };

function start(address: string, getBranch: () => Promise<never>) {
  return listen({ address, log, services: [serve(IpamServiceDefinition, { getBranch })] });
}

async function failure(promise: Promise<unknown>): Promise<TrunklineError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TrunklineError)) throw new Error(`no TrunklineError but ${error}`);
  return error;
}

describe("listen and connect", () => {
  it("carry a typed error with facts and field problems over TCP", async () => {
    await using server = await start("127.0.0.1:0", async () => {
      throw invalid("request is wrong:", [{ field: "key", description: "missing" }]);
    });
    await using connection = connect({ address: server.address, name: "ipam-service" });
    const error = await failure(connection.client(IpamServiceDefinition).getBranch({}));
    expect(error).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "request is wrong:\n  key: missing",
      problems: [{ field: "key", description: "missing" }],
      facts: { cniCode: "7" },
    });
  });

  it("say nothing of a bug but that it is one", async () => {
    await using server = await start("127.0.0.1:0", async () => {
      throw new Error("secret");
    });
    await using connection = connect({ address: server.address, name: "ipam-service" });
    const error = await failure(connection.client(IpamServiceDefinition).getBranch({}));
    expect(error.message).not.toContain("secret");
    expect(error.message).toContain("internal error");
  });

  it("answer UNIMPLEMENTED for methods that are left out", async () => {
    await using server = await start("127.0.0.1:0", async () => {
      throw new Error();
    });
    await using connection = connect({ address: server.address, name: "ipam-service" });
    const error = await failure(connection.client(IpamServiceDefinition).reconcile({}));
    expect(error.code).toBe("NOT_IMPLEMENTED");
  });

  it("end a call at its deadline and tell the server", async () => {
    let serverSaw: Promise<void> | undefined;
    await using server = await listen({
      address: "127.0.0.1:0",
      log,
      services: [
        serve(IpamServiceDefinition, {
          getBranch: (_request, context) => {
            const ended = new Promise<void>((resolve) =>
              context.signal.addEventListener("abort", () => resolve()),
            );
            serverSaw = ended;
            return ended.then(() => ({}));
          },
        }),
      ],
    });
    await using connection = connect({ address: server.address, name: "ipam-service" });
    const client = connection.client(IpamServiceDefinition);
    const error = await failure(client.getBranch({}, { deadlineMs: 100 }));
    expect(error.code).toBe("DEADLINE_EXCEEDED");
    await serverSaw;
  });

  it("name who cannot be reached", async () => {
    await using connection = connect({ address: "127.0.0.1:1", name: "policy-service" });
    const error = await failure(connection.client(IpamServiceDefinition).getBranch({}));
    expect(error.code).toBe("NOT_READY");
    expect(error.message).toBe(
      "policy-service at 127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1",
    );
  });

  it("do not go through a proxy that the environment names", async () => {
    vi.stubEnv("http_proxy", "http://127.0.0.1:1");
    try {
      await using server = await start("127.0.0.1:0", async () => {
        throw invalid("reached", []);
      });
      await using connection = connect({ address: server.address, name: "x" });
      const error = await failure(connection.client(IpamServiceDefinition).getBranch({}));
      expect(error.message).toBe("reached");
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("work over a Unix socket, refuse a live one and replace a stale one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rpc-"));
    const address = `unix:${join(folder, "s.sock")}`;
    const server = await start(address, async () => {
      throw new Error();
    });
    await expect(start(address, async () => undefined as never)).rejects.toThrow("already listens");
    await using connection = connect({ address, name: "x" });
    const health = connection.client(HealthDefinition);
    expect((await health.check({ service: "" })).status).toBe(1);
    await server.close();
    await (await start(address, async () => undefined as never)).close();
    await rm(folder, { recursive: true });
  });
});
