import { describe, expect, it } from "vitest";
import { run } from "../support/child.ts";
import { dynamicClient } from "../support/dynamic-client.ts";
import { SERVICES, type ServiceName, serviceDefinition } from "../support/protos.ts";
import { BUF, grpcurl } from "../support/tools.ts";
import { groupId } from "../support/world.ts";
import { stack } from "./node-stack.ts";

const services = Object.keys(SERVICES) as ServiceName[];

function addressOf(service: ServiceName): string {
  switch (service) {
    case "trunkline.ipam.v1.IpamService":
      return stack.addresses.ipam;
    case "trunkline.policy.v1.PolicyService":
      return stack.addresses.policy;
    case "trunkline.node.v1.NodeService":
      return stack.nodeAddress("n1");
  }
}

/** A call that every one of the services answers without having done anything before. */
const CALLS: Readonly<Record<ServiceName, { method: string; request: object; says: string }>> = {
  "trunkline.ipam.v1.IpamService": { method: "ListNodes", request: {}, says: '"m5.large"' },
  "trunkline.policy.v1.PolicyService": {
    method: "ResolvePod",
    request: { pod: { namespace: "shop", name: "n1-app-0" } },
    says: groupId("app"),
  },
  "trunkline.node.v1.NodeService": { method: "Status", request: {}, says: '"plan"' },
};

describe.each(services)("the server of %s", (service) => {
  it("says that it is serving, as a whole and by service", async () => {
    await using health = dynamicClient("grpc.health.v1.Health", addressOf(service));
    const check = (name: string) => health.call("Check", { service: name });
    expect(await check("")).toEqual({ status: "SERVING" });
    expect(await check(service)).toEqual({ status: "SERVING" });
    expect(await health.failure("Check", { service: "nobody" })).toMatchObject({
      status: "NOT_FOUND",
    });
  });

  it("lists itself by reflection and gives the file that defines it", async () => {
    await using reflection = dynamicClient(
      "grpc.reflection.v1.ServerReflection",
      addressOf(service),
    );
    const listed = await reflection.exchange<{
      listServicesResponse: { service: { name: string }[] };
    }>("ServerReflectionInfo", { listServices: "*" });
    expect(listed.listServicesResponse.service.map((each) => each.name)).toContain(service);
    const found = await reflection.exchange<{
      fileDescriptorResponse: { fileDescriptorProto: Uint8Array[] };
    }>("ServerReflectionInfo", { fileContainingSymbol: service });
    const texts = found.fileDescriptorResponse.fileDescriptorProto.map((file) =>
      Buffer.from(file).toString("latin1"),
    );
    expect(texts.some((text) => text.includes(SERVICES[service]))).toBe(true);
  });

  it("gives a call without deadline an answer and an unknown service UNIMPLEMENTED", async () => {
    const other = services.find((each) => each !== service) as ServiceName;
    await using client = dynamicClient(other, addressOf(service));
    const [method] = Object.keys(serviceDefinition(other));
    expect(await client.failure(method as string)).toMatchObject({ status: "UNIMPLEMENTED" });
  });

  it("answers buf curl, which lists it by reflection and calls it", async () => {
    const { method, request, says } = CALLS[service];
    const listed = await bufCurl(service, ["--list-methods"]);
    expect(listed.stderr).toBe("");
    const methods = Object.keys(serviceDefinition(service)).map((name) => `${service}/${name}`);
    const ours = listed.stdout.split("\n").filter((line) => line.startsWith(`${service}/`));
    expect(ours.sort()).toEqual(methods.sort());
    const called = await bufCurl(service, ["--data", JSON.stringify(request)], method);
    expect(called).toMatchObject({ code: 0, stderr: "" });
    expect(called.stdout).toContain(says);
  });
});

function bufCurl(service: ServiceName, args: readonly string[], method?: string) {
  const address = addressOf(service);
  const isSocket = address.startsWith("unix:");
  const host = isSocket ? "localhost" : address;
  return run(process.execPath, {
    args: [
      BUF,
      "curl",
      "--protocol",
      "grpc",
      "--http2-prior-knowledge",
      "--reflect",
      ...(isSocket ? ["--unix-socket", address.slice("unix:".length)] : []),
      ...args,
      method === undefined ? `http://${host}` : `http://${host}/${service}/${method}`,
    ],
  });
}

describe("grpcurl", () => {
  it("lists and calls every service, the node's over its Unix socket", async (context) => {
    const tool = await grpcurl();
    if (tool.kind === "missing") {
      context.skip(`no grpcurl: ${tool.reason}`);
      return;
    }
    for (const service of services) {
      const { method, request, says } = CALLS[service];
      const address = addressOf(service);
      // v1.9.3 with -unix still dials what is not a URL over TCP, so the path is written as one.
      const target = address.startsWith("unix:")
        ? ["-unix", `unix://${address.slice("unix:".length)}`]
        : [address];
      const listed = await run(tool.path, { args: ["-plaintext", ...target, "list"] });
      expect(listed.stdout.split("\n")).toContain(service);
      const called = await run(tool.path, {
        args: ["-plaintext", "-d", JSON.stringify(request), ...target, `${service}/${method}`],
      });
      expect(called).toMatchObject({ code: 0, stderr: "" });
      expect(called.stdout).toContain(says);
    }
  }, 180_000);
});
